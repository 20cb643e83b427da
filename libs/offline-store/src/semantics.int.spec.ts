import type { FeatureValue } from '@larder/registry';
import { isLarderError, parseInstant } from '@larder/registry';
import { buildNewestRowsQuery, buildWindowsAsOfQuery } from '@larder/point-in-time';
import type { OfflineFixture, OneView } from './testing/offline-fixture.js';
import { at, oneView, openOfflineFixture, spineRows } from './testing/offline-fixture.js';
import { parquetSource, plain, resolved, snapshotOf, viewSpec, windowed } from './testing/view-fixture.js';
import type { FixtureColumn } from './testing/parquet-fixture.js';
import { readTrainingSet } from './training-set.js';
import type { TrainingSetInput } from './training-set.js';

const T0 = '2024-01-01T00:00:00Z';
const T1 = '2024-01-02T00:00:00Z';
const T2 = '2024-01-03T00:00:00Z';
const ID = { name: 'id', type: 'BIGINT' };
const EVENT = { name: 'event_timestamp', type: 'TIMESTAMP' };
const CREATED = { name: 'created', type: 'TIMESTAMP' };
const VALUE = { name: 'value', type: 'BIGINT' };

let fixture: OfflineFixture;
beforeAll(async () => (fixture = await openOfflineFixture()));
afterAll(() => fixture.close());

async function column(
  each: OneView,
  spine: TrainingSetInput['spine'],
  options: Partial<TrainingSetInput> = {},
): Promise<FeatureValue[]> {
  const { rows } = await readTrainingSet(fixture.store, {
    snapshot: each.snapshot,
    views: [resolved(each.snapshot, each.view)],
    spine,
    ...options,
  });
  return rows.map((row) => row.at(-1) ?? null);
}

function rowsAt(...points: readonly (readonly [number | null, string])[]): TrainingSetInput['spine'] {
  return { kind: 'rows', rows: spineRows(['id', 'event_timestamp'], points) };
}

async function createdView(
  file: string,
  rows: readonly (readonly [number, number, string, string])[],
  options: Parameters<typeof oneView>[2] = {},
): Promise<OneView> {
  const path = await fixture.write(
    file,
    [ID, VALUE, EVENT, CREATED],
    rows.map(([id, value, event, created]) => [id, value, at(event), at(created)]),
  );
  return oneView(path, [plain('value', 'int64')], {
    ...options,
    source: { createdTime: 'created', ...options.source },
  });
}

