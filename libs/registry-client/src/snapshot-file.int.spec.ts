import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { temporaryDirectory } from '@larder/testing';
import type { TemporaryDirectory } from '@larder/testing';
import { exampleSnapshot } from './scripted-server.fixture.js';
import { createSnapshotFile } from './snapshot-file.js';

let folder: TemporaryDirectory;
beforeEach(async () => {
  folder = await temporaryDirectory();
});
afterEach(() => folder.close());

const tagged = (version: number) => ({ etag: `"${version}"`, snapshot: exampleSnapshot(version) });

describe('createSnapshotFile', () => {
  it('reads what it wrote, and undefined before', async () => {
    const file = createSnapshotFile(join(folder.path, 'made', 'when', 'needed'), 'demo');
    expect(await file.read()).toBeUndefined();
    await file.write(tagged(1));
    await file.write(tagged(2));
    expect(await file.read()).toEqual(tagged(2));
  });

  it('is one whole file however many write it at once', async () => {
    const files = Array.from({ length: 20 }, () => createSnapshotFile(folder.path, 'demo'));
    const reading = Promise.all(files.map((file) => file.read()));
    await Promise.all(files.map((file, index) => file.write(tagged(index + 1))));
    await expect(reading).resolves.toHaveLength(20);
    expect((await files[0]?.read())?.snapshot.project).toBe('demo');
    expect(await readdir(folder.path)).toEqual(['demo.json']);
  });

  it.each([
    ['cut short', (text: string) => text.slice(0, -10)],
    ['empty', () => ''],
    ['of a later format', (text: string) => text.replace('"formatVersion":1', '"formatVersion":2')],
    ['of another project', (text: string) => text.replace('"project":"demo"', '"project":"other"')],
  ])('throws for a file that is %s, naming it', async (_what, damage) => {
    const file = createSnapshotFile(folder.path, 'demo');
    await file.write(tagged(1));
    const text = await readFile(file.path, 'utf8');
    expect(damage(text)).not.toBe(text);
    await writeFile(file.path, damage(text));
    await expect(file.read()).rejects.toMatchObject({
      code: 'FAILED_PRECONDITION',
      message: expect.stringContaining(file.path),
    });
  });

  it.each(['../demo', '/etc/passwd', '', 'Demo', '.'])('refuses %j as a project', (project) => {
    expect(() => createSnapshotFile(folder.path, project)).toThrow('is not a project name');
  });
});
