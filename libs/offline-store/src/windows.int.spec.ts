import type { FeatureSpec, FeatureValue } from '@larder/registry';
import { parseInstant } from '@larder/registry';
import { buildWindowsAsOfQuery } from '@larder/point-in-time';
import type { OfflineFixture, OneView } from './testing/offline-fixture.js';
import { at, oneView, openOfflineFixture, spineRows } from './testing/offline-fixture.js';
import { resolved, windowed } from './testing/view-fixture.js';
import { readTrainingSet } from './training-set.js';

let fixture: OfflineFixture;
beforeAll(async () => (fixture = await openOfflineFixture()));
afterAll(() => fixture.close());

type Event = readonly [value: number | null, event: string, created?: string];

const day = (time: string): string => `2024-01-01T${time}Z`;
let files = 0;

/** The events of entity 1 as a view of these features; times are of one day. */
async function viewOf(events: readonly Event[], features: readonly FeatureSpec[], type = 'DOUBLE'): Promise<OneView> {
  const columns = [
    { name: 'id', type: 'BIGINT' },
    { name: 'value', type },
    { name: 'event_timestamp', type: 'TIMESTAMP' },
    { name: 'created', type: 'TIMESTAMP' },
  ];
  const rows = events.map(
    ([value, event, created = event]) => [1, value, at(day(event)), at(day(created))] as const,
  );
  const path = await fixture.write(`events-${files++}.parquet`, columns, rows);
  return oneView(path, features, { source: { createdTime: 'created' } });
}

/** The features at each time: as a training set has them, and as a materialization as of that time writes them; both are the same. */
async function valuesAt(each: OneView, times: readonly string[]): Promise<FeatureValue[][]> {
  const { snapshot, view } = each;
  const spine = {
    kind: 'rows' as const,
    rows: spineRows(
      ['id', 'event_timestamp'],
      times.map((time) => [1, day(time)]),
    ),
  };
  const training = await readTrainingSet(fixture.store, { snapshot, views: [resolved(snapshot, view)], spine });
  const values = training.rows.map((row) => row.slice(2));
  const context = await fixture.store.describeSources(snapshot, [view]);
  for (const [index, time] of times.entries()) {
    const { sql } = buildWindowsAsOfQuery(context, view, { asOf: parseInstant(day(time)) });
    const rows = (await fixture.store.readRows(sql)).rows.map((row) => row.slice(4));
    expect(rows[0] ?? view.features.map(() => null)).toEqual(values[index]);
  }
  return values;
}

const HOUR = 3600;
const tumbling = { windowKind: 'tumbling', windowSeconds: HOUR } as const;
const lifetime = { windowKind: 'lifetime' } as const;
const sliding = { windowSeconds: HOUR } as const;
const value = { column: 'value', type: 'float64' } as const;

describe('a tumbling window', () => {
  const features = [
    windowed('rows', { function: 'count', type: 'int64', ...tumbling }),
    windowed('largest', { function: 'max', ...value, ...tumbling }),
    windowed('newest', { function: 'last', ...value, ...tumbling }),
  ];

  it('is the last whole period before the instant, its first moment included and its last not', async () => {
    const each = await viewOf(
      [
        [1, '00:59:59.999999'],
        [2, '01:00:00'],
        [3, '01:59:59.999999'],
        [4, '02:00:00'],
      ],
      features,
    );
    expect(
      await valuesAt(each, ['00:59:59.999999', '01:00:00', '01:59:59.999999', '02:00:00', '02:59:59', '03:00:00', '04:00:00']),
    ).toEqual([
      [0n, null, null],
      [1n, 1, 1],
      [1n, 1, 1],
      [2n, 3, 3],
      [2n, 3, 3],
      [1n, 4, 4],
      [0n, null, null],
    ]);
  });

  it('counts a late row from when it is known, while the window still has its period', async () => {
    const each = await viewOf(
      [
        [1, '00:30:00'],
        [2, '01:30:00', '02:30:00'],
        [3, '01:40:00', '03:10:00'],
      ],
      [...features, windowed('different', { function: 'countDistinct', column: 'value', type: 'int64', ...tumbling })],
    );
    expect(await valuesAt(each, ['01:10:00', '02:29:59', '02:30:00', '03:00:00', '03:10:00'])).toEqual([
      [1n, 1, 1, 1n],
      [0n, null, null, 0n],
      [1n, 2, 2, 1n],
      [0n, null, null, 0n],
      [0n, null, null, 0n],
    ]);
  });
});

