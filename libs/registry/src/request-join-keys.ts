import type { FeatureViewDefinition, JoinKeySpec, Snapshot } from './snapshot.js';

/** A view's join key with the name that a request has for it. */
export interface ResolvedJoinKey extends JoinKeySpec {
  readonly requestName: string;
}

/** The join keys of a view, sorted by name: the order of its entity keys. */
export function joinKeysOfView(
  snapshot: Pick<Snapshot, 'entities'>,
  view: Pick<FeatureViewDefinition, 'entities'>,
): JoinKeySpec[] {
  return snapshot.entities
    .filter((entity) => view.entities.includes(entity.name))
    .flatMap((entity) => entity.joinKeys)
    .sort((a, b) => (a.name < b.name ? -1 : 1));
}

/** Join keys under the names that a role's mapping gives them; those that it does not name keep theirs. */
export function requestJoinKeys(
  keys: readonly JoinKeySpec[],
  mapping: Readonly<Record<string, string>>,
): ResolvedJoinKey[] {
  const renamed = new Map(Object.entries(mapping));
  return keys.map((key) => ({ ...key, requestName: renamed.get(key.name) ?? key.name }));
}

interface KeyedPart {
  readonly alias: string;
  readonly joinKeys: readonly ResolvedJoinKey[];
}

/** One request has one value per join key, so views that want it with different types cannot be asked for together. */
export function joinKeyConflicts(parts: readonly KeyedPart[]): string[] {
  const first = new Map<string, { alias: string; type: string }>();
  const conflicts = new Set<string>();
  for (const { alias, joinKeys } of parts) {
    for (const { requestName, type } of joinKeys) {
      const known = first.get(requestName);
      if (known === undefined) first.set(requestName, { alias, type });
      else if (known.type !== type) {
        conflicts.add(
          `join key ${requestName} is ${known.type} in ${known.alias} and ${type} in ${alias}; use an alias that gives one of them another name`,
        );
      }
    }
  }
  return [...conflicts];
}
