SELECT
  count(*) FILTER (WHERE "k_user_id" IS NULL) AS null_keys,
  count(*) FILTER (WHERE NOT ("k_user_id" IS NULL) AND isfinite(event_time) IS NOT TRUE) AS null_times
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
)
