/**
 * The features once more, as plainly as SQL can say them: for each row of the training set, look at every flight and
 * keep those that had departed in the window and landed by then. No clever plan, nothing of Larder's; slow, so for a
 * part of the rows. Times are whole microseconds; the time of landing is computed anew.
 */
export interface PlainHistory {
  /** Path of the published flights. */
  readonly flights: string;
  /** Query with the columns row, t (microseconds), origin and destination. */
  readonly spine: string;
}

const DAY = 86_400_000_000n;

/** One row per spine row: `row`, the features by their full names, `last_flight__delays` (all that tie for the last). */
export function plainHistoryQuery(history: PlainHistory): string {
  return `
    WITH flights AS (${landings(history.flights)}),
    spine AS (${history.spine}),
    origin AS (${windows('origin', ['origin'], ['origin'])}),
    destination AS (${windows('destination', ['origin'], ['destination'])}),
    route_traffic AS (${windows('route_traffic', ['origin', 'destination'], ['origin', 'destination'])}),
    last_flight AS (${lastFlights()})
    SELECT * FROM spine
    JOIN origin USING (row) JOIN destination USING (row) JOIN route_traffic USING (row) JOIN last_flight USING (row)`;
}

/** How many flights of the last day were still in the air at each row's departure: what a join on departure alone lets in. */
export function inTheAirQuery({ flights, spine }: PlainHistory): string {
  return `
    WITH flights AS (${landings(flights)}), spine AS (${spine})
    SELECT row, count(f.landed) AS flights_24h, count(f.landed) FILTER (WHERE f.landed > t) AS in_the_air
    FROM spine LEFT JOIN flights AS f ON f.origin = spine.origin AND f.departed > t - ${DAY} AND f.departed <= t
    GROUP BY row`;
}

/** Distance at 500 miles an hour is 7.2 seconds a mile. */
function landings(flights: string): string {
  return `
    SELECT origin, destination, delay, epoch_us(date) AS departed,
           epoch_us(date) + 60000000 * CASE WHEN delay > 0 THEN delay + 30 ELSE 30 END + 7200000 * distance AS landed
    FROM read_parquet('${flights}')`;
}

/** Counts and means of the flights with `flightKeys` equal to the spine's `spineKeys`; null before the first landing. */
function windows(name: string, flightKeys: readonly string[], spineKeys: readonly string[]): string {
  const equal = (side: string) =>
    flightKeys.map((key, index) => `${side}.${key} = spine.${spineKeys[index]}`).join(' AND ');
  return `
    SELECT row,
      CASE WHEN any_value(first_landing) <= any_value(t) THEN count(delay) FILTER (WHERE departed > t - ${DAY}) END AS ${name}__departures_24h,
      CASE WHEN any_value(first_landing) <= any_value(t) THEN count(delay) END AS ${name}__departures_7d,
      ${meanDelay(` FILTER (WHERE departed > t - ${DAY})`)} AS ${name}__mean_delay_24h,
      ${meanDelay('')} AS ${name}__mean_delay_7d
    FROM spine
    LEFT JOIN flights AS f ON ${equal('f')} AND departed > t - 7 * ${DAY} AND departed <= t AND landed <= t
    LEFT JOIN (SELECT ${flightKeys.join(', ')}, min(landed) AS first_landing FROM flights GROUP BY ALL) AS first
      ON ${equal('first')}
    GROUP BY row`;
}

/** Rounded once. DuckDB's avg() divides in the processor's longer format and rounds twice: another last bit now and then. */
function meanDelay(filter: string): string {
  return `CAST(sum(delay)${filter} AS DOUBLE) / count(delay)${filter}`;
}

/** The last departure of the route within 14 days whose flight has landed, and the delays of all flights that left then. */
function lastFlights(): string {
  return `
    SELECT row, max(departed) AS last_flight__last_departure,
           list(delay) FILTER (WHERE delay IS NOT NULL) AS last_flight__delays
    FROM (
      SELECT row, departed, delay, rank() OVER (PARTITION BY row ORDER BY departed DESC, landed DESC) AS place
      FROM spine
      LEFT JOIN flights AS f ON f.origin = spine.origin AND f.destination = spine.destination
        AND departed >= t - 14 * ${DAY} AND departed <= t AND landed <= t
    )
    WHERE place = 1 GROUP BY row`;
}