describe('golden cases', () => {
  it('takes the highest created time on equal event times, else the highest event time', async () => {
    const each = await createdView('ties.parquet', [
      [1001, 10, T0, T0],
      [1001, 20, T0, T1],
      [1002, 30, T0, T1],
      [1002, 40, T1, T0],
    ]);
    expect(await column(each, rowsAt([1001, T2], [1002, T2]))).toEqual([20n, 40n]);
  });

  it('takes the later load where created times are equal or absent: the later file, then the later line', async () => {
    const columns = [ID, VALUE, EVENT, CREATED];
    await fixture.write('loads/2026-02.parquet', columns, [[1, 40, at(T0), at(T0)]]);
    await fixture.write('loads/2026-01.parquet', columns, [
      [1, 10, at(T0), at(T0)],
      [2, 20, at(T0), at(T0)],
      [1, 30, at(T0), at(T0)],
      [2, 50, at(T0), at(T0)],
    ]);
    const glob = `${fixture.directory}/loads/*.parquet`;
    for (const source of [{}, { createdTime: 'created' }]) {
      expect(await column(oneView(glob, [plain('value', 'int64')], { source }), rowsAt([1, T1], [2, T1]))).toEqual([
        40n,
        50n,
      ]);
    }
  });

  it('takes the highest created time also among rows created before they became true', async () => {
    const each = await createdView('announced.parquet', [
      [1, 20, T2, T1],
      [1, 10, T2, T0],
    ]);
    expect(await column(each, rowsAt([1, T2]))).toEqual([20n]);
    expect(await column(each, rowsAt([1, T2]), { knowledgeTime: false })).toEqual([20n]);
  });

  it('counts a null created time as the event time', async () => {
    const path = await fixture.write(
      'uncreated.parquet',
      [ID, VALUE, EVENT, CREATED],
      [
        [1, 20, at(T0), at(T1)],
        [1, 10, at(T0), null],
        [2, 30, at(T1), null],
      ],
    );
    const each = oneView(path, [plain('value', 'int64')], { source: { createdTime: 'created' } });
    expect(await column(each, rowsAt([1, T0], [1, T1], [2, T1]))).toEqual([10n, 20n, 30n]);
    expect(await column(each, rowsAt([1, T0], [2, T1]), { knowledgeTime: false })).toEqual([20n, 30n]);
  });

  it('hold for what is materialized', async () => {
    const each = await createdView('materialized.parquet', [
      [1001, 20, T0, T1],
      [1001, 10, T0, T0],
      [1002, 30, T0, T1],
      [1002, 40, T1, T0],
      [1003, 50, T2, T2],
    ]);
    const context = await fixture.store.describeSources(each.snapshot, [each.view]);
    const query = buildNewestRowsQuery(context, each.view, { asOf: parseInstant(T1) });
    const { rows } = await fixture.store.readRows(`SELECT * FROM (${query.sql}) ORDER BY id`);
    expect(rows).toEqual([
      [1001n, at(T0), at(T1), false, 20n],
      [1002n, at(T1), at(T0), false, 40n],
    ]);
  });

  it('takes only what was known, unless told otherwise', async () => {
    const each = await createdView('known.parquet', [
      [1001, 10, T0, T0],
      [1002, 30, T0, T0],
      [1001, 20, T0, T2],
      [1002, 40, T0, T2],
    ]);
    expect(await column(each, rowsAt([1001, T1], [1002, T1]))).toEqual([10n, 30n]);
    expect(await column(each, rowsAt([1001, T1], [1002, T1]), { knowledgeTime: false })).toEqual([20n, 40n]);
  });

  it('takes rows within the ttl, its edge included', async () => {
    const each = await createdView(
      'ttl.parquet',
      [
        [1, 11, '2023-12-31', '2023-12-31'],
        [1, 22, '2024-01-02', '2024-01-02'],
        [1, 33, '2024-01-03', '2024-01-03'],
        [2, 22, '2023-01-03', '2023-01-03'],
        [3, 10, '2024-01-01', '2024-01-03'],
        [3, 20, '2024-01-01', '2024-01-02'],
      ],
      { view: { ttlSeconds: 10 * 86_400 } },
    );
    expect(
      await column(each, rowsAt([1, '2024-01-01'], [1, '2024-01-02'], [2, '2024-01-01'], [3, '2024-01-03'])),
    ).toEqual([11n, 22n, null, 10n]);
    expect(await column(each, rowsAt([1, '2024-01-13T00:00:00Z'], [1, '2024-01-13T00:00:00.000001Z']))).toEqual([
      33n,
      null,
    ]);
  });

  it('compares composite keys column by column, beside views keyed by one of them', async () => {
    const keys = [
      { name: 'driver', type: 'BIGINT' },
      { name: 'customer', type: 'BIGINT' },
    ];
    const trips = await fixture.write(
      'trips.parquet',
      [...keys, EVENT, VALUE],
      [
        [1, 23, at(T0), 123],
        [12, 3, at(T0), 1203],
      ],
    );
    const drivers = await fixture.write(
      'drivers.parquet',
      [keys[0] ?? ID, EVENT, { name: 'rating', type: 'DOUBLE' }],
      [
        [1, at(T0), 0.5],
        [12, at(T0), 0.25],
      ],
    );
    const trip = viewSpec([plain('value', 'int64')], {
      name: 'trip',
      entities: ['customer', 'driver'],
      source: 'trips',
    });
    const driver = viewSpec([plain('rating', 'float64')], {
      name: 'driver_rating',
      entities: ['driver'],
      source: 'drivers',
    });
    const snapshot = snapshotOf({
      entities: { driver: [{ name: 'driver', type: 'int64' }], customer: [{ name: 'customer', type: 'int64' }] },
      sources: [parquetSource(trips, { name: 'trips' }), parquetSource(drivers, { name: 'drivers' })],
      views: [trip, driver],
    });
    const spine = {
      kind: 'rows',
      rows: spineRows(
        ['driver', 'customer', 'event_timestamp'],
        [
          [12, 3, T1],
          [1, 23, T1],
          [1, 3, T1],
          [null, 23, T1],
          [12, null, T1],
        ],
      ),
    } as const;
    const { rows } = await readTrainingSet(fixture.store, {
      snapshot,
      views: [resolved(snapshot, trip), resolved(snapshot, driver)],
      spine,
    });
    expect(rows.map((row) => row.slice(3))).toEqual([
      [1203n, 0.25],
      [123n, 0.5],
      [null, 0.5],
      [null, null],
      [null, 0.25],
    ]);
  });
});

