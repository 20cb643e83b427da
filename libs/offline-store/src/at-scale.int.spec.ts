import { join } from 'node:path';
import { temporaryDirectory } from '@larder/testing';
import { openOfflineStore } from './offline-store.js';
import { oneView } from './testing/offline-fixture.js';
import { plain, resolved, windowed } from './testing/view-fixture.js';
import { writeTrainingSet } from './training-set.js';

const EVENTS = 600_000;
const ROWS = 40_000;
const SAMPLE = 200;
const WEEK = 7 * 86_400;

/**
 * Many row groups on several threads, in so little memory that sorts spill: the plans count on DuckDB keeping the order of files and
 * of sorted subqueries. Checked against plain SQL on a sample.
 */
it('is exact with many rows, several threads and little memory', async () => {
  const folder = await temporaryDirectory();
  const store = await openOfflineStore({
    projectDirectory: folder.path,
    allowedDirectories: [folder.path],
    temporaryDirectory: join(folder.path, 'temporary'),
    threads: 4,
    memoryLimitBytes: 128 * 1024 * 1024,
  });
  const time = (salt: string): string =>
    `TIMESTAMP '2024-01-01' + to_seconds(CAST(hash(i, '${salt}') % 7776000 AS BIGINT))`;
  const events = join(folder.path, 'events.parquet');
  await store.writeParquet(
    `SELECT hash(i, 'id') % 500 AS id, event_timestamp, event_timestamp + to_seconds(CAST(hash(i, 'late') % 90000 AS BIGINT)) AS created,
       CAST(hash(i, 'v') % 1000 AS BIGINT) - 500 AS value, (CAST(hash(i, 'f') % 1000 AS BIGINT) - 500) / 7.0 AS ratio
     FROM (SELECT i, ${time('event')} AS event_timestamp FROM range(${EVENTS}) AS numbers(i))`,
    events,
  );
  const spine = join(folder.path, 'spine.parquet');
  await store.writeParquet(
    `SELECT i AS place, hash(i, 'key') % 510 AS id, ${time('asked')} AS event_timestamp FROM range(${ROWS}) AS numbers(i)`,
    spine,
  );
  const features = [
    windowed('rows', { function: 'count', type: 'int64', windowSeconds: WEEK }),
    windowed('total', { function: 'sum', column: 'value', type: 'int64', windowSeconds: WEEK }),
    windowed('average', { function: 'mean', column: 'ratio', type: 'float64', windowSeconds: WEEK }),
    windowed('greatest', { function: 'max', column: 'value', type: 'int64', windowSeconds: WEEK }),
  ];
  const { snapshot, view } = oneView(events, features, { source: { createdTime: 'created' } });
  const columns = [plain('value', 'int64'), plain('ratio', 'float64'), plain('created', 'timestamp')];
  const newest = { ...view, name: 'newest', id: 2, computation: 'columns' as const, features: columns };
  const views = [resolved(snapshot, view, { alias: 'w' }), resolved(snapshot, newest, { alias: 'n' })];
  const made = await writeTrainingSet(
    store,
    { snapshot: { ...snapshot, featureViews: [view, newest] }, views, spine: { kind: 'parquet', path: spine } },
    { path: join(folder.path, 'made.parquet') },
  );
  const places = await store.readRows(
    `SELECT count(*) FILTER (WHERE number <> place + 1) FROM (SELECT place, row_number() OVER () AS number FROM '${made.path}')`,
  );
  expect([made.rows, places.rows]).toEqual([ROWS, [[0n]]]);
  const differences = await store.readRows(`
    WITH asked AS (SELECT * FROM '${made.path}' WHERE hash(place) % ${ROWS / SAMPLE} = 0),
    known AS (
      SELECT asked.*, e.event_timestamp AS t, e.created AS c, e.value AS v, e.ratio AS r, e.event_timestamp > asked.event_timestamp - INTERVAL 7 DAY AS in_window
      FROM asked LEFT JOIN '${events}' AS e ON e.id = asked.id AND greatest(e.event_timestamp, e.created) <= asked.event_timestamp
    ),
    plain AS (
      SELECT place, any_value(COLUMNS('^(w|n)__')), count(t) AS history,
        count(t) FILTER (WHERE in_window) AS rows, sum(v) FILTER (WHERE in_window) AS total, avg(r) FILTER (WHERE in_window) AS average,
        max(v) FILTER (WHERE in_window) AS greatest, max({'t': t, 'c': c}).c AS created
      FROM known GROUP BY place
    )
    SELECT count(*) > ${SAMPLE / 2}, count(*) FILTER (WHERE history > 0) > ${SAMPLE / 2},
      count(*) FILTER (WHERE w__rows IS DISTINCT FROM CASE WHEN history > 0 THEN rows END),
      count(*) FILTER (WHERE w__total IS DISTINCT FROM total),
      count(*) FILTER (WHERE abs(w__average - average) > 1e-9 OR (w__average IS NULL) <> (average IS NULL)),
      count(*) FILTER (WHERE w__greatest IS DISTINCT FROM greatest),
      count(*) FILTER (WHERE n__created IS DISTINCT FROM created)
    FROM plain`);
  expect(differences.rows).toEqual([[true, true, 0n, 0n, 0n, 0n, 0n]]);
  await store.close();
  await folder.close();
});
