SELECT
  "user_id",
  "origin_airport",
  "destination_airport",
  "asked_at",
  "label",
  "#value_0_0" AS "genre"
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
  "known_rows_0" AS (
    SELECT
      "k_user_id",
      known_time,
      event_time,
      "f_genre"
    FROM (
      SELECT
        "k_user_id",
        event_time,
        created_time,
        event_time AS known_time,
        tombstone,
        load_file,
        load_line,
        "f_genre"
      FROM (
        SELECT
          CAST("user_id" AS BIGINT) AS "k_user_id",
          CAST("watched_at" AS TIMESTAMP) AS event_time,
          CAST("watched_at" AS TIMESTAMP) AS created_time,
          false AS tombstone,
          load_file,
          load_line,
          "genre" AS "f_genre"
        FROM (
          SELECT *, file_index AS "load_file", file_row_number AS "load_line" FROM read_parquet(['/data/watches.parquet'], union_by_name = true)
        )
      ) AS history
      SEMI JOIN spine ON spine."#user_id:int64" = history."k_user_id"
      WHERE history."k_user_id" IS NOT NULL AND isfinite(event_time) AND event_time <= make_timestamp(1717286400000000)
    )
    WINDOW known AS (PARTITION BY "k_user_id" ORDER BY known_time, load_file, load_line)
    QUALIFY lead(known_time) OVER known IS DISTINCT FROM known_time
  )
  SELECT
    spine."#row",
    spine."user_id",
    spine."origin_airport",
    spine."destination_airport",
    spine."asked_at",
    spine."label",
    CASE WHEN known_rows_0.known_time IS NULL THEN 1 ELSE 0 END AS "#status_0",
    known_rows_0."f_genre" AS "#value_0_0"
  FROM spine
  ASOF LEFT JOIN known_rows_0 ON spine."#user_id:int64" = known_rows_0."k_user_id" AND spine."#time" >= known_rows_0.known_time
)
ORDER BY "#row"
