SELECT
  "k_user_id" AS "user_id",
  max(history.event_time) AS event_time,
  CAST(NULL AS TIMESTAMP) AS created_time,
  false AS tombstone,
  CAST(CASE WHEN isfinite(sum("double_rating") FILTER (WHERE history.event_time > make_timestamp(1716595200000000))) THEN fsum("double_rating") FILTER (WHERE history.event_time > make_timestamp(1716595200000000)) ELSE sum("double_rating") FILTER (WHERE history.event_time > make_timestamp(1716595200000000)) END AS DOUBLE) / count("double_rating") FILTER (WHERE history.event_time > make_timestamp(1716595200000000)) AS "late_rating_7d",
  max("double_rating") FILTER (WHERE history.event_time > make_timestamp(1717113600000000)) AS "late_best_1d"
FROM (
  SELECT
    "k_user_id",
    event_time,
    created_time,
    greatest(event_time, created_time) AS known_time,
    tombstone,
    load_file,
    load_line,
    "double_rating"
  FROM (
    SELECT
      CAST("user_id" AS BIGINT) AS "k_user_id",
      CAST("watched_at" AS TIMESTAMP) AS event_time,
      coalesce("ingested_at", CAST("watched_at" AS TIMESTAMP)) AS created_time,
      false AS tombstone,
      load_file,
      load_line,
      CAST("rating" AS DOUBLE) AS "double_rating"
    FROM (
      SELECT *, file_index AS "load_file", file_row_number AS "load_line" FROM read_parquet(['/data/late_watches.parquet'], union_by_name = true)
    )
  ) AS history
  WHERE history."k_user_id" IS NOT NULL AND isfinite(event_time) AND event_time <= make_timestamp(1717200000000000) AND known_time <= make_timestamp(1717200000000000)
) AS history
GROUP BY "k_user_id"
