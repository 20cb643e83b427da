import { existsSync } from 'node:fs';
import { mkdir, readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { temporaryDirectory } from './temporary-directory.js';

describe('temporaryDirectory', () => {
  it('is empty, one of its kind, and gone with its content after close', async () => {
    const [one, two] = await Promise.all([temporaryDirectory(), temporaryDirectory()]);
    expect(one.path).not.toBe(two.path);
    expect(await readdir(one.path)).toEqual([]);
    await mkdir(join(one.path, 'deep'));
    await writeFile(join(one.path, 'deep', 'file'), 'x');
    await one.close();
    await one.close();
    expect([existsSync(one.path), existsSync(two.path)]).toEqual([false, true]);
    await two.close();
  });
});
