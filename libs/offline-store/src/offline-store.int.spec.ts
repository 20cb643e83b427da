import { mkdir, stat, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { isLarderError, parseInstant } from '@larder/registry';
import { buildIgnoredRowsQuery } from '@larder/point-in-time';
import { temporaryDirectory, waitFor } from '@larder/testing';
import { openOfflineStore } from './offline-store.js';
import type { OfflineFixture } from './testing/offline-fixture.js';
import { at, oneView, openOfflineFixture } from './testing/offline-fixture.js';
import { parquetSource, plain, snapshotOf, viewSpec, windowed } from './testing/view-fixture.js';

const ID = { name: 'id', type: 'BIGINT' };
const EVENT = { name: 'event_timestamp', type: 'TIMESTAMP' };
const CREATED = { name: 'created', type: 'TIMESTAMP' };
const SLOW = 'SELECT count(*) FROM range(100000) a, range(100000) b WHERE hash(a.range, b.range) = 7';

let fixture: OfflineFixture;
beforeAll(async () => (fixture = await openOfflineFixture()));
afterAll(() => fixture.close());

async function errorOf(work: Promise<unknown>): Promise<readonly [string, string]> {
  const error: unknown = await work.then(
    () => undefined,
    (each: unknown) => each,
  );
  return isLarderError(error) ? [error.code, error.message] : ['', String(error)];
}

async function drain(chunks: AsyncIterable<{ readonly rows: number }>): Promise<number> {
  let rows = 0;
  for await (const chunk of chunks) rows += chunk.rows;
  return rows;
}

describe('queries', () => {
  it('write Parquet files that appear whole, with their rows, bytes and columns', async () => {
    const path = join(fixture.directory, 'new', 'numbers.parquet');
    const written = await fixture.store.writeParquet("SELECT range AS n, DATE '2024-01-01' AS d FROM range(10)", path);
    expect(written).toEqual({
      path,
      rows: 10,
      bytes: (await stat(path)).size,
      columns: [
        { name: 'n', type: 'int64' },
        { name: 'd', type: 'date' },
      ],
    });
    expect(
      await errorOf(fixture.store.writeParquet("SELECT error('no')", join(fixture.directory, 'never.parquet'))),
    ).toEqual(['FAILED_PRECONDITION', 'a value cannot be read as declared: no']);
    await expect(stat(join(fixture.directory, 'never.parquet'))).rejects.toThrow('ENOENT');
  });

  it('throw in the middle of a stream instead of ending it early', async () => {
    const failing = "SELECT CAST(CASE WHEN range = 900000 THEN 'x' ELSE '1' END AS INTEGER) FROM range(1000000)";
    expect(await errorOf(drain(fixture.store.streamColumns(failing)))).toEqual([
      'FAILED_PRECONDITION',
      "a value cannot be read as declared: Could not convert string 'x' to INT32",
    ]);
    expect(await drain(fixture.store.streamColumns('SELECT * FROM range(1000000)'))).toBe(1_000_000);
  });

  it('are cancelled by a signal, in queries and in streams, and leave the store usable', async () => {
    const controller = new AbortController();
    const query = errorOf(fixture.store.readRows(SLOW, { signal: controller.signal }));
    setTimeout(() => controller.abort(), 50);
    expect(await query).toEqual(['ABORTED', 'the query was cancelled']);
    const streaming = new AbortController();
    const stream = fixture.store.streamColumns('SELECT * FROM range(100000000)', { signal: streaming.signal });
    await stream.next();
    streaming.abort();
    expect(await errorOf(drain(stream))).toEqual(['ABORTED', 'the query was cancelled']);
    expect(await errorOf(fixture.store.readRows('SELECT 1', { signal: streaming.signal }))).toEqual([
      'ABORTED',
      'the query was cancelled',
    ]);
    expect((await fixture.store.readRows('SELECT 1::BIGINT')).rows).toEqual([[1n]]);
  });

  it('end after their time', async () => {
    expect(await errorOf(fixture.store.readRows(SLOW, { timeoutSeconds: 0.05 }))).toEqual([
      'DEADLINE_EXCEEDED',
      'the query took longer than 0.05 seconds',
    ]);
  });

  it('wait for a connection rather than take one from a stream', async () => {
    const folder = await temporaryDirectory();
    const store = await openOfflineStore({
      projectDirectory: folder.path,
      allowedDirectories: [],
      temporaryDirectory: folder.path,
      maxConnections: 1,
    });
    const stream = store.streamColumns('SELECT * FROM range(100000)');
    await stream.next();
    let answered = false;
    const query = store.readRows('SELECT 1').then(() => (answered = true));
    const rows = await drain(stream);
    expect([rows > 90_000, answered]).toEqual([true, false]);
    await query;
    await store.close();
    await folder.close();
    expect(await errorOf(store.readRows('SELECT 1'))).toEqual(['UNAVAILABLE', 'the offline store is closed']);
  });

  it('spill to disk beyond their memory, or fail where they may not', async () => {
    const folder = await temporaryDirectory();
    const sorted = 'SELECT text FROM (SELECT md5(CAST(range AS VARCHAR)) AS text FROM range(3000000)) ORDER BY text';
    const codes: string[] = [];
    for (const spills of [true, false]) {
      const store = await openOfflineStore({
        projectDirectory: folder.path,
        allowedDirectories: [],
        temporaryDirectory: folder.path,
        memoryLimitBytes: 2 ** 26,
        threads: 1,
        spills,
      });
      codes.push((await errorOf(store.readRows(`SELECT count(*), max(text) FROM (${sorted} OFFSET 10)`)))[0]);
      await store.close();
    }
    expect(codes).toEqual(['', 'RESOURCE_EXHAUSTED']);
    await folder.close();
  });

  it('reach nothing outside the allowed directories and change no setting', async () => {
    const outside = await temporaryDirectory();
    await writeFile(join(outside.path, 'secret.csv'), 'a\n1\n');
    for (const sql of [
      `SELECT * FROM read_csv('${outside.path}/secret.csv')`,
      `SELECT * FROM read_csv('${fixture.directory}/../${outside.path.split('/').at(-1) ?? ''}/secret.csv')`,
      `COPY (SELECT 1) TO '${outside.path}/x.parquet'`,
      `ATTACH '${outside.path}/x.db'`,
    ]) {
      expect((await errorOf(fixture.store.readRows(sql)))[0]).toBe('PERMISSION_DENIED');
    }
    expect((await errorOf(fixture.store.readRows('SET threads = 64')))[0]).toBe('FAILED_PRECONDITION');
    expect((await errorOf(fixture.store.readRows('LOAD httpfs')))[0]).toBe('PERMISSION_DENIED');
    await outside.close();
  });
});

describe('sources', () => {
  it('are checked all at once, each problem with its place', async () => {
    const path = await fixture.write(
      'checked.parquet',
      [
        ID,
        { name: 'event_timestamp', type: 'VARCHAR' },
        { name: 'ratio', type: 'DOUBLE' },
        { name: 'word', type: 'VARCHAR' },
      ],
      [],
    );
    const view = viewSpec([plain('ratio', 'int64'), plain('missing', 'string')], { name: 'plain', filter: 'word' });
    const windows = viewSpec(
      [
        windowed('total', { function: 'sum', column: 'ratio', type: 'int64', windowSeconds: 60 }),
        windowed('least', { function: 'min', column: 'word', type: 'float64', windowSeconds: 60 }),
      ],
      { name: 'windows' },
    );
    const absent = viewSpec([plain('x', 'string')], { name: 'absent', source: 'absent' });
    const derived = viewSpec([plain('x', 'string')], { name: 'derived', source: 'derived' });
    const snapshot = snapshotOf({
      entities: { entity: [{ name: 'user_id', type: 'int64' }] },
      sources: [
        parquetSource(path, { createdTime: 'created' }),
        parquetSource('nowhere/*.parquet', { name: 'absent' }),
        {
          kind: 'sql',
          name: 'derived',
          query: 'SELECT nothing FROM {source}',
          reads: ['source'],
          eventTime: 'event_timestamp',
        },
      ],
      views: [view, windows, absent, derived],
    });
    const columns = 'it has id, event_timestamp, ratio, word';
    const problems = await fixture.store.checkSources(snapshot, snapshot.featureViews);
    expect(problems.map((each) => `${each.path}: ${each.message}`)).toEqual([
      'sources.source.eventTime: column event_timestamp of source source is VARCHAR; expected a timestamp or a date',
      `sources.source.createdTime: source source has no column created; ${columns}`,
      `featureViews.plain.joinKeys.user_id: source source has no column user_id; ${columns}`,
      expect.stringMatching(
        /^featureViews.plain.features.ratio: column ratio of source source is DOUBLE, which is no int64; expected TINYINT, /,
      ),
      `featureViews.plain.features.missing: source source has no column missing; ${columns}`,
      'featureViews.plain.filter: gives VARCHAR; expected a condition',
      `featureViews.windows.joinKeys.user_id: source source has no column user_id; ${columns}`,
      'featureViews.windows.features.total: column ratio of source source is DOUBLE; expected an integer',
      expect.stringMatching(
        /^featureViews.windows.features.least: column word of source source is VARCHAR, which is no float64; /,
      ),
      'sources.absent.path: no file matches nowhere/*.parquet',
      expect.stringMatching(
        /^sources.derived.query: the query does not fit its sources: Referenced column "nothing" not found/,
      ),
    ]);
    expect((await errorOf(fixture.store.describeSources(snapshot, [absent])))[0]).toBe('INVALID_ARGUMENT');
  });

  it('list their files in load order with the times in them, from footers or from rows', async () => {
    const folder = 'manifest';
    const later = await fixture.write(
      `${folder}/b.parquet`,
      [ID, EVENT, CREATED],
      [
        [1, at('2024-01-03'), at('2024-01-02')],
        [2, at('2024-01-01'), at('2024-01-05T00:00:00.000001Z')],
      ],
    );
    const earlier = await fixture.write(
      `${folder}/a.parquet`,
      [ID, EVENT, CREATED],
      [
        [1, at('2024-01-02'), null],
        [2, null, null],
      ],
    );
    const empty = await fixture.write(`${folder}/c.parquet`, [ID, EVENT, CREATED], []);
    await mkdir(join(fixture.directory, folder, 'other'), { recursive: true });
    const { snapshot } = oneView(folder, [plain('id', 'int64')], { source: { createdTime: 'created' } });
    const files = await fixture.store.sourceFiles(snapshot, 'source');
    const describe = async (path: string, rows: number): Promise<object> => ({
      path,
      rows,
      bytes: (await stat(path)).size,
      modifiedMicros: (await stat(path, { bigint: true })).mtimeNs / 1000n,
    });
    expect(files).toEqual([
      {
        ...(await describe(earlier, 2)),
        minEventTime: parseInstant('2024-01-02'),
        maxEventTime: parseInstant('2024-01-02'),
        maxKnownTime: parseInstant('2024-01-02'),
      },
      {
        ...(await describe(later, 2)),
        minEventTime: parseInstant('2024-01-01'),
        maxEventTime: parseInstant('2024-01-03'),
        maxKnownTime: parseInstant('2024-01-05T00:00:00.000001Z'),
      },
      { ...(await describe(empty, 0)) },
    ]);
    const { snapshot: trusting } = oneView(folder, [plain('id', 'int64')], {
      source: { createdTime: 'created', trustedHistoryBefore: '2024-01-02' },
    });
    expect((await fixture.store.sourceFiles(trusting, 'source')).map((file) => file.maxKnownTime)).toEqual([
      parseInstant('2024-01-02'),
      parseInstant('2024-01-03'),
      undefined,
    ]);
  });

  it('notice a rewritten file', async () => {
    const path = await fixture.write('rewritten.parquet', [ID, EVENT], [[1, at('2024-01-01')]]);
    const { snapshot } = oneView(path, [plain('id', 'int64')]);
    const [before] = await fixture.store.sourceFiles(snapshot, 'source');
    await fixture.write('rewritten.parquet', [ID, EVENT], [[1, at('2024-01-02')]]);
    await utimes(path, new Date(), new Date(Date.now() + 5000));
    const after = await waitFor(async () => (await fixture.store.sourceFiles(snapshot, 'source'))[0], {
      until: (file) => file?.modifiedMicros !== before?.modifiedMicros,
    });
    expect([before?.maxEventTime, after?.maxEventTime]).toEqual([
      parseInstant('2024-01-01'),
      parseInstant('2024-01-02'),
    ]);
  });

  it('count the rows that do not exist for a view', async () => {
    const path = await fixture.write(
      'ignored.parquet',
      [ID, EVENT],
      [
        [1, at('2024-01-01')],
        [null, at('2024-01-01')],
        [2, null],
        [null, null],
      ],
    );
    const { snapshot, view } = oneView(path, [plain('id', 'int64')]);
    const context = await fixture.store.describeSources(snapshot, [view]);
    expect((await fixture.store.readRows(buildIgnoredRowsQuery(context, view))).rows).toEqual([[2n, 1n]]);
  });
});