describe('a lifetime', () => {
  it('is everything that was known', async () => {
    const features = [
      windowed('total', { function: 'sum', ...value, ...lifetime }),
      windowed('different', { function: 'countDistinct', column: 'value', type: 'int64', ...lifetime }),
      windowed('newest', { function: 'last', ...value, ...lifetime }),
    ];
    const each = await viewOf(
      [
        [1, '01:00:00'],
        [4, '03:00:00', '05:00:00'],
        [1, '02:00:00'],
      ],
      features,
    );
    expect(await valuesAt(each, ['00:59:59', '01:00:00', '04:00:00', '05:00:00', '23:00:00'])).toEqual([
      [null, null, null],
      [1, 1n, 1],
      [2, 1n, 1],
      [6, 2n, 4],
      [6, 2n, 4],
    ]);
  });
});

describe('first, last and last n', () => {
  const features = [
    windowed('oldest', { function: 'first', ...value, ...sliding }),
    windowed('newest', { function: 'last', ...value, ...sliding }),
    windowed('recent', { function: 'lastN', column: 'value', type: 'list<float64>', limit: 3, ...sliding }),
  ];

  it('go by event time, then created time, then load order, and pass over nulls', async () => {
    const each = await viewOf(
      [
        [1, '10:00:00'],
        [5, '10:30:00', '10:40:00'],
        [3, '10:30:00', '10:35:00'],
        [4, '10:30:00', '10:40:00'],
        [2, '10:20:00'],
        [null, '10:50:00'],
        [null, '09:59:00'],
      ],
      features,
    );
    expect(await valuesAt(each, ['10:00:00', '10:36:00', '10:55:00', '11:00:00', '11:20:00', '12:00:00'])).toEqual([
      [1, 1, [1]],
      [1, 3, [3, 2, 1]],
      [1, 4, [4, 5, 3]],
      [2, 4, [4, 5, 3]],
      [3, 4, [4, 5, 3]],
      [null, null, null],
    ]);
  });
});

describe('distinct values', () => {
  it('count while one of their events is there, late ones too', async () => {
    const different = windowed('different', { function: 'countDistinct', column: 'value', type: 'int64', ...sliding });
    const each = await viewOf(
      [
        [7, '10:00:00'],
        [7, '09:30:00', '10:10:00'],
        [7, '10:05:00', '10:50:00'],
        [8, '10:20:00', '11:30:00'],
      ],
      [different],
    );
    const times = ['10:00:00', '10:29:59', '10:30:00', '10:59:59', '11:00:00', '11:04:59', '11:05:00', '11:30:00'];
    expect((await valuesAt(each, times)).flat()).toEqual([1n, 1n, 1n, 1n, 1n, 1n, 0n, 0n]);
  });

  it('are one for both zeros and one for NaN', async () => {
    const columns = [
      windowed('different', { function: 'countDistinct', column: 'value', type: 'int64', ...sliding }),
      windowed('about', { function: 'approxCountDistinct', column: 'value', type: 'int64', ...sliding }),
    ];
    const events = [0, -0, Number.NaN, Number.NaN, 1].map((each): Event => [each, '10:00:00']);
    expect(await valuesAt(await viewOf(events, columns), ['10:00:00'])).toEqual([[3n, 3n]]);
  });

  it('are estimated alike offline and online, within a few hundredths', async () => {
    const path = `${fixture.directory}/many.parquet`;
    await fixture.store.writeParquet(
      "SELECT 1 AS id, n AS value, TIMESTAMP '2024-01-01 10:00:00' + to_milliseconds(n % 1000000) AS event_timestamp FROM range(60000) t(n)",
      path,
    );
    const about = windowed('about', { function: 'approxCountDistinct', column: 'value', type: 'int64', ...lifetime });
    const times = ['10:00:00.099', '10:00:00.999', '10:00:09.999', '10:00:59.999'];
    const found = (await valuesAt(oneView(path, [about]), times)).flat().map(Number);
    const errors = found.map((each, index) => Math.abs(each / ([100, 1000, 10_000, 60_000][index] ?? 0) - 1));
    expect(errors.map((error) => error < 0.05)).toEqual([true, true, true, true]);
  });
});

