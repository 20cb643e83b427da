import {
  alias,
  count,
  entity,
  every,
  featureService,
  featureView,
  int64,
  last,
  mean,
  parquet,
  sqlSource,
  string,
  timestamp,
} from '@larder/registry';

export const project = 'flight-delays';

export const airport = entity('airport', { joinKeys: { airport: string() }, description: 'IATA code' });

export const route = entity('route', {
  joinKeys: { origin: string(), destination: string() },
  description: 'One direction: JFK to LAX is another route than LAX to JFK',
});

/** The file as it was published: one row per flight, `date` is the minute of departure. */
export const flightRecords = parquet('data/flights-3m.parquet', { name: 'flight_records', eventTime: 'date' });

/**
 * A flight's delay is known when it has landed. The file has no time of arrival, so it is derived: departure
 * + the delay if the flight was late + 30 minutes on the ground + the distance at 500 mph (7.2 seconds a mile).
 * An early arrival does not shorten the rule, so every flight lands after its departure.
 */
export const flights = sqlSource('flights', {
  reads: [flightRecords],
  query: `
    SELECT date AS departed_at,
           date + to_minutes(greatest(delay, 0) + 30) + to_microseconds(distance * 7200000) AS landed_at,
           origin, destination, origin AS airport, delay
    FROM {flight_records}`,
  eventTime: 'departed_at',
  createdTime: 'landed_at',
});

export const airportTraffic = featureView('airport_traffic', {
  entities: [airport],
  source: flights,
  description: 'Departures from an airport whose flights have landed',
  features: {
    departures_24h: count({ window: '24h' }),
    departures_7d: count({ window: '7d' }),
    mean_delay_24h: mean('delay', { window: '24h', description: 'minutes' }),
    mean_delay_7d: mean('delay', { window: '7d', description: 'minutes' }),
  },
  cadence: every('1h'),
  ttl: '3h',
  owner: 'operations',
});

export const routeTraffic = featureView('route_traffic', {
  entities: [route],
  source: flights,
  description: 'Departures on a route whose flights have landed',
  features: {
    departures_24h: count({ window: '24h' }),
    departures_7d: count({ window: '7d' }),
    mean_delay_24h: mean('delay', { window: '24h', description: 'minutes' }),
    mean_delay_7d: mean('delay', { window: '7d', description: 'minutes' }),
  },
  cadence: every('1h'),
  ttl: '3h',
  owner: 'operations',
});

export const lastFlight = featureView('last_flight', {
  entities: [route],
  source: flights,
  description: 'The latest departure on a route whose flight has landed',
  features: {
    last_delay: last('delay', int64(), { description: 'minutes' }),
    last_departure: last('departed_at', timestamp()),
  },
  cadence: every('1h'),
  ttl: '14d',
  onStale: 'null',
  owner: 'operations',
});

const atOrigin = alias(airportTraffic, 'origin', { joinKeys: { airport: 'origin' } });
const atDestination = alias(airportTraffic, 'destination', {
  joinKeys: { airport: 'destination' },
  features: ['departures_24h', 'mean_delay_24h'],
});

/** What a model reads to predict the delay of a flight at its departure: the airport in two roles, and the route. */
export const delayModel = featureService('delay_model', [atOrigin, atDestination, routeTraffic, lastFlight]);
