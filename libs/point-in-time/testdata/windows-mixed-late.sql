SELECT
  "user_id",
  "origin_airport",
  "destination_airport",
  "asked_at",
  "label",
  CASE WHEN "#status_0" = 0 THEN "#value_0_0" END AS "genres_7d",
  CASE WHEN "#status_0" = 0 THEN "#value_0_1" END AS "genres_about",
  CASE WHEN "#status_0" = 0 THEN "#value_0_2" END AS "seconds_stddev",
  CASE WHEN "#status_0" = 0 THEN "#value_0_3" END AS "rating_variance_7d",
  CASE WHEN "#status_0" = 0 THEN "#value_0_4" END AS "first_genre",
  CASE WHEN "#status_0" = 0 THEN "#value_0_5" END AS "last_genre",
  CASE WHEN "#status_0" = 0 THEN "#value_0_6" END AS "last_genres",
  CASE WHEN "#status_0" = 0 THEN "#value_0_7" END AS "rating_median",
  CASE WHEN "#status_0" = 0 THEN "#value_0_8" END AS "top_genres"
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
        greatest(event_time, created_time) AS known_time,
        tombstone,
        load_file,
        load_line
      FROM (
        SELECT
          CAST("user_id" AS BIGINT) AS "k_user_id",
          CAST("watched_at" AS TIMESTAMP) AS event_time,
          coalesce("ingested_at", CAST("watched_at" AS TIMESTAMP)) AS created_time,
          false AS tombstone,
          load_file,
          load_line
        FROM (
          SELECT *, file_index AS "load_file", file_row_number AS "load_line" FROM read_parquet(['/data/late_watches.parquet'], union_by_name = true)
        )
      ) AS history
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
      row_number() OVER (ORDER BY keys_0.key_id, event_time, created_time, load_file, load_line) AS place,
      "value_genre",
      "sketch_genre",
      "limb_0_bigint_seconds_if_0",
      "limb_0_double_rating",
      "limb_1_double_rating",
      "limb_2_double_rating",
      "wild_double_rating",
      "varchar_genre_if_1",
      "varchar_genre",
      "ordered_double_rating"
    FROM (
      SELECT
        "k_user_id",
        event_time,
        created_time,
        greatest(event_time, created_time) AS known_time,
        tombstone,
        load_file,
        load_line,
        "value_genre",
        "sketch_genre",
        "limb_0_bigint_seconds_if_0",
        "limb_0_double_rating",
        "limb_1_double_rating",
        "limb_2_double_rating",
        "wild_double_rating",
        "varchar_genre_if_1",
        "varchar_genre",
        "ordered_double_rating"
      FROM (
        SELECT
          CAST("user_id" AS BIGINT) AS "k_user_id",
          CAST("watched_at" AS TIMESTAMP) AS event_time,
          coalesce("ingested_at", CAST("watched_at" AS TIMESTAMP)) AS created_time,
          false AS tombstone,
          load_file,
          load_line,
          "genre" AS "value_genre",
          CAST((md5_number_lower(CAST("genre" AS VARCHAR)) & 4095) << 6 AS BIGINT) + (53 - length(bin(md5_number_lower(CAST("genre" AS VARCHAR)) >> 12))) AS "sketch_genre",
          CASE WHEN "#if_0" THEN CAST("seconds" AS BIGINT) END AS "limb_0_bigint_seconds_if_0",
          CASE WHEN abs(CAST("rating" AS DOUBLE)) < 4611686018427387904.0::DOUBLE THEN CAST(trunc(CAST("rating" AS DOUBLE) / 65536.0::DOUBLE) AS BIGINT) END AS "limb_0_double_rating",
          CASE WHEN abs(CAST("rating" AS DOUBLE)) < 4611686018427387904.0::DOUBLE THEN CAST(trunc((CAST("rating" AS DOUBLE) - "limb_0_double_rating" * 65536.0::DOUBLE) * 268435456.0::DOUBLE) AS BIGINT) END AS "limb_1_double_rating",
          CASE WHEN abs(CAST("rating" AS DOUBLE)) < 4611686018427387904.0::DOUBLE THEN CAST(trunc(((CAST("rating" AS DOUBLE) - "limb_0_double_rating" * 65536.0::DOUBLE) - "limb_1_double_rating" / 268435456.0::DOUBLE) * 4722366482869645213696.0::DOUBLE) AS BIGINT) END AS "limb_2_double_rating",
          CASE WHEN NOT abs(CAST("rating" AS DOUBLE)) < 4611686018427387904.0::DOUBLE THEN 1 END AS "wild_double_rating",
          CASE WHEN "#if_1" THEN "genre" END AS "varchar_genre_if_1",
          "genre" AS "varchar_genre",
          CASE WHEN isnan(CAST("rating" AS DOUBLE)) THEN 'NaN'::DOUBLE ELSE CAST("rating" AS DOUBLE) + 0.0::DOUBLE END AS "ordered_double_rating"
        FROM (
          SELECT *, (
            genre <> 'news'
          ) AS "#if_0", (
            seconds > 60
          ) AS "#if_1"
          FROM (
            SELECT *, file_index AS "load_file", file_row_number AS "load_line" FROM read_parquet(['/data/late_watches.parquet'], union_by_name = true)
          )
        )
      ) AS history
      WHERE history."k_user_id" IS NOT NULL AND isfinite(event_time) AND event_time <= make_timestamp(1717286400000000) AND NOT tombstone
    ) AS history
    JOIN keys_0 ON history."k_user_id" = keys_0."k_user_id"
  ),
  "islands_0_0" AS (
    SELECT key_id, moment, stays * (1) AS weight
    FROM (
      SELECT *, sum(stays) OVER (ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW) AS open
      FROM (
        SELECT * FROM (
          SELECT key_id, "value_genre" AS item, known_time AS moment, 1 AS stays FROM events_0 WHERE "value_genre" IS NOT NULL AND known_time < event_time + to_microseconds(604800000000)
          UNION ALL
          SELECT key_id, "value_genre" AS item, event_time + to_microseconds(604800000000) AS moment, -1 AS stays FROM events_0 WHERE "value_genre" IS NOT NULL AND known_time < event_time + to_microseconds(604800000000)
        )
        ORDER BY key_id, item, moment, stays DESC
      )
    )
    WHERE open = greatest(stays, 0)
  ),
  "islands_1_0" AS (
    SELECT key_id, moment, stays * ((CAST(1 AS HUGEINT) << (69 - (item & 63))) + CASE WHEN (item & 63) = 1 THEN 1 ELSE 0 END) AS weight
    FROM (
      SELECT *, sum(stays) OVER (ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW) AS open
      FROM (
        SELECT * FROM (
          SELECT key_id, unnest(range((("sketch_genre" >> 6) << 6) + 1, "sketch_genre" + 1)) AS item, greatest(known_time, make_timestamp((epoch_us(event_time) - ((epoch_us(event_time) % 86400000000) + 86400000000) % 86400000000) // 86400000000 * 86400000000) + to_microseconds(86400000000)) AS moment, 1 AS stays FROM events_0 WHERE "sketch_genre" IS NOT NULL AND greatest(known_time, make_timestamp((epoch_us(event_time) - ((epoch_us(event_time) % 86400000000) + 86400000000) % 86400000000) // 86400000000 * 86400000000) + to_microseconds(86400000000)) < make_timestamp((epoch_us(event_time) - ((epoch_us(event_time) % 86400000000) + 86400000000) % 86400000000) // 86400000000 * 86400000000) + to_microseconds(86400000000) + to_microseconds(86400000000)
          UNION ALL
          SELECT key_id, unnest(range((("sketch_genre" >> 6) << 6) + 1, "sketch_genre" + 1)) AS item, make_timestamp((epoch_us(event_time) - ((epoch_us(event_time) % 86400000000) + 86400000000) % 86400000000) // 86400000000 * 86400000000) + to_microseconds(86400000000) + to_microseconds(86400000000) AS moment, -1 AS stays FROM events_0 WHERE "sketch_genre" IS NOT NULL AND greatest(known_time, make_timestamp((epoch_us(event_time) - ((epoch_us(event_time) % 86400000000) + 86400000000) % 86400000000) // 86400000000 * 86400000000) + to_microseconds(86400000000)) < make_timestamp((epoch_us(event_time) - ((epoch_us(event_time) % 86400000000) + 86400000000) % 86400000000) // 86400000000 * 86400000000) + to_microseconds(86400000000) + to_microseconds(86400000000)
        )
        ORDER BY key_id, item, moment, stays DESC
      )
    )
    WHERE open = greatest(stays, 0)
  ),
  "stream_0" AS (
    SELECT key_id, known_time AS moment, 1 AS kind, epoch_us(known_time) - epoch_us(event_time) AS lag, "limb_0_bigint_seconds_if_0", "limb_0_double_rating", "limb_1_double_rating", "limb_2_double_rating", "wild_double_rating" FROM events_0
    UNION ALL BY NAME
    SELECT key_id, event_time + to_microseconds(604800000000) AS moment, 2 AS kind, "limb_0_bigint_seconds_if_0", "limb_0_double_rating", "limb_1_double_rating", "limb_2_double_rating", "wild_double_rating" FROM events_0 WHERE epoch_us(known_time) - epoch_us(event_time) < 604800000000
    UNION ALL BY NAME
    SELECT key_id, TIMESTAMP 'infinity' AS moment, 0 AS kind, -sum(CASE WHEN "limb_0_bigint_seconds_if_0" IS NOT NULL THEN 1 END) AS "n_bigint_seconds_if_0_lifetime", -sum("limb_0_bigint_seconds_if_0") AS "s0_bigint_seconds_if_0_lifetime", -sum("limb_0_bigint_seconds_if_0" * "limb_0_bigint_seconds_if_0") AS "s00_bigint_seconds_if_0_lifetime" FROM events_0 GROUP BY key_id
    UNION ALL BY NAME
    SELECT key_id, 0 AS kind, moment AS moment, weight AS "distinct_value_genre_604800" FROM islands_0_0
    UNION ALL BY NAME
    SELECT key_id, 0 AS kind, moment AS moment, weight AS "distinct_sketch_genre_tumbling_86400" FROM islands_1_0
    UNION ALL BY NAME
    SELECT key_id, moment, 3 AS kind, "#row" FROM points_0
  ),
  "sweep_0" AS (
    SELECT *,
      CASE WHEN "t_wild_double_rating_604800" > 0 AND "t_n_double_rating_604800" + "t_wild_double_rating_604800" > 1 THEN 'NaN'::DOUBLE WHEN "t_n_double_rating_604800" > 1 THEN ((CAST("d4_double_rating_604800" AS DOUBLE) + (CAST("d3_double_rating_604800" & 17592186044415 AS DOUBLE) + (CAST("d2_double_rating_604800" & 17592186044415 AS DOUBLE) + (CAST("d1_double_rating_604800" & 17592186044415 AS DOUBLE) + CAST("d0_double_rating_604800" & 17592186044415 AS DOUBLE) / 17592186044416.0::DOUBLE) / 17592186044416.0::DOUBLE) / 17592186044416.0::DOUBLE) / 17592186044416.0::DOUBLE) * 4294967296.0::DOUBLE + CAST(abs("r2_double_rating_604800") * ("t_n_double_rating_604800" - abs("r2_double_rating_604800")) AS DOUBLE) / CAST("t_n_double_rating_604800" AS DOUBLE) * 4.484155085839415e-44::DOUBLE) / CAST("t_n_double_rating_604800" - 1 AS DOUBLE) END AS "value_double_rating_604800"
    FROM (
      SELECT *,
        ("t_s00_double_rating_604800" - "q0_double_rating_604800" * "t_s0_double_rating_604800" - "q0_double_rating_604800" * "t_s0_double_rating_604800" + "t_n_double_rating_604800" * "q0_double_rating_604800" * "q0_double_rating_604800") + ("d3_double_rating_604800" >> 44) AS "d4_double_rating_604800"
      FROM (
        SELECT *,
          2 * ("t_s01_double_rating_604800" - "q0_double_rating_604800" * "t_s1_double_rating_604800" - "q1_double_rating_604800" * "t_s0_double_rating_604800" + "t_n_double_rating_604800" * "q0_double_rating_604800" * "q1_double_rating_604800") + ("d2_double_rating_604800" >> 44) AS "d3_double_rating_604800"
        FROM (
          SELECT *,
            2 * ("t_s02_double_rating_604800" - "q0_double_rating_604800" * "t_s2_double_rating_604800" - "q2_double_rating_604800" * "t_s0_double_rating_604800" + "t_n_double_rating_604800" * "q0_double_rating_604800" * "q2_double_rating_604800") + ("t_s11_double_rating_604800" - "q1_double_rating_604800" * "t_s1_double_rating_604800" - "q1_double_rating_604800" * "t_s1_double_rating_604800" + "t_n_double_rating_604800" * "q1_double_rating_604800" * "q1_double_rating_604800") + ("d1_double_rating_604800" >> 44) AS "d2_double_rating_604800"
          FROM (
            SELECT *,
              2 * ("t_s12_double_rating_604800" - "q1_double_rating_604800" * "t_s2_double_rating_604800" - "q2_double_rating_604800" * "t_s1_double_rating_604800" + "t_n_double_rating_604800" * "q1_double_rating_604800" * "q2_double_rating_604800") + ("d0_double_rating_604800" >> 44) AS "d1_double_rating_604800"
            FROM (
              SELECT *,
                ("t_s22_double_rating_604800" - "q2_double_rating_604800" * "t_s2_double_rating_604800" - "q2_double_rating_604800" * "t_s2_double_rating_604800" + "t_n_double_rating_604800" * "q2_double_rating_604800" * "q2_double_rating_604800") - abs("r2_double_rating_604800") AS "d0_double_rating_604800"
              FROM (
                SELECT *,
                  CASE WHEN "t_n_bigint_seconds_if_0_lifetime" > 1 THEN (CAST("d0_bigint_seconds_if_0_lifetime" AS DOUBLE) * 1.0::DOUBLE + CAST(abs("r0_bigint_seconds_if_0_lifetime") * ("t_n_bigint_seconds_if_0_lifetime" - abs("r0_bigint_seconds_if_0_lifetime")) AS DOUBLE) / CAST("t_n_bigint_seconds_if_0_lifetime" AS DOUBLE) * 1.0::DOUBLE) / CAST("t_n_bigint_seconds_if_0_lifetime" - 1 AS DOUBLE) END AS "value_bigint_seconds_if_0_lifetime",
                  ("r1_double_rating_604800" * 17592186044416 + "t_s2_double_rating_604800") // "t_n_double_rating_604800" AS "q2_double_rating_604800",
                  ("r1_double_rating_604800" * 17592186044416 + "t_s2_double_rating_604800") % "t_n_double_rating_604800" AS "r2_double_rating_604800"
                FROM (
                  SELECT *,
                    ("t_s00_bigint_seconds_if_0_lifetime" - "q0_bigint_seconds_if_0_lifetime" * "t_s0_bigint_seconds_if_0_lifetime" - "q0_bigint_seconds_if_0_lifetime" * "t_s0_bigint_seconds_if_0_lifetime" + "t_n_bigint_seconds_if_0_lifetime" * "q0_bigint_seconds_if_0_lifetime" * "q0_bigint_seconds_if_0_lifetime") - abs("r0_bigint_seconds_if_0_lifetime") AS "d0_bigint_seconds_if_0_lifetime",
                    ("r0_double_rating_604800" * 17592186044416 + "t_s1_double_rating_604800") // "t_n_double_rating_604800" AS "q1_double_rating_604800",
                    ("r0_double_rating_604800" * 17592186044416 + "t_s1_double_rating_604800") % "t_n_double_rating_604800" AS "r1_double_rating_604800"
                  FROM (
                    SELECT *,
                      ("t_s0_bigint_seconds_if_0_lifetime") // "t_n_bigint_seconds_if_0_lifetime" AS "q0_bigint_seconds_if_0_lifetime",
                      ("t_s0_bigint_seconds_if_0_lifetime") % "t_n_bigint_seconds_if_0_lifetime" AS "r0_bigint_seconds_if_0_lifetime",
                      ("t_s0_double_rating_604800") // "t_n_double_rating_604800" AS "q0_double_rating_604800",
                      ("t_s0_double_rating_604800") % "t_n_double_rating_604800" AS "r0_double_rating_604800"
                    FROM (
                      SELECT *,
                        CAST(coalesce("n_bigint_seconds_if_0_lifetime", 0) AS HUGEINT) AS "t_n_bigint_seconds_if_0_lifetime",
                        CAST(coalesce("s0_bigint_seconds_if_0_lifetime", 0) AS HUGEINT) AS "t_s0_bigint_seconds_if_0_lifetime",
                        CAST(coalesce("s00_bigint_seconds_if_0_lifetime", 0) AS HUGEINT) AS "t_s00_bigint_seconds_if_0_lifetime",
                        CAST(coalesce("n_double_rating_604800", 0) AS HUGEINT) AS "t_n_double_rating_604800",
                        CAST(coalesce("s0_double_rating_604800", 0) AS HUGEINT) AS "t_s0_double_rating_604800",
                        CAST(coalesce("s1_double_rating_604800", 0) AS HUGEINT) AS "t_s1_double_rating_604800",
                        CAST(coalesce("s2_double_rating_604800", 0) AS HUGEINT) AS "t_s2_double_rating_604800",
                        CAST(coalesce("s00_double_rating_604800", 0) AS HUGEINT) AS "t_s00_double_rating_604800",
                        CAST(coalesce("s01_double_rating_604800", 0) AS HUGEINT) AS "t_s01_double_rating_604800",
                        CAST(coalesce("s02_double_rating_604800", 0) AS HUGEINT) AS "t_s02_double_rating_604800",
                        CAST(coalesce("s11_double_rating_604800", 0) AS HUGEINT) AS "t_s11_double_rating_604800",
                        CAST(coalesce("s12_double_rating_604800", 0) AS HUGEINT) AS "t_s12_double_rating_604800",
                        CAST(coalesce("s22_double_rating_604800", 0) AS HUGEINT) AS "t_s22_double_rating_604800",
                        CAST(coalesce("wild_double_rating_604800", 0) AS HUGEINT) AS "t_wild_double_rating_604800"
                      FROM (
                        SELECT * FROM (
                          SELECT
                            "#row",
                            sum("n_bigint_seconds_if_0_lifetime") OVER sofar AS "n_bigint_seconds_if_0_lifetime",
                            sum("s0_bigint_seconds_if_0_lifetime") OVER sofar AS "s0_bigint_seconds_if_0_lifetime",
                            sum("s00_bigint_seconds_if_0_lifetime") OVER sofar AS "s00_bigint_seconds_if_0_lifetime",
                            sum("n_double_rating_604800") OVER sofar AS "n_double_rating_604800",
                            sum("s0_double_rating_604800") OVER sofar AS "s0_double_rating_604800",
                            sum("s1_double_rating_604800") OVER sofar AS "s1_double_rating_604800",
                            sum("s2_double_rating_604800") OVER sofar AS "s2_double_rating_604800",
                            sum("s00_double_rating_604800") OVER sofar AS "s00_double_rating_604800",
                            sum("s01_double_rating_604800") OVER sofar AS "s01_double_rating_604800",
                            sum("s02_double_rating_604800") OVER sofar AS "s02_double_rating_604800",
                            sum("s11_double_rating_604800") OVER sofar AS "s11_double_rating_604800",
                            sum("s12_double_rating_604800") OVER sofar AS "s12_double_rating_604800",
                            sum("s22_double_rating_604800") OVER sofar AS "s22_double_rating_604800",
                            sum("wild_double_rating_604800") OVER sofar AS "wild_double_rating_604800",
                            sum("distinct_value_genre_604800") OVER sofar AS "distinct_value_genre_604800",
                            sum("distinct_sketch_genre_tumbling_86400") OVER sofar AS "distinct_sketch_genre_tumbling_86400"
                          FROM (
                            SELECT * FROM (
                              SELECT
                                step,
                                max("#row") AS "#row",
                                sum(CASE WHEN kind = 1 THEN CASE WHEN "limb_0_bigint_seconds_if_0" IS NOT NULL THEN 1 END WHEN kind = 0 THEN "n_bigint_seconds_if_0_lifetime" END) AS "n_bigint_seconds_if_0_lifetime",
                                sum(CASE WHEN kind = 1 THEN "limb_0_bigint_seconds_if_0" WHEN kind = 0 THEN "s0_bigint_seconds_if_0_lifetime" END) AS "s0_bigint_seconds_if_0_lifetime",
                                sum(CASE WHEN kind = 1 THEN "limb_0_bigint_seconds_if_0" * "limb_0_bigint_seconds_if_0" WHEN kind = 0 THEN "s00_bigint_seconds_if_0_lifetime" END) AS "s00_bigint_seconds_if_0_lifetime",
                                sum(CASE WHEN kind = 1 AND lag < 604800000000 THEN CASE WHEN "limb_0_double_rating" IS NOT NULL THEN 1 END WHEN kind = 2 THEN -(CASE WHEN "limb_0_double_rating" IS NOT NULL THEN 1 END) END) AS "n_double_rating_604800",
                                sum(CASE WHEN kind = 1 AND lag < 604800000000 THEN "limb_0_double_rating" WHEN kind = 2 THEN -("limb_0_double_rating") END) AS "s0_double_rating_604800",
                                sum(CASE WHEN kind = 1 AND lag < 604800000000 THEN "limb_1_double_rating" WHEN kind = 2 THEN -("limb_1_double_rating") END) AS "s1_double_rating_604800",
                                sum(CASE WHEN kind = 1 AND lag < 604800000000 THEN "limb_2_double_rating" WHEN kind = 2 THEN -("limb_2_double_rating") END) AS "s2_double_rating_604800",
                                sum(CASE WHEN kind = 1 AND lag < 604800000000 THEN CAST("limb_0_double_rating" AS HUGEINT) * "limb_0_double_rating" WHEN kind = 2 THEN -(CAST("limb_0_double_rating" AS HUGEINT) * "limb_0_double_rating") END) AS "s00_double_rating_604800",
                                sum(CASE WHEN kind = 1 AND lag < 604800000000 THEN CAST("limb_0_double_rating" AS HUGEINT) * "limb_1_double_rating" WHEN kind = 2 THEN -(CAST("limb_0_double_rating" AS HUGEINT) * "limb_1_double_rating") END) AS "s01_double_rating_604800",
                                sum(CASE WHEN kind = 1 AND lag < 604800000000 THEN CAST("limb_0_double_rating" AS HUGEINT) * "limb_2_double_rating" WHEN kind = 2 THEN -(CAST("limb_0_double_rating" AS HUGEINT) * "limb_2_double_rating") END) AS "s02_double_rating_604800",
                                sum(CASE WHEN kind = 1 AND lag < 604800000000 THEN CAST("limb_1_double_rating" AS HUGEINT) * "limb_1_double_rating" WHEN kind = 2 THEN -(CAST("limb_1_double_rating" AS HUGEINT) * "limb_1_double_rating") END) AS "s11_double_rating_604800",
                                sum(CASE WHEN kind = 1 AND lag < 604800000000 THEN CAST("limb_1_double_rating" AS HUGEINT) * "limb_2_double_rating" WHEN kind = 2 THEN -(CAST("limb_1_double_rating" AS HUGEINT) * "limb_2_double_rating") END) AS "s12_double_rating_604800",
                                sum(CASE WHEN kind = 1 AND lag < 604800000000 THEN CAST("limb_2_double_rating" AS HUGEINT) * "limb_2_double_rating" WHEN kind = 2 THEN -(CAST("limb_2_double_rating" AS HUGEINT) * "limb_2_double_rating") END) AS "s22_double_rating_604800",
                                sum(CASE WHEN kind = 1 AND lag < 604800000000 THEN "wild_double_rating" WHEN kind = 2 THEN -("wild_double_rating") END) AS "wild_double_rating_604800",
                                sum("distinct_value_genre_604800") AS "distinct_value_genre_604800",
                                sum("distinct_sketch_genre_tumbling_86400") AS "distinct_sketch_genre_tumbling_86400"
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
                    )
                  )
                )
              )
            )
          )
        )
      )
    )
  ),
  "frames_0" AS (
    SELECT
      "#row",
      arg_max("varchar_genre", place) OVER frame_lifetime AS "f_last_genre"
    FROM (
      SELECT key_id, known_time AS moment, place, "varchar_genre" FROM events_0
      UNION ALL BY NAME
      SELECT key_id, moment, "#row" FROM points_0
    )
    WINDOW
      frame_lifetime AS (PARTITION BY key_id ORDER BY moment RANGE BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW)
    QUALIFY "#row" IS NOT NULL
  ),
  "windows_sliding_0" AS (
    SELECT
      asked."#row",
      arg_min("varchar_genre_if_1", place) AS "f_first_genre",
      arg_max("varchar_genre", place, 5) AS "f_last_genres",
      CASE WHEN isnan(max("ordered_double_rating")) THEN 'NaN'::DOUBLE ELSE quantile_cont("ordered_double_rating", 0.5::DOUBLE) END AS "f_rating_median"
    FROM (
      SELECT *, unnest([(epoch_us(moment) - ((epoch_us(moment) % 604800000000) + 604800000000) % 604800000000) // 604800000000, (epoch_us(moment) - ((epoch_us(moment) % 604800000000) + 604800000000) % 604800000000) // 604800000000 - 1]) AS bucket
      FROM points_0
    ) AS asked
    JOIN (
      SELECT *, (epoch_us(event_time) - ((epoch_us(event_time) % 604800000000) + 604800000000) % 604800000000) // 604800000000 AS bucket
      FROM events_0
    ) AS happened ON asked.key_id = happened.key_id AND asked.bucket = happened.bucket AND happened.event_time > asked.moment - to_microseconds(604800000000) AND happened.known_time <= asked.moment
    GROUP BY asked."#row"
  ),
  "frequent_0_0" AS (
    SELECT "#row", arg_min(value, row(-n, value), 3) AS "f_top_genres"
    FROM (
      SELECT asked."#row", happened."varchar_genre" AS value, count(*) AS n
      FROM (
        SELECT *, (epoch_us(moment) - ((epoch_us(moment) % 86400000000) + 86400000000) % 86400000000) // 86400000000 - 1 AS bucket
        FROM points_0
      ) AS asked
      JOIN (
        SELECT *, (epoch_us(event_time) - ((epoch_us(event_time) % 86400000000) + 86400000000) % 86400000000) // 86400000000 AS bucket
        FROM events_0
      ) AS happened ON asked.key_id = happened.key_id AND asked.bucket = happened.bucket AND happened.known_time <= asked.moment AND happened."varchar_genre" IS NOT NULL
      GROUP BY asked."#row", happened."varchar_genre"
    )
    GROUP BY "#row"
  )
  SELECT
    spine."#row",
    spine."user_id",
    spine."origin_airport",
    spine."destination_airport",
    spine."asked_at",
    spine."label",
    CASE WHEN entities_0.first_known <= spine."#time" IS NOT TRUE THEN 1 ELSE 0 END AS "#status_0",
    CAST(coalesce(sweep_0."distinct_value_genre_604800", 0) AS BIGINT) AS "#value_0_0",
    CAST(CASE WHEN (coalesce(sweep_0."distinct_sketch_genre_tumbling_86400", 0) & 65535) = 0 THEN 0 ELSE round(12102203.161561485::DOUBLE / (4096.0::DOUBLE * ((4096 - (coalesce(sweep_0."distinct_sketch_genre_tumbling_86400", 0) & 65535))::DOUBLE / 4096.0::DOUBLE + list_sum(list_transform(range(1, 20), lambda k: pow((4096 - (coalesce(sweep_0."distinct_sketch_genre_tumbling_86400", 0) & 65535))::DOUBLE / 4096.0::DOUBLE, pow(2.0::DOUBLE, k)) * pow(2.0::DOUBLE, k - 1)))) + CAST(((coalesce(sweep_0."distinct_sketch_genre_tumbling_86400", 0) & 65535) << 53) - (coalesce(sweep_0."distinct_sketch_genre_tumbling_86400", 0) >> 16) AS DOUBLE) / 9007199254740992.0::DOUBLE)) END AS BIGINT) AS "#value_0_1",
    sqrt(sweep_0."value_bigint_seconds_if_0_lifetime") AS "#value_0_2",
    sweep_0."value_double_rating_604800" AS "#value_0_3",
    windows_sliding_0."f_first_genre" AS "#value_0_4",
    frames_0."f_last_genre" AS "#value_0_5",
    windows_sliding_0."f_last_genres" AS "#value_0_6",
    windows_sliding_0."f_rating_median" AS "#value_0_7",
    frequent_0_0."f_top_genres" AS "#value_0_8"
  FROM spine
  LEFT JOIN entities_0 ON spine."#user_id:int64" = entities_0."k_user_id"
  LEFT JOIN sweep_0 ON spine."#row" = sweep_0."#row"
  LEFT JOIN frames_0 ON spine."#row" = frames_0."#row"
  LEFT JOIN windows_sliding_0 ON spine."#row" = windows_sliding_0."#row"
  LEFT JOIN frequent_0_0 ON spine."#row" = frequent_0_0."#row"
)
ORDER BY "#row"