describe('variances', () => {
  const variance = windowed('variance', { function: 'variance', ...value, ...lifetime });
  const stddev = windowed('stddev', { function: 'stddev', ...value, ...sliding });

  it.each<[string, number[], number | null, string?]>([
    ['one value', [5], null],
    ['equal values', [0.1, 0.1, 0.1], 0],
    ['values far from zero', [1e15 + 1, 1e15 + 2, 1e15 + 3], 1],
    ['values near zero', [1e-9, 2e-9, 3e-9], 1e-18],
    ['both signs', [-1, 1], 2],
    ['an infinity', [1, Number.POSITIVE_INFINITY], Number.NaN],
    ['NaN', [1, 2, Number.NaN], Number.NaN],
    ['nothing but one NaN', [Number.NaN], null],
    ['more than 2^62', [2 ** 62, 1], Number.NaN],
    ['small integers', [1, 2, 3, 4], 5 / 3, 'INTEGER'],
    ['great integers', [2 ** 53, 2 ** 53 - 2, 2 ** 53 - 4], 4, 'BIGINT'],
    ['integers on both sides of a limb', [2 ** 32 - 1, 2 ** 32, 2 ** 32 + 1], 1, 'BIGINT'],
  ])('of %s are exact', async (_, values, expected, type = 'DOUBLE') => {
    const events = values.map((each): Event => [each, '10:00:00']);
    const [[found = null, root = null] = []] = await valuesAt(await viewOf(events, [variance, stddev], type), ['10:00:00']);
    if (expected === null) expect([found, root]).toEqual([null, null]);
    else if (Number.isNaN(expected)) expect([found, root]).toEqual([Number.NaN, Number.NaN]);
    else {
      expect(Math.abs(Number(found) - expected)).toBeLessThanOrEqual(expected * 1e-13);
      expect(root).toBe(Math.sqrt(Number(found)));
    }
  });

  it('have the same bits whatever the order of the rows', async () => {
    const values = Array.from({ length: 2000 }, (_, index) => Math.sin(index) * 10 ** ((index % 13) - 6));
    const events = values.map((each, index): Event => [each, `10:${String((index * 7) % 60).padStart(2, '0')}:00`]);
    const forth = await valuesAt(await viewOf(events, [variance, stddev]), ['10:59:00']);
    const back = await valuesAt(await viewOf(events.toReversed(), [variance, stddev]), ['10:59:00']);
    expect(back).toEqual(forth);
    const mean = values.reduce((sum, each) => sum + each, 0) / values.length;
    const plain = values.reduce((sum, each) => sum + (each - mean) ** 2, 0) / (values.length - 1);
    expect(Math.abs(Number(forth[0]?.[0]) / plain - 1)).toBeLessThan(1e-10);
  });
});

describe('quantiles and the most frequent values', () => {
  it('interpolate; NaN makes them NaN while it is there', async () => {
    const features = [
      windowed('median', { function: 'quantile', ...value, quantiles: [0.5], ...sliding }),
      windowed('ends', { function: 'quantile', column: 'value', type: 'list<float64>', quantiles: [0, 0.25, 1], ...sliding }),
    ];
    const each = await viewOf(
      [
        [4, '10:00:00'],
        [1, '10:10:00'],
        [Number.NaN, '10:20:00'],
        [2, '11:00:00'],
      ],
      features,
    );
    const nan = Number.NaN;
    expect(await valuesAt(each, ['10:00:00', '10:10:00', '10:20:00', '11:20:00', '13:00:00'])).toEqual([
      [4, [4, 4, 4]],
      [2.5, [1, 1.75, 4]],
      [nan, [nan, nan, nan]],
      [2, [2, 2, 2]],
      [null, null],
    ]);
  });

  it('are the most frequent first, among equals the smallest', async () => {
    const top = windowed('top', { function: 'topK', column: 'value', type: 'list<int64>', limit: 2, ...sliding });
    const each = await viewOf(
      [9, 3, 5, 3, 5, 1, 5].map((each, index): Event => [each, `10:0${index}:00`]),
      [top],
      'BIGINT',
    );
    expect((await valuesAt(each, ['10:00:00', '10:04:00', '10:06:00', '11:05:30', '12:00:00'])).flat()).toEqual([
      [9n],
      [3n, 5n],
      [5n, 3n],
      [5n],
      null,
    ]);
  });
});

it('a filter chooses among the rows; the entity exists by all of them', async () => {
  const features = [
    windowed('many', { function: 'count', type: 'int64', ...sliding, filter: 'value > 10' }),
    windowed('largest', { function: 'max', ...value, ...sliding, filter: 'value < 10' }),
    windowed('recent', { function: 'lastN', column: 'value', type: 'list<float64>', limit: 9, ...sliding, filter: 'value > 10' }),
  ];
  const each = await viewOf(
    [
      [5, '10:00:00'],
      [15, '10:10:00'],
      [null, '10:20:00'],
    ],
    features,
  );
  expect(await valuesAt(each, ['09:00:00', '10:00:00', '10:30:00', '11:05:00'])).toEqual([
    [null, null, null],
    [0n, 5, null],
    [1n, 5, [15]],
    [1n, null, [15]],
  ]);
});
