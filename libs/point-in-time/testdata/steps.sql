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
"known_rows_0" AS (
  SELECT
    "k_user_id",
    known_time,
    event_time,
    tombstone,
    "f_segment",
    "f_score",
    "f_points"
  FROM (
    SELECT
      "k_user_id",
      event_time,
      created_time,
      CASE WHEN event_time < make_timestamp(1704067200000000) THEN event_time ELSE greatest(event_time, created_time) END AS known_time,
      tombstone,
      load_file,
      load_line,
      "f_segment",
      "f_score",
      "f_points"
    FROM (
      SELECT
        "user_id" AS "k_user_id",
        "updated_at" AS event_time,
        coalesce("ingested_at", "updated_at") AS created_time,
        coalesce("deleted", false) AS tombstone,
        load_file,
        load_line,
        "segment" AS "f_segment",
        CAST("raw_score" AS DOUBLE) AS "f_score",
        "points" AS "f_points"
      FROM (
        SELECT *, file_index AS "load_file", file_row_number AS "load_line" FROM read_parquet(['/data/profiles/1.parquet', '/data/profiles/2.parquet'], union_by_name = true)
        WHERE (
          country = 'DE' OR country IS NULL
        )
      )
    ) AS history
    SEMI JOIN spine ON spine."#user_id:int64" = history."k_user_id"
    WHERE history."k_user_id" IS NOT NULL AND isfinite(event_time) AND event_time <= make_timestamp(1717286400000000)
  )
  WINDOW known AS (PARTITION BY "k_user_id" ORDER BY known_time, event_time, created_time, load_file, load_line
    ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW)
  QUALIFY lead(known_time) OVER known IS DISTINCT FROM known_time AND event_time = max(event_time) OVER known
),
"late_rows_0" AS (
  SELECT "k_user_id", event_time, max(known_time) AS known_time
  FROM (
    SELECT
      "k_user_id",
      event_time,
      created_time,
      CASE WHEN event_time < make_timestamp(1704067200000000) THEN event_time ELSE greatest(event_time, created_time) END AS known_time,
      tombstone,
      load_file,
      load_line
    FROM (
      SELECT
        "user_id" AS "k_user_id",
        "updated_at" AS event_time,
        coalesce("ingested_at", "updated_at") AS created_time,
        coalesce("deleted", false) AS tombstone,
        load_file,
        load_line
      FROM (
        SELECT *, file_index AS "load_file", file_row_number AS "load_line" FROM read_parquet(['/data/profiles/1.parquet', '/data/profiles/2.parquet'], union_by_name = true)
        WHERE (
          country = 'DE' OR country IS NULL
        )
      )
    ) AS history
    SEMI JOIN spine ON spine."#user_id:int64" = history."k_user_id"
    WHERE history."k_user_id" IS NOT NULL AND isfinite(event_time) AND event_time <= make_timestamp(1717286400000000) AND known_time > event_time
  )
  GROUP BY "k_user_id", event_time
)
SELECT
  spine."#row",
  spine."user_id",
  spine."origin_airport",
  spine."destination_airport",
  spine."asked_at",
  spine."label",
  CASE WHEN known_rows_0.known_time IS NULL THEN 1 WHEN known_rows_0.tombstone THEN 3 WHEN known_rows_0.event_time < spine."#time" - to_microseconds(2592000000000) THEN 2 ELSE 0 END AS "#status_0",
  coalesce(late_rows_0.known_time > spine."#time" AND late_rows_0.event_time >= spine."#time" - to_microseconds(2592000000000) AND (known_rows_0.event_time IS NULL OR late_rows_0.event_time >= known_rows_0.event_time), false) AS "#late_0",
  known_rows_0."f_segment" AS "#value_0_0",
  known_rows_0."f_score" AS "#value_0_1",
  known_rows_0."f_points" AS "#value_0_2"
FROM spine
ASOF LEFT JOIN known_rows_0 ON spine."#user_id:int64" = known_rows_0."k_user_id" AND spine."#time" >= known_rows_0.known_time
ASOF LEFT JOIN late_rows_0 ON spine."#user_id:int64" = late_rows_0."k_user_id" AND spine."#time" >= late_rows_0.event_time
;
SELECT
  "user_id",
  "origin_airport",
  "destination_airport",
  "asked_at",
  "label",
  CASE WHEN "#status_0" <> 2 THEN coalesce(CASE WHEN "#status_0" = 0 THEN "#value_0_0" END, CAST('it''s new' AS VARCHAR)) END AS "segment",
  CASE WHEN "#status_0" = 0 THEN "#value_0_1" END AS "score",
  CASE WHEN "#status_0" = 0 THEN "#value_0_2" END AS "points"
FROM joined
ORDER BY "#row"
;
SELECT
  count(*) FILTER (WHERE "#status_0" = 0),
  count(*) FILTER (WHERE "#status_0" = 1),
  count(*) FILTER (WHERE "#status_0" = 2),
  count(*) FILTER (WHERE "#status_0" = 3),
  count(*) FILTER (WHERE "#late_0"),
  count("#value_0_0") FILTER (WHERE "#status_0" = 0),
  count("#value_0_1") FILTER (WHERE "#status_0" = 0),
  count("#value_0_2") FILTER (WHERE "#status_0" = 0)
FROM joined