describe('the spine', () => {
  it('comes back once per row, in order, with its other columns and duplicates', async () => {
    const path = await fixture.write('spine.parquet', [ID, VALUE, EVENT], [[1, 5, at(T0)]]);
    const { snapshot, view } = oneView(path, [plain('value', 'int64')]);
    const rows = spineRows(
      ['label', 'id', 'event_timestamp', 'weight', 'note'],
      [
        ['b', 1, T1, 0.5, null],
        ['a', 2, T1, 1, { x: [1] }],
        ['b', 1, T1, 0.5, 'same'],
        ['z', 1, '2023-01-01', 2, 3],
      ],
    );
    const result = await readTrainingSet(fixture.store, {
      snapshot,
      views: [resolved(snapshot, view)],
      spine: { kind: 'rows', rows },
    });
    expect(result.columns).toEqual([
      { name: 'label', type: 'string' },
      { name: 'id', type: 'int64' },
      { name: 'event_timestamp', type: 'timestamp' },
      { name: 'weight', type: 'float64' },
      { name: 'note', type: 'json' },
      { name: 'value', type: 'int64' },
    ]);
    expect(result.rows).toEqual([
      ['b', 1n, parseInstant(T1), 0.5, null, 5n],
      ['a', 2n, parseInstant(T1), 1, '{"x":[1]}', null],
      ['b', 1n, parseInstant(T1), 0.5, '"same"', 5n],
      ['z', 1n, parseInstant('2023-01-01'), 2, '3', null],
    ]);
  });

  it('matches a row of exactly its time and none a microsecond later', async () => {
    const path = await fixture.write('edge.parquet', [ID, VALUE, EVENT], [[1, 5, at(T1)]]);
    expect(
      await column(oneView(path, [plain('value', 'int64')]), rowsAt([1, T1], [1, '2024-01-01T23:59:59.999999Z'])),
    ).toEqual([5n, null]);
  });

  it('reads naive times as UTC and normalises zoned ones, in sources and spines', async () => {
    const zoned = await fixture.write(
      'zoned.parquet',
      [ID, VALUE, { name: 'event_timestamp', type: 'TIMESTAMPTZ' }],
      [[1, 5, at('2024-01-01T10:00:00+02:00')]],
    );
    const each = oneView(zoned, [plain('value', 'int64')]);
    expect(
      await column(
        each,
        rowsAt(
          [1, '2024-01-01T07:59:59'],
          [1, '2024-01-01T08:00:00'],
          [1, '2024-01-01T09:59:59+02:00'],
          [1, '2024-01-01T00:00:00-08:00'],
        ),
      ),
    ).toEqual([null, 5n, null, 5n]);
    const days = await fixture.write(
      'days.parquet',
      [ID, VALUE, { name: 'event_timestamp', type: 'DATE' }],
      [[1, 6, at('2024-01-02')]],
    );
    expect(
      await column(
        oneView(days, [plain('value', 'int64')]),
        rowsAt([1, '2024-01-01T23:59:59.999999'], [1, '2024-01-02']),
      ),
    ).toEqual([null, 6n]);
  });
});

