SELECT
  "k_user_id" AS "user_id",
  event_time,
  created_time,
  tombstone,
  "#late_rating_7d" AS "late_rating_7d",
  "#late_best_1d" AS "late_best_1d"
FROM (
  SELECT
    "k_user_id",
    max(history.event_time) AS event_time,
    CAST(NULL AS TIMESTAMP) AS created_time,
    false AS tombstone,
    CAST((CAST(sum("high_double_rating") FILTER (WHERE history.event_time > make_timestamp(1716595200000000)) AS DOUBLE) / 4294967296.0::DOUBLE + CAST(sum("low_double_rating") FILTER (WHERE history.event_time > make_timestamp(1716595200000000)) AS DOUBLE) / 3.4028236692093846e38::DOUBLE + coalesce(list_sum(list_sort(list("rest_double_rating") FILTER (WHERE history.event_time > make_timestamp(1716595200000000) AND "rest_double_rating" IS NOT NULL))), 0)) AS DOUBLE) / count("double_rating") FILTER (WHERE history.event_time > make_timestamp(1716595200000000)) AS "#late_rating_7d",
    max("ordered_double_rating") FILTER (WHERE history.event_time > make_timestamp(1717113600000000)) AS "#late_best_1d"
  FROM (
    SELECT
      "k_user_id",
      event_time,
      created_time,
      greatest(event_time, created_time) AS known_time,
      tombstone,
      load_file,
      load_line,
      "double_rating",
      "high_double_rating",
      "low_double_rating",
      "rest_double_rating",
      "ordered_double_rating"
    FROM (
      SELECT
        CAST("user_id" AS BIGINT) AS "k_user_id",
        CAST("watched_at" AS TIMESTAMP) AS event_time,
        coalesce("ingested_at", CAST("watched_at" AS TIMESTAMP)) AS created_time,
        false AS tombstone,
        load_file,
        load_line,
        CAST("rating" AS DOUBLE) AS "double_rating",
        CASE WHEN (abs(CAST("rating" AS DOUBLE)) >= 8.673617379884035e-19::DOUBLE AND abs(CAST("rating" AS DOUBLE)) < 18446744073709551616.0::DOUBLE) THEN CAST(trunc(CAST("rating" AS DOUBLE) * 4294967296.0::DOUBLE) AS HUGEINT) WHEN CAST("rating" AS DOUBLE) IS NOT NULL THEN 0 END AS "high_double_rating",
        CASE WHEN (abs(CAST("rating" AS DOUBLE)) >= 8.673617379884035e-19::DOUBLE AND abs(CAST("rating" AS DOUBLE)) < 18446744073709551616.0::DOUBLE) THEN CAST(trunc((CAST("rating" AS DOUBLE) * 4294967296.0::DOUBLE - trunc(CAST("rating" AS DOUBLE) * 4294967296.0::DOUBLE)) * 79228162514264337593543950336.0::DOUBLE) AS HUGEINT) WHEN CAST("rating" AS DOUBLE) IS NOT NULL THEN 0 END AS "low_double_rating",
        CASE WHEN NOT (abs(CAST("rating" AS DOUBLE)) >= 8.673617379884035e-19::DOUBLE AND abs(CAST("rating" AS DOUBLE)) < 18446744073709551616.0::DOUBLE) THEN CAST("rating" AS DOUBLE) END AS "rest_double_rating",
        CASE WHEN isnan(CAST("rating" AS DOUBLE)) THEN 'NaN'::DOUBLE ELSE CAST("rating" AS DOUBLE) + 0.0::DOUBLE END AS "ordered_double_rating"
      FROM (
        SELECT *, file_index AS "load_file", file_row_number AS "load_line" FROM read_parquet(['/data/late_watches.parquet'], union_by_name = true)
      )
    ) AS history
    WHERE history."k_user_id" IS NOT NULL AND isfinite(event_time) AND event_time <= make_timestamp(1717200000000000) AND known_time <= make_timestamp(1717200000000000)
  ) AS history
  GROUP BY "k_user_id"
)
