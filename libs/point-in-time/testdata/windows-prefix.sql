SELECT
  "user_id",
  "origin_airport",
  "destination_airport",
  "asked_at",
  "label",
  CASE WHEN "#status_0" = 0 THEN "#value_0_0" END AS "watches_7d",
  CASE WHEN "#status_0" = 0 THEN "#value_0_1" END AS "watches_30d",
  coalesce(CASE WHEN "#status_0" = 0 THEN "#value_0_2" END, CAST('0' AS BIGINT)) AS "seconds_7d"
FROM (
  WITH "spine" AS MATERIALIZED (
    SELECT
      row_number() OVER () AS "#row",
      "asked_at" AS "#time",
      CAST("user_id" AS BIGINT) AS "#user_id:int64",
      "user_id",
      "origin_airport",
      "destination_airport",
      "asked_at",
      "label"
    FROM (
      SELECT * FROM read_parquet('/data/spine.parquet')
    )
  ),
  "entities_0" AS (
    SELECT "k_user_id", min(known_time) AS first_known
    FROM (
      SELECT
        "k_user_id",
        event_time,
        created_time,
        event_time AS known_time,
        tombstone,
        load_file,
        load_line
      FROM (
        SELECT
          CAST("user_id" AS BIGINT) AS "k_user_id",
          CAST("watched_at" AS TIMESTAMP) AS event_time,
          CAST("watched_at" AS TIMESTAMP) AS created_time,
          false AS tombstone,
          load_file,
          load_line
        FROM (
          SELECT *, file_index AS "load_file", file_row_number AS "load_line" FROM read_parquet(['/data/watches.parquet'], union_by_name = true)
        )
      ) AS history
      WHERE history."k_user_id" IS NOT NULL AND isfinite(event_time) AND event_time <= make_timestamp(1717286400000000)
    )
    GROUP BY "k_user_id"
  ),
  "events_0" AS (
    SELECT
      "k_user_id",
      event_time,
      created_time,
      event_time AS known_time,
      tombstone,
      load_file,
      load_line,
      "bigint_seconds"
    FROM (
      SELECT
        CAST("user_id" AS BIGINT) AS "k_user_id",
        CAST("watched_at" AS TIMESTAMP) AS event_time,
        CAST("watched_at" AS TIMESTAMP) AS created_time,
        false AS tombstone,
        load_file,
        load_line,
        CAST("seconds" AS BIGINT) AS "bigint_seconds"
      FROM (
        SELECT *, file_index AS "load_file", file_row_number AS "load_line" FROM read_parquet(['/data/watches.parquet'], union_by_name = true)
      )
    ) AS history
    WHERE history."k_user_id" IS NOT NULL AND isfinite(event_time) AND event_time <= make_timestamp(1717286400000000) AND event_time > make_timestamp(1714608000000000) AND NOT tombstone
  ),
  "known_sums_0" AS (
    SELECT
      "k_user_id",
      event_time AS moment,
      row_number() OVER sofar AS rows_so_far,
      sum("bigint_seconds" * 4294967296 + 1) OVER sofar AS "packed_bigint_seconds"
    FROM events_0
    WINDOW sofar AS (PARTITION BY "k_user_id" ORDER BY event_time ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW)
    QUALIFY lead(event_time) OVER sofar IS DISTINCT FROM event_time
  )
  SELECT
    spine."#row",
    spine."user_id",
    spine."origin_airport",
    spine."destination_airport",
    spine."asked_at",
    spine."label",
    CASE WHEN entities_0.first_known <= spine."#time" IS NOT TRUE THEN 1 ELSE 0 END AS "#status_0",
    (coalesce(until_0."rows_so_far", 0) - coalesce(before_604800_0."rows_so_far", 0)) AS "#value_0_0",
    (coalesce(until_0."rows_so_far", 0) - coalesce(before_2592000_0."rows_so_far", 0)) AS "#value_0_1",
    CASE WHEN (coalesce(until_0."packed_bigint_seconds", 0) - coalesce(before_604800_0."packed_bigint_seconds", 0)) <> 0 THEN CAST(((coalesce(until_0."packed_bigint_seconds", 0) - coalesce(before_604800_0."packed_bigint_seconds", 0)) >> 32) AS BIGINT) END AS "#value_0_2"
  FROM spine
  LEFT JOIN entities_0 ON spine."#user_id:int64" = entities_0."k_user_id"
  ASOF LEFT JOIN known_sums_0 AS until_0 ON spine."#user_id:int64" = until_0."k_user_id" AND spine."#time" >= until_0.moment
  ASOF LEFT JOIN known_sums_0 AS before_604800_0 ON spine."#user_id:int64" = before_604800_0."k_user_id" AND spine."#time" - to_microseconds(604800000000) >= before_604800_0.moment
  ASOF LEFT JOIN known_sums_0 AS before_2592000_0 ON spine."#user_id:int64" = before_2592000_0."k_user_id" AND spine."#time" - to_microseconds(2592000000000) >= before_2592000_0.moment
)
ORDER BY "#row"
