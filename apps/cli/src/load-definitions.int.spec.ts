import { mkdir, readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { temporaryDirectory } from '@larder/testing';
import type { TemporaryDirectory } from '@larder/testing';
import { loadDefinitions } from './load-definitions.js';

const example = join(fileURLToPath(new URL('../../..', import.meta.url)), 'examples/streaming-recommender');
const YAML = 'project: tiny\nentities:\n  user: { joinKeys: { user_id: string } }\n';

let folder: TemporaryDirectory;
beforeEach(async () => {
  folder = await temporaryDirectory();
});
afterEach(async () => {
  await folder.close();
});

describe('loadDefinitions', () => {
  it('loads a TypeScript project, and leaves no file behind', async () => {
    const { definitions, file } = await loadDefinitions(example);
    expect([definitions.project, definitions.featureViews.map((view) => view.name), file]).toEqual([
      'streaming-recommender',
      ['last_watched', 'user_profile', 'watch_activity'],
      join(example, 'features.ts'),
    ]);
    expect((await readdir(join(example, '.larder'))).filter((name) => name.endsWith('.mjs'))).toEqual([]);
  });

  it('finds larder.yaml in a folder, and takes another project name', async () => {
    await writeFile(join(folder.path, 'larder.yaml'), YAML);
    expect((await loadDefinitions(folder.path)).definitions.project).toBe('tiny');
    expect((await loadDefinitions(folder.path, 'dev')).definitions.project).toBe('dev');
  });

  it('says what it looked for where there is nothing', async () => {
    await mkdir(join(folder.path, 'empty'));
    await expect(loadDefinitions(join(folder.path, 'empty'))).rejects.toMatchObject({
      code: 'NOT_FOUND',
      message: expect.stringContaining('features.ts, larder.yaml'),
    });
  });

  it.each([
    ['no project', 'export const a = 1;', 'export const project'],
    ['no definitions', "export const project = 'x';", 'no entity'],
    ['a mistake in the syntax', 'export const = 1;', 'features.ts:1'],
    ['an import of nothing', "import { a } from './missing.js'; export const project = a;", 'missing.js'],
    ['code that throws', "export const project = 'x'; throw new Error('boom');", 'boom'],
  ])('names %s', async (_what, text, message) => {
    await writeFile(join(folder.path, 'features.ts'), text);
    await expect(loadDefinitions(folder.path)).rejects.toMatchObject({
      code: 'INVALID_ARGUMENT',
      message: expect.stringContaining(message),
    });
  });
});
