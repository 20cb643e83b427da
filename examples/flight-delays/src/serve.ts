import type { ExampleContext } from '@larder/cli';
import { grouped, say, withProgress } from '@larder/cli';
import { LarderClient } from '@larder/client';
import { LarderError } from '@larder/registry';
import { delayModel } from '../features.js';
import { compareOffline } from './compare-offline.js';
import type { Comparison } from './compare-offline.js';
import type { FlightFiles } from './make-data.js';
import { countAirports, countStatuses, findNotPresent, readOnline } from './read-online.js';
import type { OnlineReads, RouteKeys, ServedRoute } from './read-online.js';
import { onlineTable } from './tables.js';
import { makeTrainingSet } from './train.js';
import { readRecords, withStore } from './with-store.js';

const BATCH_SIZE = 100;

/** Both airports exist; nobody flies it. */
const NEVER_FLOWN: RouteKeys = { origin: 'JFK', destination: 'LGA' };

export interface Served {
  readonly online: {
    /** Airports that the routes leave from and that are online. */
    readonly airports: number;
    /** How many values of the routes have each status. */
    readonly statuses: Readonly<Record<string, number>>;
    /** `ORIGIN-DESTINATION` → its features. */
    readonly routes: Readonly<Record<string, ServedRoute['features']>>;
    /** Every status that is not PRESENT, by route and feature. */
    readonly notPresent: Readonly<Record<string, Readonly<Record<string, string>>>>;
    readonly neverFlown: ServedRoute | undefined;
  };
  readonly comparison: Comparison;
}

/** Brings every airport and route online, reads them all, and compares each value with the offline store's. */
export async function serve(context: ExampleContext, files: FlightFiles): Promise<Served> {
  const { stack, terminal } = context;
  await stack.materialize({ featureService: delayModel.name });
  const offline = await readOffline(context, files);
  const { routes, neverFlown } = await readRoutes(context, offline.map(routeKeys));
  say(terminal, onlineTable(terminal, neverFlown === undefined ? routes : [...routes, neverFlown]));
  const comparison = await withProgress(
    terminal,
    'compare online with offline',
    async () => compareOffline(routes, offline),
    ({ values, different }) => `${grouped(values)} values, ${grouped(different.length)} differ`,
  );
  if (comparison.different.length > 0) {
    const problems = comparison.different.map((message) => ({ path: delayModel.name, message }));
    throw LarderError.fromProblems('online and offline', problems.slice(0, 20));
  }
  const online = {
    airports: countAirports(routes),
    statuses: countStatuses(routes),
    routes: Object.fromEntries(routes.map(({ route, features }) => [route, features])),
    notPresent: findNotPresent(routes),
    neverFlown,
  };
  return { online, comparison };
}

/** All routes as the offline store knows them at the example's now. */
async function readOffline(
  context: ExampleContext,
  files: FlightFiles,
): Promise<readonly Readonly<Record<string, unknown>>[]> {
  const { location } = await makeTrainingSet(context, {
    title: 'training set of all routes, as of now',
    spine: files.routes,
    of: 'routes',
  });
  return withStore(context.workDirectory, [location], (store) =>
    readRecords(store, `SELECT * FROM read_parquet('${location}')`),
  );
}

async function readRoutes(
  { stack, terminal }: ExampleContext,
  keys: readonly RouteKeys[],
): Promise<{ routes: readonly ServedRoute[]; neverFlown: ServedRoute | undefined }> {
  const client = new LarderClient({ address: stack.grpcAddress });
  try {
    const { routes: others } = await readOnline(client, [NEVER_FLOWN], 1);
    const { routes } = await withProgress(
      terminal,
      'read all routes over gRPC',
      () => readOnline(client, keys, BATCH_SIZE),
      readsText,
    );
    return { routes, neverFlown: others[0] };
  } finally {
    client.close();
  }
}

function readsText({ routes, callMillis }: OnlineReads): string {
  const at = (share: number): string =>
    `${(callMillis[Math.floor(share * (callMillis.length - 1))] ?? 0).toFixed(1)} ms`;
  const statuses = Object.entries(countStatuses(routes)).map(([status, count]) => `${grouped(count)} ${status}`);
  return `${countAirports(routes)} airports, ${grouped(routes.length)} routes in ${callMillis.length} calls, median ${at(0.5)}, slowest ${at(1)}; ${statuses.join(', ')}`;
}

function routeKeys(row: Readonly<Record<string, unknown>>): RouteKeys {
  return { origin: String(row['origin']), destination: String(row['destination']) };
}
