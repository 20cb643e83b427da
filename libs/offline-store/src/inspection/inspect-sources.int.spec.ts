import { join } from 'node:path';
import type { FeatureViewSpec, Problem, Snapshot } from '@larder/registry';
import { parseInstant } from '@larder/registry';
import type { OfflineFixture } from '../testing/offline-fixture.js';
import { at, oneView, openOfflineFixture } from '../testing/offline-fixture.js';
import { parquetSource, plain, snapshotOf, viewSpec, windowed } from '../testing/view-fixture.js';
import type { InspectionLimits } from './budget.js';
import type { SourceInspection } from './inspect-sources.js';

const NOW = parseInstant('2024-04-10T00:00:00Z');
const LIMITS: InspectionLimits = { timeoutSeconds: 30, lookSeconds: 10 };
const DAY = 86_400;
const ID = { name: 'id', type: 'BIGINT' };
const EVENT = { name: 'event_timestamp', type: 'TIMESTAMP' };

let fixture: OfflineFixture;
beforeAll(async () => (fixture = await openOfflineFixture()));
afterAll(() => fixture.close());

function inspect(
  snapshot: Snapshot,
  {
    views = snapshot.featureViews,
    limits = LIMITS,
  }: { views?: readonly FeatureViewSpec[]; limits?: InspectionLimits } = {},
): Promise<SourceInspection> {
  const estimates = new Set(views.map((view) => view.name));
  return fixture.store.inspectSources({ snapshot, views, estimates, now: NOW }, limits);
}

const texts = (problems: readonly Problem[]): string[] => problems.map(({ path, message }) => `${path}: ${message}`);

/** Events of `days` days, one an hour, over `ids` ids. */
async function writeEvents(
  file: string,
  { days, ids }: { readonly days: number; readonly ids: number },
): Promise<string> {
  const path = join(fixture.directory, file);
  await fixture.store.writeParquet(
    `SELECT i % ${ids} AS id, 'name ' || (i % ${ids}) AS word, i * 0.5 AS ratio, repeat(md5(i::VARCHAR), 20) AS unused,
       TIMESTAMP '2024-01-01' + to_hours(i) AS event_timestamp
     FROM (SELECT CAST(range AS INTEGER) AS i FROM range(${days * 24 + 1}))`,
    path,
  );
  return path;
}

describe('problems', () => {
  it('come all at once and suggest what may have been meant', async () => {
    const path = await writeEvents('problems.parquet', { days: 10, ids: 5 });
    const wrong = viewSpec([plain('ratoi', 'float64')], { name: 'wrong', filter: 'word > id AND nothing = 3' });
    const grouped = viewSpec([plain('ratio', 'float64')], { name: 'grouped', filter: 'sum(ratio) > 3' });
    const windows = viewSpec(
      [
        windowed('total', { function: 'sum', column: 'word', type: 'float64', windowSeconds: 60 }),
        windowed('last_word', { function: 'last', column: 'word', type: 'int64', windowSeconds: 60 }),
        {
          ...windowed('some', { function: 'count', type: 'int64', windowSeconds: 60 }),
          compute: { kind: 'aggregate', function: 'count', windowSeconds: 60, filter: 'nonsense' },
        },
      ],
      { name: 'windows' },
    );
    const snapshot = snapshotOf({
      entities: { entity: [{ name: 'id', type: 'int64' }] },
      sources: [parquetSource(path, { tombstone: 'word' })],
      views: [wrong, grouped, windows],
    });
    const { problems, estimates } = await inspect(snapshot);
    expect(texts(problems)).toEqual([
      'sources.source.tombstone: column word of source source is VARCHAR, which is no bool; expected BOOLEAN',
      'featureViews.wrong.features.ratoi: source source has no column ratoi; did you mean ratio?; it has id, word, ratio, unused, event_timestamp',
      expect.stringMatching(
        /^featureViews.wrong.filter: the query does not fit its sources: .*; in: word > id AND nothing = 3$/,
      ),
      expect.stringMatching(
        /^featureViews.grouped.filter: the query does not fit its sources: WHERE clause cannot contain aggregates!; in: sum/,
      ),
      'featureViews.windows.features.total: column word of source source is VARCHAR; expected a number',
      expect.stringMatching(
        /^featureViews.windows.features.last_word: column word of source source is VARCHAR, which is no int64; /,
      ),
      expect.stringMatching(
        /^featureViews.windows.features.some.filter: .*"nonsense" not found in FROM clause!; in: nonsense$/,
      ),
    ]);
    expect(estimates).toEqual([]);
  });

  it('of values that cannot be read as declared are found in the rows', async () => {
    const path = await fixture.write('narrow.parquet', [ID, EVENT], [[3_000_000_000n, at('2024-04-01')]]);
    const { snapshot } = oneView(path, [plain('id', 'int64')], { keys: [{ name: 'id', type: 'int32' }] });
    const { problems } = await inspect(snapshot);
    expect(texts(problems)).toEqual([
      expect.stringMatching(/^featureViews.view: a value cannot be read as declared: .*3000000000/),
    ]);
  });
});

