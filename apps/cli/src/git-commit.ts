import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** The commit that a folder's checkout stands at, with `+` when it has changes; undefined outside of git. */
export async function gitCommit(directory: string): Promise<string | undefined> {
  try {
    const { stdout: commit } = await run('git', ['rev-parse', '--short=12', 'HEAD'], { cwd: directory });
    const { stdout: changes } = await run('git', ['status', '--porcelain', '--', '.'], { cwd: directory });
    return `${commit.trim()}${changes.trim() === '' ? '' : '+'}`;
  } catch {
    return undefined;
  }
}
