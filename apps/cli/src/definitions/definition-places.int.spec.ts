import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { LarderError, Problem } from '@larder/registry';
import { temporaryDirectory } from '@larder/testing';
import type { TemporaryDirectory } from '@larder/testing';
import { loadDefinitions } from '../load-definitions.js';
import { REGISTRY_MODULE, writeFeatures } from './definition-project.fixture.js';

let folder: TemporaryDirectory;
beforeEach(async () => {
  folder = await temporaryDirectory();
});
afterEach(async () => {
  await folder.close();
});

async function problems(): Promise<string[]> {
  const error: LarderError = await loadDefinitions(folder.path).then(
    () => Promise.reject(new Error('expected problems')),
    (caught: LarderError) => caught,
  );
  return (error.details.problems ?? []).map(placeText);
}

function placeText({ file = '?', line = 0, path }: Problem): string {
  return `${file.replace(`${folder.path}/`, '')}:${line} ${path}`;
}

const CODE = `export const project = 'places';
const user = larder.entity('user', { joinKeys: { user_id: larder.string() } });
const events = larder.parquet('events.parquet', { eventTime: 'at' });
export const activity = larder.featureView('activity', {
  entities: [user],
  source: events,
  features: {
    watched: larder.count({ window: '30d' }),
    seen: larder.sum('seconds', larder.int64(), { window: '30d', defualt: 0 }),
  },
  cadence: larder.every('1h'),
  ttl: 'soon',
});
export const service = larder.featureService('Bad Name', [activity]);
`;

describe('a problem of TypeScript definitions', () => {
  it('has the line of the object, of its option or of its feature', async () => {
    await writeFeatures(folder.path, CODE);
    expect((await problems()).sort()).toEqual([
      'features.ts:10 featureViews.activity.features.seen.defualt',
      'features.ts:13 featureViews.activity.ttl',
      'features.ts:15 featureServices.Bad Name',
    ]);
  });

  it('has the file that the object was made in, not the one that was loaded', async () => {
    await writeFile(
      join(folder.path, 'entities.ts'),
      `\n\nimport { entity, string } from '${REGISTRY_MODULE}';\nexport const shop = entity('Shop', {\n  joinKeys: { shop_id: string() },\n});\n`,
    );
    await writeFeatures(folder.path, "export const project = 'places';\nexport { shop } from './entities.js';\n");
    expect(await problems()).toEqual(['entities.ts:4 entities.Shop']);
  });

  it('has the line of code that throws', async () => {
    await writeFeatures(folder.path, "export const project = 'places';\n\nnull.boom;\n");
    await expect(loadDefinitions(folder.path)).rejects.toThrow(/features\.ts:4\)/);
  });

  it('has the line that called the library when the library throws', async () => {
    await writeFeatures(
      folder.path,
      "export const project = 'places';\n\nlarder.alias(undefined, 'x', { joinKeys: {} });\n",
    );
    expect(await problems()).toEqual(['features.ts:4 (code)']);
  });

  it('is found for what somebody else says of the definitions', async () => {
    await writeFeatures(
      folder.path,
      CODE.replace("'soon'", "'1d'").replace('defualt', 'default').replace('Bad Name', 'good'),
    );
    const { locate } = await loadDefinitions(folder.path);
    expect(
      ['featureViews.activity.features.watched', 'sources.events.eventTime', 'entities.user', 'project'].map((path) =>
        placeText(locate({ path, message: 'm' })),
      ),
    ).toEqual([
      'features.ts:9 featureViews.activity.features.watched',
      'features.ts:4 sources.events.eventTime',
      'features.ts:3 entities.user',
      '?:0 project',
    ]);
  });
});

describe('a problem of YAML definitions', () => {
  it('is found for what somebody else says of them', async () => {
    await writeFile(
      join(folder.path, 'larder.yaml'),
      'project: y\nentities:\n  user:\n    joinKeys: { user_id: string }\n',
    );
    const { locate } = await loadDefinitions(folder.path);
    expect(placeText(locate({ path: 'entities.user.joinKeys.user_id', message: 'm' }))).toBe(
      'larder.yaml:4 entities.user.joinKeys.user_id',
    );
  });
});
