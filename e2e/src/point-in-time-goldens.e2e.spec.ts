import { fixedClock } from '@larder/service-runtime';
import { parseInstant } from '@larder/registry';
import { valuesQuery, writeDefinitions, writeParquet } from './parquet.js';
import { openTestStack } from './stack.js';
import type { TestStack } from './stack.js';

/** The golden cases of docs/semantics.md, each through the HTTP interface: Parquet files in, a training set out. */

const T0 = "TIMESTAMP '2024-03-01 00:00:00'";
const T1 = "TIMESTAMP '2024-03-02 00:00:00'";
const T2 = "TIMESTAMP '2024-03-03 00:00:00'";
const AT_T1 = '2024-03-02T00:00:00Z';
const AT_T2 = '2024-03-03T00:00:00Z';

const SOURCE_COLUMNS = 'eventTime: event_timestamp, createdTime: created';
const YAML = `
project: goldens
entities:
  driver: { joinKeys: { driver_id: int64 } }
  customer: { joinKeys: { customer_id: int64 } }
sources:
  ties: { parquet: ties.parquet, ${SOURCE_COLUMNS} }
  late: { parquet: late.parquet, ${SOURCE_COLUMNS} }
  aged: { parquet: aged.parquet, ${SOURCE_COLUMNS} }
  pairs: { parquet: pairs.parquet, ${SOURCE_COLUMNS} }
featureViews:
  tie_view: { entities: [driver], source: ties, cadence: { every: 1h }, features: { tie_value: { type: int64, column: value } } }
  late_view: { entities: [driver], source: late, cadence: { every: 1h }, features: { late_value: { type: int64, column: value } } }
  aged_view: { entities: [driver], source: aged, cadence: { every: 1h }, ttl: 10d, features: { aged_value: { type: int64, column: value } } }
  pair_view: { entities: [driver, customer], source: pairs, cadence: { every: 1h }, features: { pair_value: { type: int64, column: pair } } }
  pair_driver_view: { entities: [driver], source: pairs, cadence: { every: 1h }, features: { driver_value: { type: int64, column: driver } } }
`;

let stack: TestStack;

beforeAll(async () => {
  stack = await openTestStack('goldens', fixedClock(parseInstant('2024-06-01T00:00:00Z')));
  const folder = stack.projectDirectory;
  const columns = 'driver_id, value, event_timestamp, created';
  await writeParquet(
    folder,
    'ties.parquet',
    valuesQuery(columns, [
      `1001, 10, ${T0}, ${T0}`,
      `1001, 20, ${T0}, ${T1}`,
      `1002, 30, ${T0}, ${T1}`,
      `1002, 40, ${T1}, ${T0}`,
    ]),
  );
  await writeParquet(
    folder,
    'late.parquet',
    valuesQuery(columns, [
      `1001, 10, ${T0}, ${T0}`,
      `1002, 30, ${T0}, ${T0}`,
      `1001, 20, ${T0}, ${T2}`,
      `1002, 40, ${T0}, ${T2}`,
    ]),
  );
  const day = (date: string): string => `TIMESTAMP '${date} 00:00:00'`;
  await writeParquet(
    folder,
    'aged.parquet',
    valuesQuery(columns, [
      `1, 11, ${day('2023-12-31')}, ${day('2023-12-31')}`,
      `1, 22, ${day('2024-01-02')}, ${day('2024-01-02')}`,
      `1, 33, ${day('2024-01-03')}, ${day('2024-01-03')}`,
      `2, 22, ${day('2023-01-03')}, ${day('2023-01-03')}`,
      `3, 10, ${day('2024-01-01')}, ${day('2024-01-03')}`,
      `3, 20, ${day('2024-01-01')}, ${day('2024-01-02')}`,
    ]),
  );
  await writeParquet(
    folder,
    'pairs.parquet',
    valuesQuery('driver_id, customer_id, pair, driver, event_timestamp, created', [
      `1, 23, 123, 1, ${T0}, ${T0}`,
      `12, 3, 312, 12, ${T0}, ${T0}`,
    ]),
  );
  await stack.apply(await writeDefinitions(folder, YAML));
}, 120_000);
afterAll(async () => {
  await stack?.close();
});