describe('defaults', () => {
  it('replace no row, an expired row and null', async () => {
    const path = await fixture.write(
      'defaults.parquet',
      [ID, VALUE, EVENT],
      [
        [1, null, at(T1)],
        [2, 5, at('2023-01-01')],
        [3, 9, at(T1)],
      ],
    );
    const each = oneView(path, [plain('value', 'int64', 7)], { view: { ttlSeconds: 86_400 } });
    expect(await column(each, rowsAt([1, T2], [2, T2], [3, T2], [4, T2], [null, T2]))).toEqual([7n, 7n, 9n, 7n, 7n]);
    const stale = oneView(path, [plain('value', 'int64', 7)], { view: { ttlSeconds: 86_400, onStale: 'null' } });
    expect(await column(stale, rowsAt([1, T2], [2, T2], [3, T2], [4, T2]))).toEqual([7n, null, 9n, 7n]);
  });

  it('are of every type', async () => {
    const path = await fixture.write('types.parquet', [ID, EVENT, ...TYPED], []);
    const features = [
      plain('b', 'bool', true),
      plain('i', 'int64', '9223372036854775807'),
      plain('f', 'float64', 'NaN'),
      plain('s', 'string', "it's 🥕"),
      plain('y', 'bytes', 'AAE='),
      plain('t', 'timestamp', '1969-12-31T23:59:59.999999Z'),
      plain('d', 'date', '1969-12-31'),
      plain('m', 'decimal', '12345678901234567890.10'),
      plain('j', 'json', { a: [1] }),
      plain('l', 'list<string>', ['x', "y'"]),
    ];
    const { snapshot, view } = oneView(path, features);
    const { rows } = await readTrainingSet(fixture.store, {
      snapshot,
      views: [resolved(snapshot, view)],
      spine: rowsAt([1, T0]),
    });
    expect(rows[0]?.slice(2)).toEqual([
      true,
      9223372036854775807n,
      Number.NaN,
      "it's 🥕",
      Uint8Array.of(0, 1),
      -1n,
      '1969-12-31',
      '12345678901234567890.10',
      '{"a":[1]}',
      ['x', "y'"],
    ]);
  });
});

const TYPED: readonly FixtureColumn[] = [
  { name: 'b', type: 'BOOLEAN' },
  { name: 'i', type: 'BIGINT' },
  { name: 'f', type: 'DOUBLE' },
  { name: 's', type: 'VARCHAR' },
  { name: 'y', type: 'BLOB' },
  { name: 't', type: 'TIMESTAMP' },
  { name: 'd', type: 'DATE' },
  { name: 'm', type: 'DECIMAL(30,2)' },
  { name: 'j', type: 'JSON' },
  { name: 'l', type: 'VARCHAR[]' },
];

