SELECT
  "user_id",
  "origin_airport",
  "destination_airport",
  "asked_at",
  "label",
  "#value_0_0" AS "origin__delay",
  "#value_1_0" AS "destination__delay"
FROM (
  WITH "spine_rows" AS (
    SELECT
      row_number() OVER () AS "#row",
      "asked_at" AS "#time",
      "origin_airport" AS "#origin_airport:string",
      "destination_airport" AS "#destination_airport:string",
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
      ticks_0.tick AS "#as_of_0",
      ticks_1.tick AS "#as_of_1"
    FROM spine_rows
    ASOF LEFT JOIN (SELECT make_timestamp(tick) AS tick, make_timestamp(tick) + to_microseconds(600000000) AS shown FROM (SELECT unnest(CAST(string_split('1717124400000000,1717210800000000', ',') AS BIGINT[])) AS tick)) AS ticks_0 ON "#time" >= ticks_0.shown
    ASOF LEFT JOIN (SELECT make_timestamp(tick) AS tick, make_timestamp(tick) + to_microseconds(600000000) AS shown FROM (SELECT unnest(CAST(string_split('1717124400000000,1717210800000000', ',') AS BIGINT[])) AS tick)) AS ticks_1 ON "#time" >= ticks_1.shown
  ),
  "known_rows_0" AS (
    SELECT
      "k_airport",
      known_time,
      event_time,
      "f_delay"
    FROM (
      SELECT
        "k_airport",
        event_time,
        created_time,
        event_time AS known_time,
        tombstone,
        load_file,
        load_line,
        "f_delay"
      FROM (
        SELECT
          "airport" AS "k_airport",
          CAST("day" AS TIMESTAMP) AS event_time,
          CAST("day" AS TIMESTAMP) AS created_time,
          false AS tombstone,
          load_file,
          load_line,
          "delay" AS "f_delay"
        FROM (
          SELECT *, 0 AS "load_file", hash("airport", "day", "delay") AS "load_line" FROM (
            WITH "flights" AS (
              SELECT * FROM read_parquet(['/data/flights.parquet'], union_by_name = true)
            )
            SELECT * FROM (
              SELECT airport, day, delay FROM "flights" WHERE status <> '{flights}'
            )
          )
        )
      ) AS history
      SEMI JOIN spine ON spine."#origin_airport:string" = history."k_airport"
      WHERE history."k_airport" IS NOT NULL AND isfinite(event_time) AND event_time <= make_timestamp(1717286400000000)
    )
    WINDOW known AS (PARTITION BY "k_airport" ORDER BY known_time, load_file, load_line)
    QUALIFY lead(known_time) OVER known IS DISTINCT FROM known_time
  ),
  "known_rows_1" AS (
    SELECT
      "k_airport",
      known_time,
      event_time,
      "f_delay"
    FROM (
      SELECT
        "k_airport",
        event_time,
        created_time,
        event_time AS known_time,
        tombstone,
        load_file,
        load_line,
        "f_delay"
      FROM (
        SELECT
          "airport" AS "k_airport",
          CAST("day" AS TIMESTAMP) AS event_time,
          CAST("day" AS TIMESTAMP) AS created_time,
          false AS tombstone,
          load_file,
          load_line,
          "delay" AS "f_delay"
        FROM (
          SELECT *, 0 AS "load_file", hash("airport", "day", "delay") AS "load_line" FROM (
            WITH "flights" AS (
              SELECT * FROM read_parquet(['/data/flights.parquet'], union_by_name = true)
            )
            SELECT * FROM (
              SELECT airport, day, delay FROM "flights" WHERE status <> '{flights}'
            )
          )
        )
      ) AS history
      SEMI JOIN spine ON spine."#destination_airport:string" = history."k_airport"
      WHERE history."k_airport" IS NOT NULL AND isfinite(event_time) AND event_time <= make_timestamp(1717286400000000)
    )
    WINDOW known AS (PARTITION BY "k_airport" ORDER BY known_time, load_file, load_line)
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
    known_rows_0."f_delay" AS "#value_0_0",
    CASE WHEN known_rows_1.known_time IS NULL THEN 1 ELSE 0 END AS "#status_1",
    known_rows_1."f_delay" AS "#value_1_0"
  FROM spine
  ASOF LEFT JOIN known_rows_0 ON spine."#origin_airport:string" = known_rows_0."k_airport" AND spine."#as_of_0" >= known_rows_0.known_time
  ASOF LEFT JOIN known_rows_1 ON spine."#destination_airport:string" = known_rows_1."k_airport" AND spine."#as_of_1" >= known_rows_1.known_time
)
ORDER BY "#row"
