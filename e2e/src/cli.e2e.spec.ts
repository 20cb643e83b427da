import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { makeData, NOW } from '@larder/example-streaming-recommender';
import { parseInstant } from '@larder/registry';
import { fixedClock } from '@larder/service-runtime';
import { larder as runLarder } from './larder.js';
import type { Printed } from './larder.js';
import { openTestStack } from './stack.js';
import type { TestStack } from './stack.js';

const example = join(fileURLToPath(new URL('../..', import.meta.url)), 'examples/streaming-recommender');

let stack: TestStack;

const larder = (...args: readonly string[]): Promise<Printed> => runLarder(stack, ...args);

async function definitionFile(name: string, text: string): Promise<string> {
  const folder = join(stack.projectDirectory, 'definitions');
  await mkdir(folder, { recursive: true });
  await writeFile(join(folder, name), text);
  return join(folder, name);
}

beforeAll(async () => {
  stack = await openTestStack('streaming-recommender', fixedClock(parseInstant(NOW)));
  await makeData(stack.projectDirectory);
}, 120_000);
afterAll(async () => {
  await stack?.close();
});

describe('larder, step by step as a new user goes', () => {
  it('says what to do while nothing is applied', async () => {
    expect(await larder('list')).toMatchObject({ code: 1, stderr: expect.stringContaining('larder apply') });
  });

  it('plans with exit code 2, applies, and then has nothing to plan', async () => {
    const plan = await larder('plan', example);
    expect([plan.code, plan.stdout]).toEqual([2, expect.stringContaining('+ add feature view watch_activity')]);
    const applied = await larder('apply', example, '--author', 'ada');
    expect([applied.code, applied.stdout]).toEqual([0, expect.stringContaining('is now at version 1')]);
    expect(await larder('plan', example)).toMatchObject({ code: 0, stdout: expect.stringContaining('agree') });
    expect(await larder('apply', example)).toMatchObject({ code: 0, stdout: expect.stringContaining('nothing to do') });
  });

  it('refuses an apply over a version that is not current, naming who applied it', async () => {
    const refused = await larder('apply', example, '--expected-version', '7');
    expect([refused.code, refused.stderr]).toEqual([1, expect.stringContaining('ada')]);
  });

  it('lists the features with entity, type, source and cadence', async () => {
    const { stdout } = await larder('list');
    expect(
      stdout
        .split('\n')
        .slice(0, 4)
        .map((line) => line.split(/ {2,}/).slice(0, 5)),
    ).toEqual([
      ['FEATURE', 'ENTITY', 'TYPE', 'SOURCE', 'CADENCE'],
      ['last_watched:last_genre', 'user_id', 'string', 'watch_stream', 'per event'],
      ['user_profile:user_segment', 'user_id', 'string', 'user_segments', 'every 1d'],
      ['watch_activity:watch_count_30d', 'user_id', 'int64', 'watch_events', 'every 1h'],
    ]);
  });

  it('materializes and reads what an application would read', async () => {
    const materialized = await larder('materialize');
    expect([materialized.code, materialized.stdout]).toEqual([
      0,
      expect.stringMatching(/watch_activity +\S+ +completed/),
    ]);
    const { stdout } = await larder('get', 'user_id=8a2f', '--json');
    expect(JSON.parse(stdout)).toMatchObject([
      {
        keys: { user_id: '8a2f' },
        features: { user_segment: 'power_user', watch_count_30d: 47, last_genre: 'documentary' },
      },
    ]);
    expect((await larder('get', 'user_id=8a2f')).stdout).toMatch(/watch_count_30d +47 +PRESENT/);
  });

  it('describes a view, with how far it is loaded', async () => {
    const { stdout } = await larder('describe', 'watch_activity');
    expect(stdout).toContain('count(*) over 30d');
    expect(stdout).toMatch(/watermark +2026-05-07 21:45/);
    expect(stdout).toMatch(/services +recommender/);
  });

  it('makes a training set from a JSON spine, and as a Parquet file', async () => {
    const spine = join(stack.projectDirectory, 'spine.json');
    await writeFile(spine, JSON.stringify([{ user_id: '8a2f', event_timestamp: '2026-05-05T12:00:00Z' }]));
    const { stdout } = await larder('training-set', spine, '--json');
    expect(JSON.parse(stdout)).toMatchObject({
      rows: [{ user_id: '8a2f', user_segment: 'casual', watch_count_30d: 22, last_genre: null }],
    });
    const out = join(stack.projectDirectory, 'out.parquet');
    expect(await larder('training-set', spine, '--out', out)).toMatchObject({ code: 0 });
    expect((await readFile(out)).subarray(0, 4).toString()).toBe('PAR1');
  });

  it('shows history and runs', async () => {
    expect((await larder('history')).stdout).toMatch(/1 +2026-05-07 22:00:00 +ada/);
    expect((await larder('runs')).stdout).toMatch(/watch_activity +\S+ +completed/);
  });

  it('prints no colours into a pipe', async () => {
    expect((await larder('list')).stdout).not.toContain('\u001b');
  });
});

describe('larder with mistakes', () => {
  it.each([
    ['an unknown command', ['matrialize'], 'materialize'],
    ['a folder without definitions', ['apply', '/nonexistent'], 'no definitions at'],
    ['an unknown feature', ['get', 'user_id=a', '--features', 'user_profile:segment'], 'user_profile'],
    ['a malformed entity', ['get', 'user_id'], 'join_key=value'],
    ['an unknown join key', ['get', 'user=a'], 'expected user_id'],
    ['an unknown service', ['get', 'user_id=a', '--service', 'recomender'], 'did you mean recommender'],
    ['an unknown view', ['materialize', 'watch_activty'], 'watch_activ'],
    ['an unknown name', ['describe', 'nothing'], 'larder list'],
    ['a spine that is not there', ['training-set', '/nonexistent/spine.json'], 'spine'],
    ['nobody at the address', ['list', '--registry-url', 'http://127.0.0.1:1'], '127.0.0.1:1'],
  ])('names %s', async (_what, args, message) => {
    const { code, stderr } = await larder(...args);
    expect([code, stderr]).toEqual([1, expect.stringContaining(message)]);
  });

  it('names every problem of a definition file, with file and line', async () => {
    const file = await definitionFile(
      'broken.yaml',
      'project: broken\nentities:\n  user: { joinKeys: { user_id: string } }\nfeatureViews:\n  v:\n    entities: [usr]\n    source: nowhere\n    cadence: { every: 1h }\n    ttl: soon\n    features: { f: strnig }\n',
    );
    const { code, stderr } = await larder('plan', file);
    expect(code).toBe(1);
    expect(stderr).toContain('broken.yaml:9');
    expect(stderr).toContain('broken.yaml:10');
  });

  it('names the line of a TypeScript file that does not compile', async () => {
    const file = await definitionFile('broken.ts', 'export const project = "x";\nexport const view = (;\n');
    expect(await larder('plan', file)).toMatchObject({ code: 1, stderr: expect.stringContaining('broken.ts:2') });
  });

  it('answers programs with a coded error in JSON', async () => {
    const { code, stdout } = await larder('get', 'user_id=a', '--service', 'nothing', '--json');
    expect([code, JSON.parse(stdout)]).toMatchObject([1, { error: { code: 'NOT_FOUND' } }]);
  });
});