describe('names', () => {
  it('let a view play two roles with mapped join keys', async () => {
    const path = await fixture.write(
      'airports.parquet',
      [{ name: 'airport', type: 'VARCHAR' }, VALUE, EVENT],
      [
        ['SFO', 1, at(T0)],
        ['JFK', 2, at(T0)],
      ],
    );
    const { snapshot, view } = oneView(path, [plain('value', 'int64')], {
      keys: [{ name: 'airport', type: 'string' }],
    });
    const views = [
      resolved(snapshot, view, { alias: 'origin', joinKeys: { airport: 'from' } }),
      resolved(snapshot, view, { alias: 'destination', joinKeys: { airport: 'to' } }),
    ];
    const rows = spineRows(
      ['from', 'to', 'event_timestamp'],
      [
        ['SFO', 'JFK', T1],
        ['JFK', 'SFO', T1],
        ['SFO', null, T1],
      ],
    );
    const result = await readTrainingSet(fixture.store, { snapshot, views, spine: { kind: 'rows', rows } });
    expect(result.columns.map((each) => each.name)).toEqual([
      'from',
      'to',
      'event_timestamp',
      'origin__value',
      'destination__value',
    ]);
    expect(result.rows.map((row) => row.slice(3))).toEqual([
      [1n, 2n],
      [2n, 1n],
      [1n, null],
    ]);
  });

  it('are refused where a spine column and a feature share one, with everything else that is wrong', async () => {
    const path = await fixture.write('collision.parquet', [ID, VALUE, EVENT], []);
    const { snapshot, view } = oneView(path, [plain('value', 'int64')]);
    const refused = readTrainingSet(fixture.store, {
      snapshot,
      views: [resolved(snapshot, view)],
      spine: { kind: 'rows', rows: spineRows(['id', 'event_timestamp', 'Value', '#x'], [[1, T1, 3, 4]]) },
    });
    const error: unknown = await refused.catch((each: unknown) => each);
    expect(isLarderError(error) && [error.code, error.details.problems?.map((each) => each.message)]).toEqual([
      'INVALID_ARGUMENT',
      [
        'column Value has the name of the feature view:value; rename it or ask for full feature names',
        'column #x: names that start with # are taken',
      ],
    ]);
  });
});

describe('windows', () => {
  const features = [
    windowed('rows', { function: 'count', type: 'int64', windowSeconds: 3600 }),
    windowed('total', { function: 'sum', column: 'value', type: 'int64', windowSeconds: 3600 }),
    windowed('rows_2h', { function: 'count', type: 'int64', windowSeconds: 7200, default: 0 }),
  ];

  it('cover (t - w, t]; an entity with events but none in the window counts 0, one without any event has no row', async () => {
    const path = await fixture.write(
      'windows.parquet',
      [ID, VALUE, EVENT],
      [
        [1, 5, at('2024-01-01T10:00:00Z')],
        [1, 7, at('2024-01-01T11:00:00Z')],
      ],
    );
    const { snapshot, view } = oneView(path, features);
    const spine = rowsAt(
      [1, '2024-01-01T09:59:59'],
      [1, '2024-01-01T10:00:00'],
      [1, '2024-01-01T11:00:00'],
      [1, '2024-01-01T11:59:59.999999'],
      [1, '2024-01-01T12:00:00'],
      [1, '2024-02-01'],
      [2, '2024-02-01'],
    );
    const { rows, statistics } = await readTrainingSet(fixture.store, {
      snapshot,
      views: [resolved(snapshot, view)],
      spine,
    });
    expect(rows.map((row) => row.slice(2))).toEqual([
      [null, null, 0n],
      [1n, 5n, 1n],
      [1n, 7n, 2n],
      [1n, 7n, 2n],
      [0n, null, 1n],
      [0n, null, 0n],
      [null, null, 0n],
    ]);
    expect(statistics.map((each) => [each.feature, each.present, each.nulls, each.noRow])).toEqual([
      ['rows', 5, 0, 2],
      ['total', 3, 2, 2],
      ['rows_2h', 5, 0, 2],
    ]);
  });

  it('give NaN where they contain one and nowhere else', async () => {
    const path = await fixture.write(
      'nan.parquet',
      [ID, { name: 'value', type: 'DOUBLE' }, EVENT],
      [
        [1, 1.5, at('2024-01-01T10:00:00Z')],
        [1, 'nan', at('2024-01-01T10:30:00Z')],
        [1, 2.5, at('2024-01-01T11:30:00Z')],
      ],
    );
    const float = windowed('total', { function: 'sum', column: 'value', type: 'float64', windowSeconds: 3600 });
    expect(
      await column(
        oneView(path, [float]),
        rowsAt(
          [1, '2024-01-01T10:00:00'],
          [1, '2024-01-01T10:30:00'],
          [1, '2024-01-01T11:29:59'],
          [1, '2024-01-01T11:30:00'],
        ),
      ),
    ).toEqual([1.5, Number.NaN, Number.NaN, 2.5]);
  });
});

