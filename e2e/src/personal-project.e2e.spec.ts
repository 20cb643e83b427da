import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parseInstant } from '@larder/registry';
import { fixedClock } from '@larder/service-runtime';
import { larder } from './larder.js';
import { writeDefinitions, writeParquet } from './parquet.js';
import { openTestStack } from './stack.js';
import type { TestStack } from './stack.js';

/** A person's own copy of a project: the same sources, other values, nobody disturbed. */

const YAML = `
project: shop
entities:
  user: { joinKeys: { user_id: int64 } }
sources:
  orders: { parquet: orders.parquet, eventTime: at }
featureViews:
  spending: { entities: [user], source: orders, cadence: { every: 1h }, features: { total: int64 } }
featureServices:
  checkout: [spending]
`;
const MINE = YAML.replace('total: int64', 'total: { type: int64, column: refunds }');

let stack: TestStack;

beforeAll(async () => {
  stack = await openTestStack('shop', fixedClock(parseInstant('2026-03-10T12:00:00Z')));
  await writeParquet(
    stack.projectDirectory,
    'orders.parquet',
    "SELECT 7 AS user_id, 100 AS total, 3 AS refunds, TIMESTAMP '2026-03-10 08:00:00' AS at",
  );
  await larder(stack, 'apply', await writeDefinitions(stack.projectDirectory, YAML));
  await larder(stack, 'materialize', '--project', 'shop');
  await larder(stack, 'apply', await writeDefinitions(stack.projectDirectory, MINE), '--project', 'dev-anna');
}, 120_000);
afterAll(async () => {
  await stack?.close();
});

async function total(project: string): Promise<unknown> {
  const { stdout } = await larder(stack, 'get', 'user_id=7', '--json', '--project', project);
  const answer: unknown = JSON.parse(stdout);
  if (!Array.isArray(answer)) return answer;
  const [row] = answer as { features: unknown; statuses: unknown }[];
  return [row?.features, row?.statuses];
}

/** Services learn of a project within two seconds of its first apply. */
async function untilKnown(project: string): Promise<void> {
  const deadline = Date.now() + 2_000;
  while (!Array.isArray(await total(project))) expect(Date.now()).toBeLessThan(deadline);
}

describe('larder apply --project dev-anna', () => {
  it('is served by the same services within two seconds, and costs nothing until it is asked for', async () => {
    await untilKnown('dev-anna');
    expect(await total('dev-anna')).toEqual([{ total: null }, { total: 'UNAVAILABLE' }]);
    const runs = await larder(stack, 'runs', '--json', '--project', 'dev-anna');
    expect(JSON.parse(runs.stdout)).toEqual([]);
  });

  it('has values of its own from the same sources, and touches nobody else’s', async () => {
    expect(await larder(stack, 'materialize', '--project', 'dev-anna')).toMatchObject({ code: 0 });
    expect(await total('dev-anna')).toEqual([{ total: 3 }, { total: 'PRESENT' }]);
    expect(await total('shop')).toEqual([{ total: 100 }, { total: 'PRESENT' }]);
  });

  it('makes training sets of its own meaning', async () => {
    const spine = join(stack.projectDirectory, 'spine.json');
    await writeFile(spine, JSON.stringify([{ user_id: 7, event_timestamp: '2026-03-10T09:00:00Z' }]));
    const made = async (project: string): Promise<unknown> =>
      JSON.parse((await larder(stack, 'training-set', spine, '--json', '--project', project)).stdout);
    expect(await made('dev-anna')).toMatchObject({ rows: [{ total: 3 }] });
    expect(await made('shop')).toMatchObject({ rows: [{ total: 100 }] });
  });

  it('is listed beside the others', async () => {
    const { stdout } = await larder(stack, 'projects', '--json');
    expect((JSON.parse(stdout) as { project: string }[]).map((each) => each.project)).toEqual(['dev-anna', 'shop']);
  });
});
