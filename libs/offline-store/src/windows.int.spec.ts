import type { FeatureSpec, FeatureValue } from '@larder/registry';
import type { OfflineFixture, OneView } from './testing/offline-fixture.js';
import { oneView, openOfflineFixture } from './testing/offline-fixture.js';
import { windowed } from './testing/view-fixture.js';
import type { Event } from './testing/window-fixture.js';
import { lifetime, sliding, tumbling, value, windowValues, windowView } from './testing/window-fixture.js';

let fixture: OfflineFixture;
beforeAll(async () => (fixture = await openOfflineFixture()));
afterAll(() => fixture.close());

const viewOf = (events: readonly Event[], features: readonly FeatureSpec[], type = 'DOUBLE'): Promise<OneView> =>
  windowView(fixture, events, { features, type });
const valuesAt = (each: OneView, times: readonly string[]): Promise<FeatureValue[][]> =>
  windowValues(fixture, each, times);

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
      await valuesAt(each, [
        '00:59:59.999999',
        '01:00:00',
        '01:59:59.999999',
        '02:00:00',
        '02:59:59',
        '03:00:00',
        '04:00:00',
      ]),
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
  it('count while one of their events is there, late ones too; what is known too late never counts', async () => {
    const different = windowed('different', { function: 'countDistinct', column: 'value', type: 'int64', ...sliding });
    const each = await viewOf(
      [
        [7, '10:00:00'],
        [7, '09:30:00', '10:10:00'],
        [7, '10:05:00', '10:50:00'],
        [8, '10:20:00', '11:30:00'],
      ],
      [different, windowed('rows', { function: 'count', type: 'int64', ...sliding })],
    );
    const times = ['10:00:00', '10:29:59', '10:30:00', '10:59:59', '11:00:00', '11:04:59', '11:05:00', '11:30:00'];
    expect(await valuesAt(each, times)).toEqual([
      [1n, 1n],
      [1n, 2n],
      [1n, 1n],
      [1n, 2n],
      [1n, 1n],
      [1n, 1n],
      [0n, 0n],
      [0n, 0n],
    ]);
  });

  it('are one for both zeros and one for NaN', async () => {
    const columns = [
      windowed('different', { function: 'countDistinct', column: 'value', type: 'int64', ...sliding }),
      windowed('about', { function: 'approxCountDistinct', column: 'value', type: 'int64', ...sliding }),
      windowed('smallest', { function: 'min', ...value, ...sliding, filter: 'value <= 1' }),
    ];
    const events = ['-0.0', '0.0', 'nan', '-nan', '1'].map((each): Event => [each, '10:00:00']);
    expect(await valuesAt(await viewOf(events, columns), ['10:00:00'])).toEqual([[3n, 3n, 0]]);
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

describe('quantiles and the most frequent values', () => {
  it('interpolate; NaN makes them NaN while it is there', async () => {
    const features = [
      windowed('median', { function: 'quantile', ...value, quantiles: [0.5], ...sliding }),
      windowed('ends', {
        function: 'quantile',
        column: 'value',
        type: 'list<float64>',
        quantiles: [0, 0.25, 1],
        ...sliding,
      }),
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
    windowed('recent', {
      function: 'lastN',
      column: 'value',
      type: 'list<float64>',
      limit: 9,
      ...sliding,
      filter: 'value > 10',
    }),
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
