import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** Who applies, for the history: git's user name in the folder, else `user`. */
export async function gitAuthor(directory: string, user: string | undefined): Promise<string | undefined> {
  try {
    const { stdout } = await run('git', ['config', 'user.name'], { cwd: directory });
    if (stdout.trim() !== '') return stdout.trim();
  } catch {
    // No git, or no name in it.
  }
  return user === undefined || user === '' ? undefined : user;
}