describe('sums of floats', () => {
  const features = [
    windowed('total', { function: 'sum', column: 'value', type: 'float64', windowSeconds: 1_000_000 }),
    windowed('average', { function: 'mean', column: 'value', type: 'float64', windowSeconds: 1_000_000 }),
  ];
  const asOf = parseInstant('2024-01-10');
  const columns = [ID, { name: 'value', type: 'DOUBLE' }, EVENT, CREATED];

  it('have the same bits in training sets and materializations, whatever the plan and the order of the rows', async () => {
    const values = Array.from({ length: 20_000 }, (_, index) => Math.sin(index) * 10 ** ((index % 13) - 6));
    const rows = values.map(
      (value, index) =>
        [index % 20, value, at('2024-01-01') + BigInt((index * 7919) % 20_000) * 1_000_000n, null] as const,
    );
    const totals: FeatureValue[][] = [];
    for (const [file, ordered] of [
      ['forth.parquet', rows],
      ['back.parquet', rows.toReversed()],
    ] as const) {
      const path = await fixture.write(file, columns, ordered);
      for (const source of [{}, { createdTime: 'created' }]) {
        const { snapshot, view } = oneView(path, features, { source });
        const spine = rowsAt(...Array.from({ length: 20 }, (_, id) => [id, '2024-01-10'] as const));
        const training = await readTrainingSet(fixture.store, { snapshot, views: [resolved(snapshot, view)], spine });
        totals.push(training.rows.flatMap((row) => row.slice(2)));
        const context = await fixture.store.describeSources(snapshot, [view]);
        const { sql } = buildWindowsAsOfQuery(context, view, { asOf });
        totals.push((await fixture.store.readRows(`SELECT total, average FROM (${sql}) ORDER BY id`)).rows.flat());
      }
    }
    expect(totals).toEqual(totals.map(() => totals[0]));
    const plain = values.filter((_, index) => index % 20 === 0).reduce((sum, value) => sum + value, 0);
    expect(Math.abs(Number(totals[0]?.[0]) / plain - 1)).toBeLessThan(1e-12);
  });

  it.each([
    ['tiny', [1e-300, 2e-300], 3e-300],
    ['huge', [1e300, -1e299], 9e299],
    ['far apart', [1e15, 2 ** -30, -1e15], 2 ** -30],
    ['zero', [0, -0], 0],
    ['rounded once', [0.1, 0.2, 0.3], 0.6],
    ['cancelling', [2 ** 63, 1, -(2 ** 63)], 1],
  ])('of %s values are exact', async (_, values, total) => {
    const path = await fixture.write(
      `floats-${total}.parquet`,
      columns,
      values.map((value) => [1, value, at('2024-01-05'), null]),
    );
    const [sum] = features;
    if (sum === undefined) throw new Error('no feature');
    expect(Number((await column(oneView(path, [sum]), rowsAt([1, '2024-01-10'])))[0]) - total).toBe(0);
  });
});

