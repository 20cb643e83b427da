import { execFile } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { temporaryDirectory } from '@larder/testing';
import type { TemporaryDirectory } from '@larder/testing';
import { everyTypeSnapshot } from './every-type.fixture.js';
import { generatedCode } from './generated-code.js';

const run = promisify(execFile);
const root = fileURLToPath(new URL('../../../..', import.meta.url));

const GENERATED_CONSUMER = `import { LarderClient } from '@larder/client';
import { getEveryType, getRoute, getRouteBatch } from './features.js';

const client = new LarderClient({ address: 'localhost:6567' });
const { features, statuses, eventTimes } = await getEveryType(client, { user_id: 'a', day: '2026-05-01' });
export const views: bigint | null = features.views;
export const status: string = statuses.genre;
export const time: bigint | null = eventTimes.seen;
export const names: readonly string[] | null = features.names;
export const mean: number | null = (await getRoute(client, { from: 1n, to: 2n })).features.origin__mean;
export const all = (await getRouteBatch(client, [{ from: 1n, to: 2n }], { maxAgeSeconds: 60 })).length;
`;

const INFERRED_CONSUMER = `import { LarderClient } from '@larder/client';
import { service } from './definitions.js';

const { features } = await new LarderClient({ address: 'localhost:6567' }).getOnlineFeatures(service, { user_id: 'a' });
export const views: bigint | null = features.views;
`;

const definitions = (
  type: string,
): string => `import { entity, every, featureService, featureView, ${type}, parquet, string } from '@larder/registry';
const user = entity('user', { joinKeys: { user_id: string() } });
const view = featureView('activity', {
  entities: [user],
  source: parquet('a.parquet', { eventTime: 'at' }),
  features: { views: ${type}() },
  cadence: every('1h'),
});
export const service = featureService('recommender', [view]);
`;

let folder: TemporaryDirectory;
beforeEach(async () => {
  folder = await temporaryDirectory();
  const paths = { '@larder/*': [join(root, 'libs/*/src/index.ts')] };
  const typeRoots = [join(root, 'node_modules/@types')];
  await write('package.json', '{"type": "module"}');
  await write(
    'tsconfig.json',
    JSON.stringify({
      extends: join(root, 'tsconfig.base.json'),
      compilerOptions: { paths, typeRoots, types: ['node'], rootDir: '/' },
      files: ['consumer.ts'],
    }),
  );
});
afterEach(async () => {
  await folder.close();
});

function write(name: string, text: string): Promise<void> {
  return writeFile(join(folder.path, name), text);
}

/** What the compiler says of the consumer; empty when it compiles. */
async function compilerSays(): Promise<string> {
  const script = join(root, 'node_modules/@typescript/native/bin/tsc');
  return run(process.execPath, [script, '-p', folder.path], { cwd: folder.path }).then(
    () => '',
    ({ stdout }: { stdout: string }) => stdout,
  );
}

describe('a consumer of a retyped feature', () => {
  it('no longer compiles against generated code', async () => {
    await write('consumer.ts', GENERATED_CONSUMER);
    await write('features.ts', generatedCode(everyTypeSnapshot(), { lang: 'ts', isRegistered: true }));
    expect(await compilerSays()).toBe('');
    await write(
      'features.ts',
      generatedCode(everyTypeSnapshot({ isRetyped: true }), { lang: 'ts', isRegistered: true }),
    );
    expect(await compilerSays()).toMatch(
      /^consumer\.ts\(6,14\): error TS2322: Type 'number \| null' is not assignable to type 'bigint \| null'/,
    );
  });

  it('no longer compiles against the definitions themselves, with nothing generated', async () => {
    await write('consumer.ts', INFERRED_CONSUMER);
    await write('definitions.ts', definitions('int64'));
    expect(await compilerSays()).toBe('');
    await write('definitions.ts', definitions('string'));
    expect(await compilerSays()).toMatch(
      /^consumer\.ts\(5,14\): error TS2322: Type 'string \| null' is not assignable to type 'bigint \| null'/,
    );
  });
});
