import { constants } from 'node:fs';
import { access, stat } from 'node:fs/promises';
import { delimiter, join } from 'node:path';
import { searchPathOfUser } from './environment.js';

/**
 * The path of the first executable file called `name` in the folders of `searchPath`, or undefined.
 *
 * @param searchPath folders joined as in the PATH variable, which is the default.
 */
export async function findExecutable(name: string, searchPath = searchPathOfUser()): Promise<string | undefined> {
  for (const folder of searchPath.split(delimiter)) {
    if (folder !== '' && (await isExecutableFile(join(folder, name)))) return join(folder, name);
  }
  return undefined;
}

async function isExecutableFile(path: string): Promise<boolean> {
  try {
    await access(path, constants.X_OK);
    return (await stat(path)).isFile();
  } catch {
    return false;
  }
}
