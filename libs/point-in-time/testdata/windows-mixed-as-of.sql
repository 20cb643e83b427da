SELECT
  "k_user_id" AS "user_id",
  event_time,
  created_time,
  tombstone,
  "#genres_7d" AS "genres_7d",
  CAST(CASE WHEN (coalesce(list_sum(list_transform(list_filter(list_zip("#genres_about", "#genres_about"[2:]), lambda pair: (pair[1] >> 6) IS DISTINCT FROM (pair[2] >> 6)), lambda pair: 590295810358705651712::HUGEINT + 1 - (CAST(1 AS HUGEINT) << (69 - (pair[1] & 63))))), 0) & 65535) = 0 THEN 0 ELSE round(12102203.161561485::DOUBLE / (4096.0::DOUBLE * ((4096 - (coalesce(list_sum(list_transform(list_filter(list_zip("#genres_about", "#genres_about"[2:]), lambda pair: (pair[1] >> 6) IS DISTINCT FROM (pair[2] >> 6)), lambda pair: 590295810358705651712::HUGEINT + 1 - (CAST(1 AS HUGEINT) << (69 - (pair[1] & 63))))), 0) & 65535))::DOUBLE / 4096.0::DOUBLE + list_sum(list_transform(range(1, 20), lambda k: pow((4096 - (coalesce(list_sum(list_transform(list_filter(list_zip("#genres_about", "#genres_about"[2:]), lambda pair: (pair[1] >> 6) IS DISTINCT FROM (pair[2] >> 6)), lambda pair: 590295810358705651712::HUGEINT + 1 - (CAST(1 AS HUGEINT) << (69 - (pair[1] & 63))))), 0) & 65535))::DOUBLE / 4096.0::DOUBLE, pow(2.0::DOUBLE, k)) * pow(2.0::DOUBLE, k - 1)))) + CAST(((coalesce(list_sum(list_transform(list_filter(list_zip("#genres_about", "#genres_about"[2:]), lambda pair: (pair[1] >> 6) IS DISTINCT FROM (pair[2] >> 6)), lambda pair: 590295810358705651712::HUGEINT + 1 - (CAST(1 AS HUGEINT) << (69 - (pair[1] & 63))))), 0) & 65535) << 53) - (coalesce(list_sum(list_transform(list_filter(list_zip("#genres_about", "#genres_about"[2:]), lambda pair: (pair[1] >> 6) IS DISTINCT FROM (pair[2] >> 6)), lambda pair: 590295810358705651712::HUGEINT + 1 - (CAST(1 AS HUGEINT) << (69 - (pair[1] & 63))))), 0) >> 16) AS DOUBLE) / 9007199254740992.0::DOUBLE)) END AS BIGINT) AS "genres_about",
  sqrt("value_bigint_seconds_if_0_lifetime") AS "seconds_stddev",
  "value_double_rating_604800" AS "rating_variance_7d",
  "#first_genre" AS "first_genre",
  "#last_genre" AS "last_genre",
  "#last_genres" AS "last_genres",
  "#rating_median" AS "rating_median",
  "#top_genres" AS "top_genres"
