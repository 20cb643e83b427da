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
  WITH "spine_rows" AS (
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
  "spine" AS MATERIALIZED (
    SELECT
      spine_rows.*,
      make_timestamp(epoch_us("#time" - to_microseconds(0000000)) - ((epoch_us("#time" - to_microseconds(0000000)) % 3600000000) + 3600000000) % 3600000000) AS "#as_of_0"
    FROM spine_rows
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
      SEMI JOIN spine ON spine."#user_id:int64" = history."k_user_id"
      WHERE history."k_user_id" IS NOT NULL AND isfinite(event_time) AND event_time <= make_timestamp(1717286400000000)
    )
    GROUP BY "k_user_id"
  ),
  "keys_0" AS (
    SELECT "k_user_id", row_number() OVER () AS key_id
    FROM (SELECT DISTINCT "#user_id:int64" AS "k_user_id" FROM spine WHERE "#user_id:int64" IS NOT NULL)
  ),
  "points_0" AS (
    SELECT spine."#row", keys_0.key_id, spine."#as_of_0" AS moment
    FROM spine JOIN keys_0 ON spine."#user_id:int64" = keys_0."k_user_id"
  ),
  "events_0" AS (
    SELECT
      keys_0.key_id,
      event_time,
      known_time,
      "bigint_seconds"
    FROM (
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
      WHERE history."k_user_id" IS NOT NULL AND isfinite(event_time) AND event_time <= make_timestamp(1717286400000000) AND event_time > make_timestamp(1714604400000000) AND NOT tombstone
    ) AS history
    JOIN keys_0 ON history."k_user_id" = keys_0."k_user_id"
  ),
  "stream_0" AS (
    SELECT key_id, known_time AS moment, 1 AS kind, "bigint_seconds" FROM events_0
    UNION ALL BY NAME
    SELECT key_id, event_time + to_microseconds(604800000000) AS moment, 2 AS kind, "bigint_seconds" FROM events_0
    UNION ALL BY NAME
    SELECT key_id, event_time + to_microseconds(2592000000000) AS moment, 3 AS kind, "bigint_seconds" FROM events_0
    UNION ALL BY NAME
    SELECT key_id, moment, 4 AS kind, "#row" FROM points_0
  ),
  "sweep_0" AS (
    SELECT * FROM (
      SELECT
        "#row",
        sum("count_rows_604800") OVER sofar AS "count_rows_604800",
        sum("count_rows_2592000") OVER sofar AS "count_rows_2592000",
        sum("packed_bigint_seconds_604800") OVER sofar AS "packed_bigint_seconds_604800"
      FROM (
        SELECT * FROM (
          SELECT
            step,
            max("#row") AS "#row",
            sum(CASE WHEN kind = 1 THEN 1 WHEN kind = 2 THEN -(1) END) AS "count_rows_604800",
            sum(CASE WHEN kind = 1 THEN 1 WHEN kind = 3 THEN -(1) END) AS "count_rows_2592000",
            sum(CASE WHEN kind = 1 THEN "bigint_seconds" * 4294967296 + 1 WHEN kind = 2 THEN -("bigint_seconds" * 4294967296 + 1) END) AS "packed_bigint_seconds_604800"
          FROM (
            SELECT *, count("#row") OVER sofar - CASE WHEN "#row" IS NULL THEN 0 ELSE 1 END AS step
            FROM (
              SELECT * FROM stream_0 ORDER BY key_id, moment, kind
            )
            WINDOW sofar AS (ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW)
          )
          GROUP BY step
        ) ORDER BY step
      )
      WINDOW sofar AS (ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW)
    )
    WHERE "#row" IS NOT NULL
  )
  SELECT
    spine."#row",
    spine."user_id",
    spine."origin_airport",
    spine."destination_airport",
    spine."asked_at",
    spine."label",
    CASE WHEN entities_0.first_known <= spine."#as_of_0" IS NOT TRUE THEN 1 ELSE 0 END AS "#status_0",
    CAST(coalesce(sweep_0."count_rows_604800", 0) AS BIGINT) AS "#value_0_0",
    CAST(coalesce(sweep_0."count_rows_2592000", 0) AS BIGINT) AS "#value_0_1",
    CASE WHEN (coalesce(sweep_0."packed_bigint_seconds_604800", 0) & 4294967295) > 0 THEN CAST((coalesce(sweep_0."packed_bigint_seconds_604800", 0) >> 32) AS BIGINT) END AS "#value_0_2"
  FROM spine
  LEFT JOIN entities_0 ON spine."#user_id:int64" = entities_0."k_user_id"
  LEFT JOIN sweep_0 ON spine."#row" = sweep_0."#row"
)
ORDER BY "#row"
