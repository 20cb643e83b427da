import { LarderClient } from '@larder/client';
import { instantFromMicros, parseInstant } from '@larder/registry';
import type { Instant } from '@larder/registry';
import { valuesQuery, writeDefinitions, writeParquet } from './parquet.js';
import { openTestStack } from './stack.js';
import type { TestStack } from './stack.js';

/** The golden cases of materialization, from Parquet files to gRPC answers. */

const NOW = parseInstant('2026-03-10T12:00:00Z');
const HOUR = 3_600_000_000n;

const YAML = `
project: drivers
entities:
  driver: { joinKeys: { driver_id: int64 } }
sources:
  stats: { parquet: "stats/*.parquet", eventTime: ts }
  batch: { parquet: "batch/*.parquet", eventTime: ts }
featureViews:
  driver_stats: { entities: [driver], source: stats, cadence: { every: 1d }, features: { value: float64 } }
  batch_stats: { entities: [driver], source: batch, cadence: { every: 1d }, features: { amount: int64 } }
`;

let now: Instant = instantFromMicros(NOW - HOUR - 1_000_000n);
let stack: TestStack;
let client: LarderClient;

beforeAll(async () => {
  stack = await openTestStack('drivers', { now: () => now });
  client = new LarderClient({ address: stack.grpcAddress });
  await writeParquet(
    stack.projectDirectory,
    'stats/day.parquet',
    valuesQuery('driver_id, value, ts', [
      "1, 0.1, TIMESTAMPTZ '2026-03-10 08:00:00+00'",
      "2, NULL, TIMESTAMPTZ '2026-03-10 12:00:00+00'",
      "1, 0.3, TIMESTAMPTZ '2026-03-10 09:00:00+00'",
      "3, 4, TIMESTAMPTZ '2026-03-10 10:00:00+02'",
      "3, 5, TIMESTAMPTZ '2026-03-10 03:00:00-08'",
    ]),
  );
  await writeParquet(
    stack.projectDirectory,
    'batch/0.parquet',
    valuesQuery('driver_id, amount, ts', ["7, 20, TIMESTAMP '2026-03-10 02:00:00'"]),
  );
  await stack.apply(await writeDefinitions(stack.projectDirectory, YAML));
}, 120_000);
afterAll(async () => {
  client?.close();
  await stack?.close();
});

async function read(reference: string, ids: readonly bigint[]): Promise<unknown[][]> {
  const rows = await client.read(
    { features: [reference] },
    ids.map((driver_id) => ({ driver_id })),
  );
  const name = reference.split(':')[1] ?? '';
  return rows.map(({ features, statuses }) => [statuses[name], features[name]]);
}

describe('golden cases of materialization', () => {
  it('loads up to the instant, zones normalised', async () => {
    await stack.materialize({ views: ['driver_stats'] });
    expect(await read('driver_stats:value', [1n, 2n, 3n])).toEqual([
      ['PRESENT', 0.3],
      ['NOT_FOUND', null],
      ['PRESENT', 4],
    ]);
  });

  it('then loads the rest of the same file: what was pending, nulls included', async () => {
    now = NOW;
    await stack.materialize({ views: ['driver_stats'] });
    expect(await read('driver_stats:value', [1n, 2n, 3n])).toEqual([
      ['PRESENT', 0.3],
      ['NULL_VALUE', null],
      ['PRESENT', 5],
    ]);
  });

  it.each([
    { what: 'a newer row', file: 'newer', row: "7, 30, TIMESTAMP '2026-03-10 03:00:00'" },
    { what: 'a row that comes late', file: 'late', row: "7, 10, TIMESTAMP '2026-03-10 01:00:00'" },
  ])('keeps the newest after $what', async ({ file, row }) => {
    await writeParquet(stack.projectDirectory, `batch/${file}.parquet`, valuesQuery('driver_id, amount, ts', [row]));
    await stack.materialize({ views: ['batch_stats'] });
    expect(await read('batch_stats:amount', [7n])).toEqual([['PRESENT', 30n]]);
  });

  it('names the file and the column when a source file is wrong, and keeps what was served', async () => {
    await writeParquet(
      stack.projectDirectory,
      'batch/wrong.parquet',
      valuesQuery('driver_id, amount, ts', ["7, 'many', TIMESTAMP '2026-03-10 05:00:00'"]),
    );
    await expect(stack.materialize({ views: ['batch_stats'] })).rejects.toMatchObject({
      message: expect.stringContaining('amount'),
    });
    expect(await read('batch_stats:amount', [7n])).toEqual([['PRESENT', 30n]]);
  });
});

describe('bad requests over gRPC', () => {
  const one = { driver_id: 1n };

  it.each([
    {
      what: 'an unknown feature',
      features: ['driver_stats:valu'],
      entities: [one],
      code: 'INVALID_ARGUMENT',
      message: 'did you mean driver_stats:value',
    },
    {
      what: 'an unknown view',
      features: ['driver_stat:value'],
      entities: [one],
      code: 'INVALID_ARGUMENT',
      message: 'driver_stat',
    },
    {
      what: 'a malformed reference',
      features: ['value'],
      entities: [one],
      code: 'INVALID_ARGUMENT',
      message: 'view:feature',
    },
    {
      what: 'a missing join key',
      features: ['driver_stats:value'],
      entities: [{ driver: 1n }],
      code: 'INVALID_ARGUMENT',
      message: 'driver_id',
    },
    {
      what: 'a key of the wrong type',
      features: ['driver_stats:value'],
      entities: [{ driver_id: 'x' }],
      code: 'INVALID_ARGUMENT',
      message: 'driver_id',
    },
    {
      what: 'no entity',
      features: ['driver_stats:value'],
      entities: [],
      code: 'INVALID_ARGUMENT',
      message: 'driver_id',
    },
    {
      what: 'too many entities',
      features: ['driver_stats:value'],
      entities: Array.from({ length: 5001 }, () => one),
      code: 'INVALID_ARGUMENT',
      message: '5000',
    },
  ])('are answered by a code and a message that names $what', async ({ features, entities, code, message }) => {
    await expect(client.read({ features }, entities, { timeoutMs: 5000 })).rejects.toMatchObject({
      code,
      message: expect.stringContaining(message),
    });
  });

  it('name an unknown service with NOT_FOUND, and nobody at the address with UNAVAILABLE', async () => {
    await expect(client.read({ featureService: 'nothing' }, [one])).rejects.toMatchObject({
      code: 'NOT_FOUND',
      message: expect.stringContaining('nothing'),
    });
    const nobody = new LarderClient({ address: '127.0.0.1:1' });
    await expect(nobody.read({ features: ['driver_stats:value'] }, [one])).rejects.toMatchObject({
      code: 'UNAVAILABLE',
    });
    nobody.close();
  });
});
