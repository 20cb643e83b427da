import { LarderClient } from '@larder/client';
import { parseInstant } from '@larder/registry';
import { fixedClock } from '@larder/service-runtime';
import { larder } from './larder.js';
import { writeDefinitions, writeParquet } from './parquet.js';
import { openTestStack } from './stack.js';
import type { TestStack } from './stack.js';

/** A view changes its meaning while it is read: what readers see between the apply and the end of its reload. */

const ENTITIES = 20_000;
const LAST = BigInt(ENTITIES - 1);

const definitions = (features: string, service: string, key = 'user_id') => `
project: shop
entities:
  user: { joinKeys: { ${key}: int64 } }
sources:
  orders: { parquet: orders.parquet, eventTime: at }
featureViews:
  spending: { entities: [user], source: orders, cadence: { every: 1d }, features: { ${features} } }
featureServices:
  checkout: [${service}]
`;
const FIRST = definitions('total: int64, kind: string', 'spending');
const SECOND = definitions('amount: { type: float64, column: total }, kind: string', 'spending');
const OTHER_KEY = definitions('amount: { type: float64, column: total }, kind: string', 'spending', 'account');

let stack: TestStack;
let client: LarderClient;

beforeAll(async () => {
  stack = await openTestStack('shop', fixedClock(parseInstant('2026-03-10T12:00:00Z')));
  client = new LarderClient({ address: stack.grpcAddress, timeoutMs: 5_000 });
  await writeParquet(
    stack.projectDirectory,
    'orders.parquet',
    `SELECT i AS user_id, i AS account, i * 2 AS total, 'k' || i AS kind, TIMESTAMP '2026-03-10 08:00:00' AS at FROM range(${ENTITIES}) AS numbers(i)`,
  );
  await apply(FIRST);
  await stack.materialize();
}, 120_000);
afterAll(async () => {
  client?.close();
  await stack?.close();
});

async function apply(yaml: string, ...options: readonly string[]): Promise<string> {
  const path = await writeDefinitions(stack.projectDirectory, yaml);
  const { code, stdout, stderr } = await larder(stack, 'apply', path, ...options);
  expect([code, stderr]).toEqual([0, expect.anything()]);
  return stdout;
}

const asked = { featureService: 'checkout' };
const old = { features: { total: 2n * LAST, kind: `k${LAST}` }, status: 'PRESENT' };
const next = { features: { amount: 2 * Number(LAST), kind: `k${LAST}` }, status: 'PRESENT' };

async function readOnce(key: 'user_id' | 'account' = 'user_id'): Promise<{ features: object; status: string }> {
  const [row] = await client.read(asked, [{ [key]: LAST }]);
  const statuses = new Set(Object.values(row?.statuses ?? {}));
  return { features: row?.features ?? {}, status: [...statuses].join(' ') };
}

/** Reads without a pause until `until` holds, and returns the different answers in order of their first appearance. */
async function readUntil(until: (answer: object) => boolean): Promise<object[]> {
  const seen: object[] = [];
  const deadline = Date.now() + 60_000;
  for (;;) {
    const answer = await readOnce();
    if (JSON.stringify(answer, digits) !== JSON.stringify(seen.at(-1), digits)) seen.push(answer);
    if (until(answer) || Date.now() > deadline) return seen;
  }
}

function digits(_: string, value: unknown): unknown {
  return typeof value === 'bigint' ? `${value}n` : value;
}

describe('a view that changes its meaning while it is read', () => {
  it('is planned as breaking for the service that loses a feature, with what the change takes', async () => {
    const path = await writeDefinitions(stack.projectDirectory, SECOND);
    const plan = await larder(stack, 'plan', path, '--json');
    expect(plan.code).toBe(2);
    expect(JSON.parse(plan.stdout)).toMatchObject({
      services: [{ service: 'checkout', breaking: [expect.stringContaining('spending__total is gone')] }],
      materializations: [
        { view: 'spending', version: 2, liveVersion: 1, estimate: { sourceRows: ENTITIES, entities: ENTITIES } },
      ],
    });
  });

  it('is served in its old version, whole, until the new one is complete; then in the new one, whole', async () => {
    const before = readUntil((answer) => 'amount' in (answer as typeof next).features);
    await apply(SECOND);
    expect(await before).toEqual([old, next]);
  }, 90_000);

  it('asks for a feature that only one version has: it works while that version is live', async () => {
    await expect(client.read({ features: ['spending:total'] }, [{ user_id: LAST }])).rejects.toThrow(
      'unknown feature spending:total',
    );
    const [row] = await client.read({ features: ['spending:amount'] }, [{ user_id: LAST }]);
    expect(row?.features).toEqual({ amount: 2 * Number(LAST) });
  });

  it('computes nothing anew for another owner, description or ttl', async () => {
    const described = SECOND.replace(
      'entities: [user]',
      'entities: [user], owner: growth, ttl: 30d, description: What',
    );
    expect(await apply(described)).not.toMatch(/computed anew|materialize/i);
    expect(await readOnce()).toEqual(next);
    expect((await larder(stack, 'describe', 'spending')).stdout).toContain('version 2');
  });

  it('is rolled back as a new version, without downtime either', async () => {
    const reads = readUntil((answer) => 'total' in (answer as typeof old).features);
    const rollback = await larder(stack, 'rollback', '1', '--author', 'ada');
    expect([rollback.code, rollback.stdout]).toEqual([0, expect.stringContaining('version 4')]);
    expect(await reads).toEqual([next, old]);
    const history = await larder(stack, 'history', '--json');
    expect(JSON.parse(history.stdout)[0]).toMatchObject({ version: 4, rollbackTo: 1, author: 'ada' });
  }, 90_000);

  it('may change its join key: the old key works until the switch, the new one after it', async () => {
    await apply(OTHER_KEY);
    const deadline = Date.now() + 60_000;
    for (;;) {
      const [byOld, byNew] = await Promise.allSettled([readOnce('user_id'), readOnce('account')]);
      if (byOld.status === 'fulfilled') expect(byOld.value).toEqual(old);
      if (byNew.status === 'fulfilled' && byOld.status === 'rejected') {
        expect(byNew.value).toEqual(next);
        break;
      }
      expect(Date.now()).toBeLessThan(deadline);
    }
  }, 90_000);
});
