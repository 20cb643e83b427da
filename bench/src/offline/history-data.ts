import type { FeatureViewSpec, Snapshot } from '@larder/registry';
import {
  bool,
  buildSnapshot,
  compileDefinitions,
  entity,
  every,
  featureView,
  float64,
  int32,
  int64,
  parquet,
  parseInstant,
  string,
} from '@larder/registry';

/** The history that the offline benches read: one Parquet file, one view of ten features, rows of an entity all over the file. */
export const HISTORY_FILE = 'history.parquet';

const user = entity('user', { joinKeys: { user_id: int64() } });

const activity = featureView('activity', {
  entities: [user],
  source: parquet(HISTORY_FILE, { name: 'history', eventTime: 'event_time', createdTime: 'created_time' }),
  features: {
    watch_seconds: float64(),
    mean_rating: float64(),
    completion: float64(),
    affinity: float64(),
    watch_count: int64(),
    last_item: int64(),
    sessions: int32(),
    genre: string(),
    device: string(),
    subscribed: bool(),
  },
  cadence: every('1h'),
});

export const historySnapshot: Snapshot = buildSnapshot(
  compileDefinitions({ project: 'bench', objects: [activity] }),
  undefined,
).snapshot;

/** The one view. */
export function historyView(): FeatureViewSpec {
  const [view] = historySnapshot.featureViews;
  if (view === undefined) throw new Error('the view is missing');
  return view;
}

/** Event times lie in the ninety days before. */
export const historyEnd = parseInstant('2026-04-01T00:00:00Z');
/** After the last created time: everything is known. */
export const afterHistory = parseInstant('2026-05-01T00:00:00Z');

const SLOT_SECONDS = 38_880;
const SLOTS = 200;

/**
 * Rows of the history. Event times lie on 200 instants, so that about a fifth of the entities with ten rows have ties; half of the
 * rows are created a minute after their event, which leaves ties to the load order; a twentieth come one to four days late; a
 * twentieth of the first feature is null.
 */
export function historyQuery(rows: number, entities: number): string {
  const draw = (name: string, below: number): string => `CAST(hash(i, '${name}') % ${below} AS BIGINT)`;
  return `SELECT
  ${draw('user', entities)} AS user_id,
  event_time,
  event_time + CASE WHEN late < 1 THEN to_seconds(86400 + ${draw('delay', 259_200)}) WHEN late < 11 THEN to_seconds(60) ELSE to_seconds(1 + ${draw('delay', 600)}) END AS created_time,
  CASE WHEN ${draw('null', 20)} = 0 THEN NULL ELSE ${draw('a', 1_000_000)} / 7.0 END AS watch_seconds,
  1 + ${draw('b', 400)} / 100.0 AS mean_rating,
  ${draw('c', 1000)} / 1000.0 AS completion,
  ${draw('d', 1_000_000_000)} / -1e9 AS affinity,
  ${draw('e', 5000)} AS watch_count,
  100000 + ${draw('f', 1_000_000)} AS last_item,
  CAST(${draw('g', 300)} AS INTEGER) AS sessions,
  ['drama', 'comedy', 'thriller', 'documentary', 'animation'][1 + ${draw('h', 5)}] AS genre,
  ['television', 'phone', 'tablet'][1 + ${draw('j', 3)}] AS device,
  ${draw('k', 2)} = 1 AS subscribed
FROM (
  SELECT i, TIMESTAMP '2026-01-01' + to_seconds(${SLOT_SECONDS} * CAST(hash(i, 'slot') % ${SLOTS} AS BIGINT)) AS event_time, CAST(hash(i, 'late') % 20 AS BIGINT) AS late
  FROM range(${rows}) AS numbers(i)
)`;
}

/** Rows to be enriched: an id, a user and an instant within `days` from `from` on; one row in a hundred asks for a user without history. */
export function spineQuery({
  rows,
  entities,
  from,
  days,
}: {
  readonly rows: number;
  readonly entities: number;
  readonly from: string;
  readonly days: number;
}): string {
  return `SELECT
  i AS request_id,
  CAST(hash(i, 'spine user') % ${Math.ceil(entities * 1.01)} AS BIGINT) AS user_id,
  TIMESTAMP '${from}' + to_microseconds(CAST(hash(i, 'spine time') % ${days * 86_400_000_000} AS BIGINT)) AS asked_at
FROM range(${rows}) AS numbers(i)`;
}