describe('snapshot accuracy', () => {
  it('answers as serving did: as of the last tick whose values were shown', async () => {
    const path = await fixture.write(
      'snapshots.parquet',
      [ID, VALUE, EVENT],
      [
        [1, 1, at('2024-01-01T09:59:00Z')],
        [1, 2, at('2024-01-01T10:00:00Z')],
        [1, 3, at('2024-01-01T10:30:00Z')],
      ],
    );
    const each = oneView(path, [plain('value', 'int64')], { view: { accuracy: 'snapshot', delaySeconds: 600 } });
    const spine = rowsAt(
      [1, '2024-01-01T10:09:59'],
      [1, '2024-01-01T10:10:00'],
      [1, '2024-01-01T11:09:59'],
      [1, '2024-01-01T11:10:00'],
    );
    expect(await column(each, spine)).toEqual([null, 2n, 2n, 3n]);
    expect(await column(each, spine, { accuracy: 'temporal' })).toEqual([2n, 2n, 3n, 3n]);
    const cron = oneView(path, [plain('value', 'int64')], {
      view: {
        accuracy: 'snapshot',
        delaySeconds: 600,
        cadence: { kind: 'cron', expression: '0 11 * * *', timeZone: 'Europe/Berlin' },
      },
    });
    expect(await column(cron, spine)).toEqual([null, 2n, 2n, 2n]);
  });

  it('reaches back from the tick, not from the row, in windows', async () => {
    const path = await fixture.write(
      'ticks.parquet',
      [ID, VALUE, EVENT],
      [
        [1, 1, at('2024-01-01T09:00:00Z')],
        [1, 2, at('2024-01-01T09:30:00Z')],
        [1, 4, at('2024-01-01T10:30:00Z')],
      ],
    );
    for (const type of ['int64', 'float64'] as const) {
      const total = windowed('total', { function: 'max', column: 'value', type, windowSeconds: 3600 });
      const rows = windowed('rows', { function: 'count', type: 'int64', windowSeconds: 3600 });
      const { snapshot, view } = oneView(path, type === 'int64' ? [rows] : [total, rows], {
        view: { accuracy: 'snapshot' },
      });
      expect(await column({ snapshot, view }, rowsAt([1, '2024-01-01T10:50:00']))).toEqual([1n]);
    }
  });
});

describe('statistics', () => {
  it('tell values, nulls, missing and expired rows, deletions, and rows that only their created time kept out', async () => {
    const columns = [ID, { name: 'value', type: 'BIGINT' }, EVENT, CREATED, { name: 'gone', type: 'BOOLEAN' }];
    const path = await fixture.write('statistics.parquet', columns, [
      [1, 5, at(T0), at(T0), false],
      [1, 6, at(T1), at('2024-02-01'), false],
      [2, null, at(T1), at(T1), false],
      [3, 8, at('2023-06-01'), at('2023-06-01'), false],
      [4, 9, at(T0), at(T0), false],
      [4, null, at(T1), at(T1), true],
      [5, 9, at(T1), at('2024-02-01'), false],
      [6, 9, at('2023-06-01'), at('2024-02-01'), false],
    ]);
    const each = oneView(path, [plain('value', 'int64', 0)], {
      source: { createdTime: 'created', tombstone: 'gone' },
      view: { ttlSeconds: 30 * 86_400 },
    });
    const spine = rowsAt([1, T2], [2, T2], [3, T2], [4, T2], [5, T2], [6, T2], [7, T2], [null, T2]);
    const request = { snapshot: each.snapshot, views: [resolved(each.snapshot, each.view)], spine };
    const { statistics, rows } = await readTrainingSet(fixture.store, request);
    expect(rows.map((row) => row.at(-1))).toEqual([5n, 0n, 0n, 0n, 0n, 0n, 0n, 0n]);
    expect(statistics).toEqual([
      { feature: 'value', present: 1, nulls: 1, noRow: 4, expired: 1, deleted: 1, notKnownYet: 2 },
    ]);
    const { statistics: open } = await readTrainingSet(fixture.store, { ...request, knowledgeTime: false });
    expect(open).toEqual([
      { feature: 'value', present: 2, nulls: 1, noRow: 2, expired: 2, deleted: 1, notKnownYet: 0 },
    ]);
  });
});
