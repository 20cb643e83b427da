import type { JoinKeySpec } from './snapshot.js';

/** A view's join key with the name that a request has for it. */
export interface ResolvedJoinKey extends JoinKeySpec {
  readonly requestName: string;
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
        conflicts.add(`join key ${requestName} is a ${known.type} of ${known.alias} and a ${type} of ${alias}; give one a role with another join key name`);
      }
    }
  }
  return [...conflicts];
}
