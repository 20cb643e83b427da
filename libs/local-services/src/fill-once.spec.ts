import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fillOnce } from './fill-once.js';

describe('fillOnce', () => {
  let cache = '';
  beforeEach(async () => {
    cache = await mkdtemp(join(tmpdir(), 'larder-fill-'));
  });
  afterEach(async () => {
    await rm(cache, { recursive: true, force: true });
  });

  it('gives all of several simultaneous askers one complete folder and leaves nothing beside it', async () => {
    const target = join(cache, 'deep', 'target');
    let running = 0;
    let allStarted = (): void => undefined;
    const started = new Promise<void>((resolve) => (allStarted = resolve));
    const fill = async (directory: string): Promise<void> => {
      await writeFile(join(directory, 'first'), 'x');
      if (++running === 3) allStarted();
      await started;
      await writeFile(join(directory, 'second'), 'y');
    };
    await Promise.all([fillOnce(target, fill), fillOnce(target, fill), fillOnce(target, fill)]);
    expect(await readdir(join(cache, 'deep'))).toEqual(['target']);
    expect(await readdir(target)).toEqual(['first', 'second']);
  });

  it('does not fill again what is there', async () => {
    const target = join(cache, 'target');
    await fillOnce(target, (directory) => writeFile(join(directory, 'file'), 'old'));
    await fillOnce(target, (directory) => writeFile(join(directory, 'file'), 'new'));
    expect(await readFile(join(target, 'file'), 'utf8')).toBe('old');
  });

  it('leaves nothing behind when filling fails', async () => {
    const target = join(cache, 'target');
    await expect(fillOnce(target, async () => Promise.reject(new Error('no network')))).rejects.toThrow('no network');
    expect(await readdir(cache)).toEqual([]);
  });
});