async function values(
  features: readonly string[],
  spine: readonly Record<string, unknown>[],
  options: { knowledgeTime?: boolean } = {},
): Promise<unknown[][]> {
  const rows = await stack.trainingSet({ spine, features, ...options });
  const names = features.map((reference) => reference.split(':')[1] ?? '');
  return rows.map((row) => names.map((name) => (row[name] === null ? null : Number(row[name]))));
}

describe('golden cases through the training-set interface', () => {
  it('lets the highest created time win a tie, and an older event written later lose', async () => {
    const spine = [1001, 1002].map((driver_id) => ({ driver_id, event_timestamp: AT_T2 }));
    expect(await values(['tie_view:tie_value'], spine)).toEqual([[20], [40]]);
  });

  it('does not see a row that was written down after the spine’s time, unless told to', async () => {
    const spine = [1001, 1002].map((driver_id) => ({ driver_id, event_timestamp: AT_T1 }));
    expect(await values(['late_view:late_value'], spine)).toEqual([[10], [30]]);
    expect(await values(['late_view:late_value'], spine, { knowledgeTime: false })).toEqual([[20], [40]]);
  });

  it('applies the ttl and the known time together', async () => {
    const spine = [
      { driver_id: 1, event_timestamp: '2024-01-01T00:00:00Z' },
      { driver_id: 1, event_timestamp: '2024-01-02T00:00:00Z' },
      { driver_id: 2, event_timestamp: '2024-01-01T00:00:00Z' },
      { driver_id: 3, event_timestamp: '2024-01-03T00:00:00Z' },
    ];
    expect(await values(['aged_view:aged_value'], spine)).toEqual([[11], [22], [null], [10]]);
  });

  it('compares composite keys column by column: (1, 23) is not (12, 3)', async () => {
    const spine = [
      { driver_id: 1, customer_id: 23, event_timestamp: AT_T2 },
      { driver_id: 12, customer_id: 3, event_timestamp: AT_T2 },
      { driver_id: 1, customer_id: 3, event_timestamp: AT_T2 },
    ];
    expect(await values(['pair_view:pair_value', 'pair_driver_view:driver_value'], spine)).toEqual([
      [123, 1],
      [312, 12],
      [null, 1],
    ]);
  });

  it('returns every spine row once, in its order, with extra columns and duplicates', async () => {
    const spine = [
      { driver_id: 1002, event_timestamp: AT_T2, label: 'b' },
      { driver_id: 1001, event_timestamp: AT_T2, label: 'a' },
      { driver_id: 1002, event_timestamp: AT_T2, label: 'b' },
      { driver_id: 9999, event_timestamp: AT_T2, label: 'c' },
      { driver_id: null, event_timestamp: AT_T2, label: 'd' },
    ];
    const rows = await stack.trainingSet({ spine, features: ['tie_view:tie_value'] });
    expect(rows.map((row) => [row['label'], row['tie_value'] === null ? null : Number(row['tie_value'])])).toEqual([
      ['b', 40],
      ['a', 20],
      ['b', 40],
      ['c', null],
      ['d', null],
    ]);
  });

  it.each([
    [
      'an unknown feature',
      { spine: [{ driver_id: 1, event_timestamp: AT_T1 }], features: ['tie_view:tie_valu'] },
      'did you mean tie_view:tie_value',
    ],
    [
      'a spine without the join key',
      { spine: [{ event_timestamp: AT_T1 }], features: ['tie_view:tie_value'] },
      'driver_id',
    ],
    ['a spine without a time', { spine: [{ driver_id: 1 }], features: ['tie_view:tie_value'] }, 'event_timestamp'],
    [
      'a spine file that is not there',
      { spine: { path: 'nowhere.parquet' }, features: ['tie_view:tie_value'] },
      'nowhere.parquet',
    ],
  ])('refuses %s and names it', async (_what, request, message) => {
    await expect(stack.trainingSet(request)).rejects.toMatchObject({
      name: 'LarderError',
      message: expect.stringContaining(message),
    });
  });
});
