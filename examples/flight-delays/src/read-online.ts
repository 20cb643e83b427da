import type { LarderClient, OnlineFeatures } from '@larder/client';
import type { FullValuesOf, KeysOf } from '@larder/registry';
import { delayModel } from '../features.js';

/** `{ origin, destination }`: what the definitions ask for. */
export type RouteKeys = KeysOf<typeof delayModel>;

/** What the model is served for a route; the types of the features follow from features.ts. */
export interface ServedRoute extends OnlineFeatures<FullValuesOf<typeof delayModel>> {
  /** `ORIGIN-DESTINATION`. */
  readonly route: string;
}

export interface OnlineReads {
  /** In the order of the keys. */
  readonly routes: readonly ServedRoute[];
  /** How long each call took, ascending. */
  readonly callMillis: readonly number[];
}

/** Reads the routes, `batchSize` in a call, one call after the other. */
export async function readOnline(
  client: LarderClient,
  routes: readonly RouteKeys[],
  batchSize: number,
): Promise<OnlineReads> {
  const served: ServedRoute[] = [];
  const callMillis: number[] = [];
  for (let start = 0; start < routes.length; start += batchSize) {
    const batch = routes.slice(start, start + batchSize);
    const startedMs = performance.now();
    const rows = await client.getOnlineFeaturesBatch(delayModel, batch, { fullFeatureNames: true });
    callMillis.push(performance.now() - startedMs);
    served.push(...rows.map((row, index) => ({ route: routeText(batch[index]), ...row })));
  }
  return { routes: served, callMillis: callMillis.sort((left, right) => left - right) };
}

/** How many airports the routes leave from, those that are online. */
export function countAirports(routes: readonly ServedRoute[]): number {
  const online = routes.filter(({ statuses }) => statuses.origin__departures_24h === 'PRESENT');
  return new Set(online.map(({ route }) => route.slice(0, route.indexOf('-')))).size;
}

/** How many values have each status. */
export function countStatuses(routes: readonly ServedRoute[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const { statuses } of routes) {
    for (const status of Object.values(statuses)) counts[status] = (counts[status] ?? 0) + 1;
  }
  return counts;
}

/** Every status that is not PRESENT, by route and feature. */
export function findNotPresent(routes: readonly ServedRoute[]): Record<string, Record<string, string>> {
  const found = routes.map(({ route, statuses }): [string, [string, string][]] => [
    route,
    Object.entries(statuses).filter(([, status]) => status !== 'PRESENT'),
  ]);
  const some = found.filter(([, statuses]) => statuses.length > 0);
  return Object.fromEntries(some.map(([route, statuses]) => [route, Object.fromEntries(statuses)]));
}

function routeText(keys: RouteKeys | undefined): string {
  return keys === undefined ? '' : `${keys.origin}-${keys.destination}`;
}
