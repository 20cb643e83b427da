/**
 * Point-in-time joins written by hand for this one history, as somebody who knows DuckDB well would: no casts, no null tests that
 * the data does not need, every name known. The semantics are Larder's:
 *
 * - a row is known at greatest(event_time, created_time); among the rows known at the spine row's instant the one with the
 *   greatest (event time, created time, place in the file) wins;
 * - every spine row comes back once, in the order of its file, with nulls where there is no row.
 *
 * Of a user's rows by known time only the running maxima of (event time, created time) can win; among rows known at once the last
 * one does. One ASOF join on the known time then finds the winner.
 */
const FEATURES = [
  'watch_seconds',
  'mean_rating',
  'completion',
  'affinity',
  'watch_count',
  'last_item',
  'sessions',
  'genre',
  'device',
  'subscribed',
];

export interface FloorFiles {
  readonly history: string;
  readonly spine: string;
}

/** For a spine as large as this history: narrow rows are sorted and joined, the winners' features are fetched by their place. */
export function wholeHistoryPlan({ history, spine }: FloorFiles): string {
  return `WITH known AS (
  SELECT user_id, greatest(event_time, created_time) AS known_time, event_time, created_time, file_row_number AS line
  FROM read_parquet('${history}', file_row_number = true)
), candidates AS (
  SELECT user_id, known_time, line FROM known
  WINDOW by_user AS (PARTITION BY user_id ORDER BY known_time, event_time, created_time, line ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW)
  QUALIFY lead(known_time) OVER by_user IS DISTINCT FROM known_time AND event_time = max(event_time) OVER by_user
), winners AS (
  SELECT asked.request_id, asked.user_id, asked.asked_at, asked.file_row_number AS place, candidates.line
  FROM read_parquet('${spine}', file_row_number = true) AS asked
  ASOF LEFT JOIN candidates ON asked.user_id = candidates.user_id AND asked.asked_at >= candidates.known_time
)
SELECT request_id, winners.user_id, asked_at, ${FEATURES.join(', ')}
FROM winners LEFT JOIN read_parquet('${history}', file_row_number = true) AS history ON history.file_row_number = winners.line
ORDER BY place`;
}

/** For a spine of few users: the history is reduced to them, and to what had happened by the spine's last instant, before anything is sorted. */
export function fewUsersPlan({ history, spine }: FloorFiles): string {
  return `WITH asked AS MATERIALIZED (
  SELECT *, file_row_number AS place FROM read_parquet('${spine}', file_row_number = true)
), known AS (
  SELECT *, greatest(event_time, created_time) AS known_time, file_row_number AS line
  FROM read_parquet('${history}', file_row_number = true)
  WHERE user_id IN (SELECT user_id FROM asked) AND event_time <= (SELECT max(asked_at) FROM asked)
), candidates AS (
  SELECT * FROM known
  WINDOW by_user AS (PARTITION BY user_id ORDER BY known_time, event_time, created_time, line ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW)
  QUALIFY lead(known_time) OVER by_user IS DISTINCT FROM known_time AND event_time = max(event_time) OVER by_user
)
SELECT request_id, asked.user_id, asked_at, ${FEATURES.join(', ')}
FROM asked ASOF LEFT JOIN candidates ON asked.user_id = candidates.user_id AND asked.asked_at >= candidates.known_time
ORDER BY place`;
}

/** One ASOF join on the event time and nothing else: no created time, ties as they fall, rows in any order. Its result differs. */
export function plainAsofPlan({ history, spine }: FloorFiles): string {
  return `SELECT asked.*, ${FEATURES.join(', ')}
FROM read_parquet('${spine}') AS asked
ASOF LEFT JOIN read_parquet('${history}') AS history ON asked.user_id = history.user_id AND asked.asked_at >= history.event_time`;
}