FROM (
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
                      SELECT
                        "k_user_id",
                        max(history.event_time) AS event_time,
                        CAST(NULL AS TIMESTAMP) AS created_time,
                        false AS tombstone,
                        count(DISTINCT "value_genre") FILTER (WHERE history.event_time > make_timestamp(1716595200000000)) AS "#genres_7d",
                        list_sort(list(DISTINCT "sketch_genre") FILTER (WHERE history.event_time >= make_timestamp(1717113600000000) AND history.event_time < make_timestamp(1717200000000000) AND "sketch_genre" IS NOT NULL)) AS "#genres_about",
                        sum(CASE WHEN "limb_0_bigint_seconds_if_0" IS NOT NULL THEN 1 END) FILTER (WHERE true) AS "n_bigint_seconds_if_0_lifetime",
                        sum("limb_0_bigint_seconds_if_0") FILTER (WHERE true) AS "s0_bigint_seconds_if_0_lifetime",
                        sum("limb_0_bigint_seconds_if_0" * "limb_0_bigint_seconds_if_0") FILTER (WHERE true) AS "s00_bigint_seconds_if_0_lifetime",
                        sum(CASE WHEN "limb_0_double_rating" IS NOT NULL THEN 1 END) FILTER (WHERE history.event_time > make_timestamp(1716595200000000)) AS "n_double_rating_604800",
                        sum("limb_0_double_rating") FILTER (WHERE history.event_time > make_timestamp(1716595200000000)) AS "s0_double_rating_604800",
                        sum("limb_1_double_rating") FILTER (WHERE history.event_time > make_timestamp(1716595200000000)) AS "s1_double_rating_604800",
                        sum("limb_2_double_rating") FILTER (WHERE history.event_time > make_timestamp(1716595200000000)) AS "s2_double_rating_604800",
                        sum(CAST("limb_0_double_rating" AS HUGEINT) * "limb_0_double_rating") FILTER (WHERE history.event_time > make_timestamp(1716595200000000)) AS "s00_double_rating_604800",
                        sum(CAST("limb_0_double_rating" AS HUGEINT) * "limb_1_double_rating") FILTER (WHERE history.event_time > make_timestamp(1716595200000000)) AS "s01_double_rating_604800",
                        sum(CAST("limb_0_double_rating" AS HUGEINT) * "limb_2_double_rating") FILTER (WHERE history.event_time > make_timestamp(1716595200000000)) AS "s02_double_rating_604800",
                        sum(CAST("limb_1_double_rating" AS HUGEINT) * "limb_1_double_rating") FILTER (WHERE history.event_time > make_timestamp(1716595200000000)) AS "s11_double_rating_604800",
                        sum(CAST("limb_1_double_rating" AS HUGEINT) * "limb_2_double_rating") FILTER (WHERE history.event_time > make_timestamp(1716595200000000)) AS "s12_double_rating_604800",
                        sum(CAST("limb_2_double_rating" AS HUGEINT) * "limb_2_double_rating") FILTER (WHERE history.event_time > make_timestamp(1716595200000000)) AS "s22_double_rating_604800",
                        sum("wild_double_rating") FILTER (WHERE history.event_time > make_timestamp(1716595200000000)) AS "wild_double_rating_604800",
                        arg_min("varchar_genre_if_1", row(history.event_time, history.created_time, history.load_file, history.load_line)) FILTER (WHERE history.event_time > make_timestamp(1716595200000000)) AS "#first_genre",
                        arg_max("varchar_genre", row(history.event_time, history.created_time, history.load_file, history.load_line)) FILTER (WHERE true) AS "#last_genre",
                        arg_max("varchar_genre", row(history.event_time, history.created_time, history.load_file, history.load_line), 5) FILTER (WHERE history.event_time > make_timestamp(1716595200000000)) AS "#last_genres",
                        CASE WHEN isnan(max("ordered_double_rating") FILTER (WHERE history.event_time > make_timestamp(1716595200000000))) THEN 'NaN'::DOUBLE ELSE quantile_cont("ordered_double_rating", 0.5::DOUBLE) FILTER (WHERE history.event_time > make_timestamp(1716595200000000)) END AS "#rating_median",
                        list_transform(list_sort(list_transform(map_entries(histogram("varchar_genre") FILTER (WHERE history.event_time >= make_timestamp(1717113600000000) AND history.event_time < make_timestamp(1717200000000000))), lambda entry: {'n': -CAST(entry.value AS BIGINT), 'value': entry.key}))[:3], lambda entry: entry.value) AS "#top_genres"
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
                        WHERE history."k_user_id" IS NOT NULL AND isfinite(event_time) AND event_time <= make_timestamp(1717200000000000) AND known_time <= make_timestamp(1717200000000000)
                      ) AS history
                      GROUP BY "k_user_id"
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
)
