import type { ServedRoute } from './read-online.js';

export interface Comparison {
  readonly values: number;
  /** `ORIGIN-DESTINATION feature: online …, offline …`. */
  readonly different: readonly string[];
}

/** Compares what was served online with the rows of a training set of the same keys at the same instant: each value, exactly. */
export function compareOffline(
  served: readonly ServedRoute[],
  trainingSet: readonly Readonly<Record<string, unknown>>[],
): Comparison {
  const offline = new Map(trainingSet.map((row) => [`${String(row['origin'])}-${String(row['destination'])}`, row]));
  const compared = served.flatMap(({ route, features }) =>
    Object.entries(features).map(([feature, online]) => ({
      route,
      feature,
      online,
      offline: offline.get(route)?.[feature],
    })),
  );
  return {
    values: compared.length,
    different: compared
      .filter((each) => !Object.is(each.online, each.offline))
      .map((each) => `${each.route} ${each.feature}: online ${each.online}, offline ${String(each.offline)}`),
  };
}
