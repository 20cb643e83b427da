import { join } from 'node:path';
import type { Definitions } from '@larder/registry';
import { compileDefinitions, entity, every, featureView, int64, parquet, sqlSource } from '@larder/registry';
import type { InspectionAnswer, InspectionFixture } from './testing/inspection-fixture.js';
import { openInspectionFixture } from './testing/inspection-fixture.js';

const events = parquet('events.parquet', { name: 'events', eventTime: 'at' });
const derived = sqlSource('derived', { reads: [events], query: 'SELECT * FROM {events}', eventTime: 'at' });
const view = featureView('activity', {
  entities: [entity('user', { joinKeys: { user_id: int64() } })],
  source: derived,
  features: { points: int64() },
  cadence: every('1h'),
});
const sound = compileDefinitions({ project: 'shop', objects: [view] });

function withQuery(query: string): Definitions {
  const sources = sound.sources.map((each) => (each.kind === 'sql' ? { ...each, query } : each));
  return { ...sound, sources };
}

function withFilter(filter: string): Definitions {
  return { ...sound, featureViews: sound.featureViews.map((each) => ({ ...each, filter })) };
}

let fixture: InspectionFixture;
let before: readonly string[];
beforeAll(async () => {
  fixture = await openInspectionFixture({
    LARDER_INSPECTION_TIMEOUT_SECONDS: '6',
    LARDER_INSPECTION_MEMORY_BYTES: String(2 ** 26),
  });
  await fixture.writer.writeParquet(
    "SELECT range % 100 AS user_id, range AS points, TIMESTAMP '2024-01-01' + to_seconds(range) AS at FROM range(10000)",
    join(fixture.directory, 'events.parquet'),
  );
  before = await fixture.files();
});
afterAll(() => fixture.close());
afterEach(async () => {
  expect(await fixture.files()).toEqual(before);
});

function inspect(definitions: Definitions, signal?: AbortSignal): Promise<InspectionAnswer> {
  return fixture.inspect({ definitions, views: ['activity'], estimates: ['activity'] }, signal);
}

/** Everything that was said to be wrong, whichever way. */
function wrongs({ error, problems = [] }: InspectionAnswer): string {
  return [
    ...(error === undefined ? [] : [error.message]),
    ...problems.map((each) => `${each.path}: ${each.message}`),
  ].join('\n');
}

it('finds nothing wrong with the definitions that the hostile ones are made from', async () => {
  const answer = await inspect(sound);
  expect(answer).toMatchObject({ status: 200, problems: [], estimates: [{ view: 'activity', sourceRows: 10_000 }] });
});

