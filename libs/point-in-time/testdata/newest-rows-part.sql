WITH "winners" AS (
  SELECT load_file, load_line FROM (
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
        SELECT *, file_index AS "load_file", file_row_number AS "load_line" FROM read_parquet(['/data/profiles/2.parquet'], union_by_name = true)
        WHERE (
          country = 'DE' OR country IS NULL
        )
      )
    ) AS history
    WHERE history."k_user_id" IS NOT NULL AND isfinite(event_time) AND event_time <= make_timestamp(1717200000000000) AND known_time <= make_timestamp(1717200000000000) AND hash(history."k_user_id") % 4 = 3
  ) AS history
  QUALIFY row_number() OVER (PARTITION BY "k_user_id" ORDER BY history.event_time DESC, history.created_time DESC, history.load_file DESC, history.load_line DESC) = 1
)
SELECT
  "k_user_id" AS "user_id",
  event_time,
  created_time,
  tombstone,
  "f_segment" AS "segment",
  "f_score" AS "score",
  "f_points" AS "points"
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
      SELECT *, file_index AS "load_file", file_row_number AS "load_line" FROM read_parquet(['/data/profiles/2.parquet'], union_by_name = true)
      WHERE (
        country = 'DE' OR country IS NULL
      )
    )
  ) AS history
  SEMI JOIN winners ON history.load_file = winners.load_file AND history.load_line = winners.load_line
  WHERE history."k_user_id" IS NOT NULL AND isfinite(event_time)
)
