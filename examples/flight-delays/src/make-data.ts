import { copyFile, mkdir } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import type { OfflineStore } from '@larder/offline-store';
import type { Instant } from '@larder/registry';
import { readRecords } from './with-store.js';

/** Rows of the training set. */
const SAMPLED_FLIGHTS = 200_000;

/** Absolute paths of what the example reads. */
export interface FlightFiles {
  /** The flights as they were published, where the definitions expect them. */
  readonly flights: string;
  /** Spine: the sampled flights, each at its departure, in the order of departure. */
  readonly departures: string;
  /** Spine: every route that was ever flown, at `now`. */
  readonly routes: string;
}

/** What the published file holds. */
export interface FlightFacts {
  readonly flights: number;
  readonly airports: number;
  readonly routes: number;
  /** Flights that left their airport in the same minute as another one. */
  readonly departedTogether: number;
}

/** Copies the published file into the project's folder and makes two spines from it. */
export async function makeData(store: OfflineStore, projectDirectory: string, now: Instant): Promise<FlightFiles> {
  const folder = join(projectDirectory, 'data');
  const files: FlightFiles = {
    flights: join(folder, 'flights-3m.parquet'),
    departures: join(folder, 'departures.parquet'),
    routes: join(folder, 'routes.parquet'),
  };
  await mkdir(folder, { recursive: true });
  await copyFile(publishedFlights(), files.flights);
  await store.writeParquet(sampledDepartures(files.flights), files.departures);
  await store.writeParquet(allRoutes(files.flights, now), files.routes);
  return files;
}

/** Counts what the example's README says of the data. */
export async function readFlightFacts(store: OfflineStore, { flights }: FlightFiles): Promise<FlightFacts> {
  const [facts] = await readRecords(
    store,
    `
    SELECT sum(departures) AS flights, count(DISTINCT origin) AS airports,
           (SELECT count(*) FROM (SELECT DISTINCT origin, destination FROM read_parquet('${flights}'))) AS routes,
           sum(departures) FILTER (WHERE departures > 1) AS departed_together
    FROM (SELECT origin, count(*) AS departures FROM read_parquet('${flights}') GROUP BY origin, date)`,
  );
  const { flights: rows, airports, routes, departed_together: departedTogether } = { ...facts };
  return {
    flights: Number(rows),
    airports: Number(airports),
    routes: Number(routes),
    departedTogether: Number(departedTogether),
  };
}

/** The npm package `vega-datasets` carries the file beside its code. */
function publishedFlights(): string {
  const main = createRequire(import.meta.url).resolve('vega-datasets');
  return join(dirname(main), '..', 'data', 'flights-3m.parquet');
}

/** The flights whose line number has the smallest MD5: the same ones everywhere and always. */
function sampledDepartures(flights: string): string {
  return `
    SELECT * FROM (
      SELECT file_row_number AS flight, date AS event_timestamp, origin, destination, delay AS arrival_delay
      FROM read_parquet('${flights}', file_row_number = true)
      ORDER BY md5(file_row_number::VARCHAR)
      LIMIT ${SAMPLED_FLIGHTS}
    )
    ORDER BY flight`;
}

function allRoutes(flights: string, now: Instant): string {
  return `
    SELECT DISTINCT origin, destination, make_timestamp(${now}) AS event_timestamp
    FROM read_parquet('${flights}')
    ORDER BY origin, destination`;
}