describe('a hostile query of a SQL source', () => {
  it.each([
    [
      'reads a file of the machine',
      "SELECT * FROM {events}, read_csv('/etc/passwd')",
      'uses read_csv(), which is not allowed',
    ],
    [
      'reads a file by its name',
      "SELECT * FROM {events}, '/etc/passwd.csv'",
      'reads /etc/passwd.csv, which is not one of its sources',
    ],
    [
      'reads a file of the project',
      "SELECT * FROM {events}, 'events.parquet'",
      'reads events.parquet, which is not one',
    ],
    [
      'hides a reader in a subquery',
      "SELECT *, (SELECT max(content) FROM read_text('/etc/passwd')) FROM {events}",
      'uses read_text()',
    ],
    ['hides a reader in a WITH', "WITH x AS (FROM read_blob('/etc/*')) SELECT * FROM {events}, x", 'uses read_blob()'],
    [
      'names a WITH like a file',
      'SELECT * FROM {events}, (WITH "/etc/p.csv" AS (SELECT 1) SELECT 2), \'/etc/p.csv\'',
      'reads /etc/p.csv',
    ],
    ['lists folders', "SELECT * FROM {events}, glob('/etc/*')", 'uses glob()'],
    ['writes a file', "COPY (SELECT * FROM {events}) TO 'stolen.parquet'", 'expected one SELECT'],
    [
      'closes the bracket and writes',
      "SELECT * FROM {events}); COPY (SELECT 1) TO 'x.csv'; SELECT * FROM (SELECT 1",
      'contains ";"',
    ],
    ['attaches a database', "ATTACH 'x.db' AS {events}", 'expected one SELECT'],
    ['installs an extension', 'INSTALL httpfs FROM {events}', 'expected one SELECT'],
    ['loads an extension', 'LOAD {events}', 'expected one SELECT'],
    ['changes a setting', 'SET threads = {events}', 'expected one SELECT'],
    ['runs two statements', 'SELECT * FROM {events}; DROP TABLE events', 'contains ";"'],
    ['asks with PRAGMA', 'PRAGMA table_info({events})', 'expected one SELECT'],
    ['calls a pragma', "SELECT * FROM {events}, pragma_table_info('x')", 'uses pragma_table_info()'],
    ['runs text as a query', "SELECT * FROM {events}, query('SELECT 1')", 'uses query()'],
    ['reads settings', 'SELECT * FROM {events}, duckdb_settings()', 'uses duckdb_settings()'],
    ['asks for a setting', "SELECT *, current_setting('temp_directory') FROM {events}", 'uses current_setting()'],
    ['asks the environment', "SELECT *, getenv('HOME') FROM {events}", 'uses getenv()'],
    ['describes', 'SELECT * FROM {events}, (DESCRIBE {events})', 'uses SHOW, DESCRIBE or SUMMARIZE'],
    ['sleeps', 'SELECT *, sleep_ms(100000) FROM {events}', 'uses sleep_ms()'],
    [
      'joins without a condition',
      'SELECT a.* FROM {events} a, {events} b, {events} c',
      'is expected to make 1e+12 rows',
    ],
    ['counts for ever', 'SELECT e.* FROM {events} e, range(1000000000000)', 'is expected to make 1e+16 rows'],
  ])('that %s is refused', async (_, query, expected) => {
    const answer = await inspect(withQuery(query));
    expect(wrongs(answer)).toContain(expected);
    expect(wrongs(answer)).toContain('sources.derived.query');
    expect(answer.estimates ?? []).toEqual([]);
  });

  it('that never ends is given up in time and said to be', async () => {
    const query =
      'WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT events.* FROM {events} AS events JOIN n ON events.points = n.i';
    const started = performance.now();
    const answer = await inspect(withQuery(query));
    expect(performance.now() - started).toBeLessThan(6_500);
    expect(answer).toMatchObject({ status: 200, problems: [], estimates: [] });
    expect(answer.warnings).toEqual([
      {
        path: 'sources.derived.query',
        message: expect.stringMatching(/^the rows were not looked at: the query (took longer|needs more memory)/),
      },
    ]);
  });

  it('that wants all memory gets none of the disk', async () => {
    const query =
      'SELECT events.* FROM {events} AS events, range(3000) AS t(i) QUALIFY row_number() OVER (ORDER BY hash(points, i)) > 5';
    const answer = await inspect(withQuery(query));
    expect(answer).toMatchObject({ status: 200, estimates: [] });
    expect(answer.warnings).toContainEqual({
      path: 'sources.derived.query',
      message: expect.stringContaining('the query needs more memory than it is allowed'),
    });
  });
});

describe('a hostile filter', () => {
  it.each([
    ['reads a file', "(SELECT count(*) FROM read_csv('/etc/passwd')) > 0", 'uses read_csv()'],
    ['reads a file by its name', "EXISTS (FROM '/etc/passwd.csv')", 'reads /etc/passwd.csv'],
    ['reads another source', 'points IN (SELECT points FROM events)', 'reads events, which is not one of its sources'],
    ['is a statement', "COPY (SELECT 1) TO 'x.csv'", 'syntax error'],
    ['closes the bracket', "true); COPY (SELECT 1) TO 'x.csv'; SELECT (true", 'contains ";"'],
    ['closes the bracket quietly', 'true) OR (SELECT 1', 'has a ) without its opening'],
    ['asks the environment', "getenv('HOME') = 'x'", 'uses getenv()'],
    ['changes a setting', 'SET threads = 64', 'syntax error'],
    [
      'counts for ever',
      '(SELECT count(*) FROM range(1000000000000) t(i) WHERE i % 7 = points) > 0',
      'is expected to make 1e+12 rows',
    ],
  ])('that %s is refused', async (_, filter, expected) => {
    const answer = await inspect(withFilter(filter));
    expect(wrongs(answer)).toContain(expected);
    expect(wrongs(answer)).toContain('featureViews.activity.filter');
    expect(answer.estimates ?? []).toEqual([]);
  });
});

it('stops working when the caller leaves', async () => {
  const slow = await openInspectionFixture({ LARDER_INSPECTION_TIMEOUT_SECONDS: '600' });
  try {
    await slow.writer.writeParquet(
      "SELECT range AS user_id, range AS points, TIMESTAMP '2024-01-01' AS at FROM range(100000)",
      join(slow.directory, 'events.parquet'),
    );
    const endless = withQuery('SELECT a.* FROM {events} a JOIN {events} b ON hash(a.points, b.points) = 7');
    const body = { definitions: endless, views: ['activity'], estimates: [] };
    const left = new AbortController();
    const first = slow.inspect(body, left.signal).catch((error: unknown) => String(error));
    const waiting = slow.inspect({ definitions: sound, views: ['activity'], estimates: ['activity'] });
    setTimeout(() => left.abort(), 300);
    expect(await first).toContain('AbortError');
    expect(await waiting).toMatchObject({ status: 200, problems: [], estimates: [{ entities: expect.any(Number) }] });
  } finally {
    await slow.close();
  }
});
