import type { OfflineStore } from '@larder/offline-store';
import { inTheAirQuery, plainHistoryQuery } from './plain-history.js';
import { readRecords } from './with-store.js';

/** Of how many sampled flights one is computed anew. */
const CHECKED_SHARE = 100;

const WINDOW_FEATURES = [
  'origin__departures_24h',
  'origin__departures_7d',
  'origin__mean_delay_24h',
  'origin__mean_delay_7d',
  'destination__departures_24h',
  'destination__mean_delay_24h',
  'route_traffic__departures_24h',
  'route_traffic__departures_7d',
  'route_traffic__mean_delay_24h',
  'route_traffic__mean_delay_7d',
];

export interface TrainingSetCheck {
  readonly rows: number;
  /** Values that were computed anew. */
  readonly values: number;
  /** Features with values that differ, and how many. */
  readonly different: Readonly<Record<string, number>>;
  /** Rows at whose departure flights of the last 24 hours from the same airport were still in the air. */
  readonly rowsWithFlightsInTheAir: number;
  /** How many they were, on average: values that a join on departure alone would have leaked into a row. */
  readonly flightsInTheAir: number;
}

/** Computes every hundredth row anew, by the plain way, and compares each value exactly, counts and means alike. */
export async function checkTrainingSet(
  store: OfflineStore,
  { flights, trainingSet }: { readonly flights: string; readonly trainingSet: string },
): Promise<TrainingSetCheck> {
  const made = `SELECT * FROM read_parquet('${trainingSet}') WHERE flight % ${CHECKED_SHARE} = 0`;
  const history = {
    flights,
    spine: `SELECT flight AS row, epoch_us(event_timestamp) AS t, origin, destination FROM (${made})`,
  };
  const conditions = Object.entries(differences());
  const [counts] = await readRecords(
    store,
    `
    SELECT count(*) AS rows, ${conditions.map(([name, differs]) => `count(*) FILTER (WHERE ${differs}) AS ${name}`).join(', ')}
    FROM (${made}) AS made JOIN (${plainHistoryQuery(history)}) AS plain ON made.flight = plain.row`,
  );
  const [air] = await readRecords(
    store,
    `
    SELECT count(*) FILTER (WHERE in_the_air > 0) AS rows, avg(in_the_air) AS flights FROM (${inTheAirQuery(history)})`,
  );
  const rows = Number(counts?.['rows']);
  const different = conditions.map(([name]): [string, number] => [name, Number(counts?.[name])]);
  return {
    rows,
    values: rows * conditions.length,
    different: Object.fromEntries(different.filter(([, count]) => count !== 0)),
    rowsWithFlightsInTheAir: Number(air?.['rows']),
    flightsInTheAir: Number(air?.['flights']),
  };
}

/** Per feature: the condition on which a row of the training set is wrong. Flights that tie for the last one are all right. */
function differences(): Record<string, string> {
  const windows = WINDOW_FEATURES.map((name): [string, string] => [
    name,
    `made.${name} IS DISTINCT FROM plain.${name}`,
  ]);
  return {
    ...Object.fromEntries(windows),
    last_flight__last_delay: `
      CASE WHEN last_flight__delays IS NULL THEN last_flight__last_delay IS NOT NULL
           ELSE list_contains(last_flight__delays, last_flight__last_delay) IS NOT TRUE END`,
    last_flight__last_departure:
      'epoch_us(made.last_flight__last_departure) IS DISTINCT FROM plain.last_flight__last_departure',
  };
}
