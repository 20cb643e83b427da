import type { Terminal } from '@larder/cli';
import { tableText } from '@larder/cli';
import { formatInstant } from '@larder/registry';
import type { ServedRoute } from './read-online.js';

/** Shown: a hub in trouble, both ways; two ordinary routes; today's flight still in the air; a season that is over; nobody's route. */
const SHOWN_ROUTES = ['DFW-ORD', 'ORD-DFW', 'LAX-JFK', 'HNL-OGG', 'DFW-HNL', 'ORD-EGE', 'JFK-LGA'];

type Row = Readonly<Record<string, unknown>>;

/** Rows of the training set: what was known at the departure, and the delay that a model is to predict from it. */
export function trainingSetTable(terminal: Terminal, rows: readonly Row[]): string {
  const columns = [
    ['ORIGIN 24H', 'origin__departures_24h'],
    ['DELAY', 'origin__mean_delay_24h'],
    ['DESTINATION 24H', 'destination__departures_24h'],
    ['DELAY', 'destination__mean_delay_24h'],
    ['ROUTE 7D', 'route_traffic__departures_7d'],
    ['DELAY', 'route_traffic__mean_delay_7d'],
    ['LAST DELAY', 'last_flight__last_delay'],
    ['LABEL', 'arrival_delay'],
  ] as const;
  return tableText(
    terminal,
    ['ROUTE', 'DEPARTURE', ...columns.map(([title]) => title)],
    rows.map((row) => [
      `${cellText(row['origin'])}-${cellText(row['destination'])}`,
      timeText(row['event_timestamp']),
      ...columns.map(([, feature]) => cellText(row[feature])),
    ]),
  );
}

/** Some of the served routes. */
export function onlineTable(terminal: Terminal, served: readonly ServedRoute[]): string {
  const shown = SHOWN_ROUTES.flatMap((route) => served.find((each) => each.route === route) ?? []);
  return tableText(
    terminal,
    [
      'ROUTE',
      'ORIGIN 24H',
      'DELAY',
      'DESTINATION 24H',
      'DELAY',
      'ROUTE 24H',
      'DELAY',
      'LAST DELAY',
      'LAST DEPARTURE',
      'STATUS',
    ],
    shown.map(({ route, features, statuses }) => [
      route,
      cellText(features.origin__departures_24h),
      cellText(features.origin__mean_delay_24h),
      cellText(features.destination__departures_24h),
      cellText(features.destination__mean_delay_24h),
      cellText(features.route_traffic__departures_24h),
      cellText(features.route_traffic__mean_delay_24h),
      cellText(features.last_flight__last_delay),
      timeText(features.last_flight__last_departure),
      [...new Set(Object.values(statuses))].join(', '),
    ]),
  );
}

/** Means with one digit, whole numbers as they are; nothing for null. */
function cellText(value: unknown): string {
  if (typeof value === 'number') return value.toFixed(1);
  return typeof value === 'bigint' || typeof value === 'string' ? String(value) : '';
}

/** Microseconds since the epoch to the minute: `2001-06-30 18:00`. */
function timeText(value: unknown): string {
  return typeof value === 'bigint' ? formatInstant(value).slice(0, 16).replace('T', ' ') : '';
}