describe('warnings', () => {
  it('tell of windows longer than the history and of values that are all too old', async () => {
    const path = await writeEvents('short.parquet', { days: 90, ids: 5 });
    const features = [
      windowed('count_90d', { function: 'count', type: 'int64', windowSeconds: 90 * DAY }),
      windowed('count_91d', { function: 'count', type: 'int64', windowSeconds: 91 * DAY }),
    ];
    const fresh = await inspect(oneView(path, features, { view: { ttlSeconds: 10 * DAY } }).snapshot);
    expect(texts(fresh.warnings)).toEqual([
      'featureViews.view.features.count_91d: its window of 91d is longer than the history of source source, which holds 2024-01-01T00:00:00Z to 2024-03-31T00:00:00Z',
    ]);
    const old = await inspect(oneView(path, features.slice(0, 1), { view: { ttlSeconds: 10 * DAY - 1 } }).snapshot);
    expect(texts(old.warnings)).toEqual([
      'featureViews.view.ttl: the newest event of source source is of 2024-03-31T00:00:00Z, longer ago than the ttl of 863999s: every value would be too old',
    ]);
  });

  it('tell of sources without rows, once for all views', async () => {
    const [empty, timeless] = [
      await fixture.write('empty.parquet', [ID, EVENT], []),
      await fixture.write('timeless.parquet', [ID, EVENT], [[1, null]]),
    ];
    const views = ['one', 'two', 'three'].map((name, index) =>
      viewSpec([plain('id', 'int64')], { name, source: index < 2 ? 'empty' : 'timeless' }),
    );
    const snapshot = snapshotOf({
      entities: { entity: [{ name: 'id', type: 'int64' }] },
      sources: [parquetSource(empty, { name: 'empty' }), parquetSource(timeless, { name: 'timeless' })],
      views,
    });
    const { problems, warnings, estimates } = await inspect(snapshot);
    expect([problems, texts(warnings)]).toEqual([
      [],
      [
        'sources.empty: has no rows: its features have no values',
        'sources.timeless: has 1 rows, none of them with an event time: its features have no values',
      ],
    ]);
    expect(estimates.map(({ view, entities, bytesPerEntity }) => [view, entities, bytesPerEntity > 0])).toEqual([
      ['one', 0, false],
      ['two', 0, false],
      ['three', 0, true],
    ]);
  });

  it('tell of SQL whose result depends on the time at which it runs', async () => {
    const path = await writeEvents('now.parquet', { days: 20, ids: 5 });
    const { snapshot } = oneView(path, [plain('ratio', 'float64')], {
      view: {
        filter: "event_timestamp > now() - INTERVAL 30 DAY AND event_timestamp < current_date AND word <> 'now'",
      },
    });
    expect(texts((await inspect(snapshot)).warnings)).toEqual(
      ['now', 'current_date'].map(
        (each) =>
          `featureViews.view.filter: uses ${each}: the result depends on when it is computed, so training and serving may see different values`,
      ),
    );
  });
});

describe('estimates', () => {
  it('count files, rows, the bytes of the columns that are read, and entities that pass the filter', async () => {
    const path = await writeEvents('sizes.parquet', { days: 100, ids: 40 });
    const meta = await fixture.store.readRows(
      `SELECT path_in_schema, CAST(sum(total_compressed_size) AS BIGINT) FROM parquet_metadata('${path}') GROUP BY 1`,
    );
    const bytes = new Map(meta.rows.map(([column, size]) => [column as string, Number(size)]));
    const read = (...columns: string[]): number => columns.reduce((sum, each) => sum + (bytes.get(each) ?? 0), 0);
    const { snapshot } = oneView(path, [plain('word', 'string')], { view: { filter: 'id < 10 AND ratio > 1' } });
    const { estimates, problems, warnings } = await inspect(snapshot);
    expect([problems, warnings]).toEqual([[], []]);
    expect(estimates).toMatchObject([
      {
        view: 'view',
        files: 1,
        sourceRows: 2401,
        sourceBytes: read('id', 'word', 'ratio', 'event_timestamp'),
        entities: 10,
      },
    ]);
    // `test{xxx}i7:1.1` and 20 + 9 bytes of head, `0x0a len` + tag, length and `name 7`
    expect(estimates[0]?.bytesPerEntity).toBe(15 + 29 + 4 + 6);
  });

  it('follow SQL sources down to their files', async () => {
    const path = await writeEvents('below.parquet', { days: 100, ids: 40 });
    const base = oneView(path, [plain('doubled', 'float64')]).snapshot;
    const query = 'SELECT id, event_timestamp, ratio * 2 AS doubled, word FROM {source} WHERE id <> 3';
    const snapshot: Snapshot = {
      ...base,
      sources: [
        ...base.sources,
        { kind: 'sql', name: 'derived', query, reads: ['source'], eventTime: 'event_timestamp' },
      ],
      featureViews: base.featureViews.map((view) => ({ ...view, source: 'derived' })),
    };
    const [direct] = (await inspect(oneView(path, [plain('ratio', 'float64')]).snapshot)).estimates;
    const [derived] = (await inspect(snapshot)).estimates;
    expect(derived).toEqual({ ...direct, entities: 39, bytesPerEntity: expect.any(Number) });
  });

  it('are left out, with a word, when there is no time, and nothing else is', async () => {
    const path = await writeEvents('late.parquet', { days: 10, ids: 40 });
    const { snapshot } = oneView(path, [plain('nothing', 'float64')]);
    const sound = oneView(path, [plain('ratio', 'float64')]).snapshot;
    const limits = { timeoutSeconds: 10, lookSeconds: 0 };
    expect((await inspect(snapshot, { limits })).problems).toHaveLength(1);
    const { problems, warnings, estimates } = await inspect(sound, { limits });
    expect([problems, estimates]).toEqual([[], []]);
    expect(texts(warnings)).toEqual([expect.stringMatching(/^sources.source: the rows were not looked at: /)]);
  });

  it('are cancelled by their signal', async () => {
    const path = await writeEvents('cancelled.parquet', { days: 10, ids: 40 });
    const { snapshot } = oneView(path, [plain('ratio', 'float64')]);
    const limits = { ...LIMITS, signal: AbortSignal.abort() };
    await expect(inspect(snapshot, { limits })).rejects.toThrow('the query was cancelled');
  });
});
