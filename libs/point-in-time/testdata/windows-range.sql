SELECT
  "user_id",
  "origin_airport",
  "destination_airport",
  "asked_at",
  "label",
  CASE WHEN "#status_0" = 0 THEN "#value_0_0" END AS "rating_7d",
  CASE WHEN "#status_0" = 0 THEN "#value_0_1" END AS "best_30d"
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
    SELECT spine."#row", keys_0.key_id, spine."#time" AS moment
    FROM spine JOIN keys_0 ON spine."#user_id:int64" = keys_0."k_user_id"
  ),
  "events_0" AS (
    SELECT
      keys_0.key_id,
      event_time,
      known_time,
      "double_rating",
      "high_double_rating",
      "low_double_rating",
      "rest_double_rating",
      "ordered_double_rating"
    FROM (
      SELECT
        "k_user_id",
        event_time,
        created_time,
        event_time AS known_time,
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
          CAST("watched_at" AS TIMESTAMP) AS created_time,
          false AS tombstone,
          load_file,
          load_line,
          CAST("rating" AS DOUBLE) AS "double_rating",
          CASE WHEN (abs(CAST("rating" AS DOUBLE)) >= 8.673617379884035e-19::DOUBLE AND abs(CAST("rating" AS DOUBLE)) < 18446744073709551616.0::DOUBLE) THEN CAST(trunc(CAST("rating" AS DOUBLE) * 4294967296.0::DOUBLE) AS HUGEINT) WHEN CAST("rating" AS DOUBLE) IS NOT NULL THEN 0 END AS "high_double_rating",
          CASE WHEN (abs(CAST("rating" AS DOUBLE)) >= 8.673617379884035e-19::DOUBLE AND abs(CAST("rating" AS DOUBLE)) < 18446744073709551616.0::DOUBLE) THEN CAST(trunc((CAST("rating" AS DOUBLE) * 4294967296.0::DOUBLE - trunc(CAST("rating" AS DOUBLE) * 4294967296.0::DOUBLE)) * 79228162514264337593543950336.0::DOUBLE) AS HUGEINT) WHEN CAST("rating" AS DOUBLE) IS NOT NULL THEN 0 END AS "low_double_rating",
          CASE WHEN NOT (abs(CAST("rating" AS DOUBLE)) >= 8.673617379884035e-19::DOUBLE AND abs(CAST("rating" AS DOUBLE)) < 18446744073709551616.0::DOUBLE) THEN CAST("rating" AS DOUBLE) END AS "rest_double_rating",
          CASE WHEN isnan(CAST("rating" AS DOUBLE)) THEN 'NaN'::DOUBLE ELSE CAST("rating" AS DOUBLE) + 0.0::DOUBLE END AS "ordered_double_rating"
        FROM (
          SELECT *, file_index AS "load_file", file_row_number AS "load_line" FROM read_parquet(['/data/watches.parquet'], union_by_name = true)
        )
      ) AS history
      WHERE history."k_user_id" IS NOT NULL AND isfinite(event_time) AND event_time <= make_timestamp(1717286400000000) AND event_time > make_timestamp(1714608000000000) AND NOT tombstone
    ) AS history
    JOIN keys_0 ON history."k_user_id" = keys_0."k_user_id"
  ),
  "stream_0" AS (
    SELECT key_id, known_time AS moment, 1 AS kind, "double_rating", "high_double_rating", "low_double_rating" FROM events_0
    UNION ALL BY NAME
    SELECT key_id, event_time + to_microseconds(604800000000) AS moment, 2 AS kind, "double_rating", "high_double_rating", "low_double_rating" FROM events_0
    UNION ALL BY NAME
    SELECT key_id, moment, 3 AS kind, "#row" FROM points_0
  ),
  "sweep_0" AS (
    SELECT * FROM (
      SELECT
        "#row",
        sum("high_double_rating_604800") OVER sofar AS "high_double_rating_604800",
        sum("low_double_rating_604800") OVER sofar AS "low_double_rating_604800",
        sum("count_double_rating_604800") OVER sofar AS "count_double_rating_604800"
      FROM (
        SELECT * FROM (
          SELECT
            step,
            max("#row") AS "#row",
            sum(CASE WHEN kind = 1 THEN "high_double_rating" WHEN kind = 2 THEN -("high_double_rating") END) AS "high_double_rating_604800",
            sum(CASE WHEN kind = 1 THEN "low_double_rating" WHEN kind = 2 THEN -("low_double_rating") END) AS "low_double_rating_604800",
            sum(CASE WHEN kind = 1 THEN CASE WHEN "double_rating" IS NOT NULL THEN 1 END WHEN kind = 2 THEN -(CASE WHEN "double_rating" IS NOT NULL THEN 1 END) END) AS "count_double_rating_604800"
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
  ),
  "rest_sliding_0" AS (
    SELECT
      asked."#row",
      list_sum(list_sort(list("rest_double_rating") FILTER (WHERE "rest_double_rating" IS NOT NULL))) AS "rest_double_rating_604800"
    FROM (
      SELECT *, unnest([(epoch_us(moment) - ((epoch_us(moment) % 604800000000) + 604800000000) % 604800000000) // 604800000000, (epoch_us(moment) - ((epoch_us(moment) % 604800000000) + 604800000000) % 604800000000) // 604800000000 - 1]) AS bucket
      FROM points_0
    ) AS asked
    JOIN (
      SELECT *, (epoch_us(event_time) - ((epoch_us(event_time) % 604800000000) + 604800000000) % 604800000000) // 604800000000 AS bucket
      FROM (
        SELECT * FROM events_0 WHERE "rest_double_rating" IS NOT NULL
      )
    ) AS happened ON asked.key_id = happened.key_id AND asked.bucket = happened.bucket AND happened.event_time > asked.moment - to_microseconds(604800000000) AND happened.known_time <= asked.moment
    GROUP BY asked."#row"
  ),
  "frames_0" AS (
    SELECT
      "#row",
      max("ordered_double_rating") OVER frame_2592000 AS "f_best_30d"
    FROM (
      SELECT key_id, known_time AS moment, "ordered_double_rating" FROM events_0
      UNION ALL BY NAME
      SELECT key_id, moment, "#row" FROM points_0
    )
    WINDOW
      frame_2592000 AS (PARTITION BY key_id ORDER BY moment RANGE BETWEEN to_microseconds(2592000000000 - 1) PRECEDING AND CURRENT ROW)
    QUALIFY "#row" IS NOT NULL
  )
  SELECT
    spine."#row",
    spine."user_id",
    spine."origin_airport",
    spine."destination_airport",
    spine."asked_at",
    spine."label",
    CASE WHEN entities_0.first_known <= spine."#time" IS NOT TRUE THEN 1 ELSE 0 END AS "#status_0",
    CASE WHEN coalesce(sweep_0."count_double_rating_604800", 0) > 0 THEN CAST((CAST(coalesce(sweep_0."high_double_rating_604800", 0) AS DOUBLE) / 4294967296.0::DOUBLE + CAST(coalesce(sweep_0."low_double_rating_604800", 0) AS DOUBLE) / 3.4028236692093846e38::DOUBLE + coalesce(rest_sliding_0."rest_double_rating_604800", 0)) AS DOUBLE) / coalesce(sweep_0."count_double_rating_604800", 0) END AS "#value_0_0",
    frames_0."f_best_30d" AS "#value_0_1"
  FROM spine
  LEFT JOIN entities_0 ON spine."#user_id:int64" = entities_0."k_user_id"
  LEFT JOIN sweep_0 ON spine."#row" = sweep_0."#row"
  LEFT JOIN rest_sliding_0 ON spine."#row" = rest_sliding_0."#row"
  LEFT JOIN frames_0 ON spine."#row" = frames_0."#row"
)
ORDER BY "#row"
