import { readdir, stat, utimes, writeFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { temporaryDirectory, waitFor } from '@larder/testing';
import type { TemporaryDirectory } from '@larder/testing';
import { lockDirectory } from './directory-lock.js';

let folder: TemporaryDirectory;
let file: string;
beforeEach(async () => {
  folder = await temporaryDirectory();
  file = join(folder.path, 'larder.lock');
});
afterEach(() => folder.close());

function holder(fields: Record<string, unknown>): string {
  return JSON.stringify({ token: 'other', host: hostname(), pid: process.pid, processStart: 'long ago', ...fields });
}

describe('lockDirectory', () => {
  it('is for one at a time, and free again after release', async () => {
    const first = await lockDirectory(folder.path);
    await expect(lockDirectory(folder.path)).rejects.toMatchObject({
      code: 'FAILED_PRECONDITION',
      details: { pid: process.pid },
    });
    await first.release();
    await first.release();
    await (await lockDirectory(folder.path)).release();
    expect(await readdir(folder.path)).toEqual([]);
  });

  it('gives the lock to one of many that come at once', async () => {
    const attempts = await Promise.allSettled(Array.from({ length: 20 }, () => lockDirectory(folder.path)));
    expect(attempts.filter((each) => each.status === 'fulfilled')).toHaveLength(1);
    expect(await readdir(folder.path)).toEqual(['larder.lock']);
  });

  it('takes over from a process that is gone, and from an earlier one with this process id', async () => {
    for (const gone of [{ pid: 2 ** 22 + 1 }, { pid: process.pid }]) {
      await writeFile(file, holder(gone));
      await (await lockDirectory(folder.path)).release();
    }
    expect(await readdir(folder.path)).toEqual([]);
  });

  it('takes over a file that names no holder', async () => {
    await writeFile(file, '{"tok');
    await (await lockDirectory(folder.path)).release();
    expect(await readdir(folder.path)).toEqual([]);
  });

  it('respects a holder on another host until its file has not changed for a while', async () => {
    await writeFile(file, holder({ host: 'elsewhere', pid: 1 }));
    await expect(lockDirectory(folder.path)).rejects.toThrow('in use by process 1 on elsewhere');
    await utimes(file, 0, 0);
    await (await lockDirectory(folder.path)).release();
  });

  it('shows other hosts that it is still held', async () => {
    const lock = await lockDirectory(folder.path, { touchMs: 5 });
    await utimes(file, 0, 0);
    await waitFor(async () => (await stat(file)).mtimeMs > 0, { describe: 'the lock to be touched' });
    await lock.release();
    expect(await readdir(folder.path)).toEqual([]);
  });

  it('leaves a lock alone that another has taken over', async () => {
    const lock = await lockDirectory(folder.path);
    await writeFile(file, holder({ token: 'newer' }));
    await lock.release();
    expect(await readdir(folder.path)).toEqual(['larder.lock']);
  });
});
