import { canonicalJson } from './canonical-json.js';
import type { ServiceViewSpec } from './snapshot.js';

/**
 * A service's items as the snapshot keeps them: neighbours of the same role are merged, so that `[v.a, v.b]` and `[v]` read
 * alike, and a join key that is mapped to its own name is not mentioned.
 */
export function buildServiceViews(items: readonly ServiceViewSpec[]): ServiceViewSpec[] {
  const grouped: ServiceViewSpec[] = [];
  for (const item of items.map(withoutIdentities)) {
    const previous = grouped.at(-1);
    if (previous !== undefined && isSameRole(previous, item)) {
      grouped[grouped.length - 1] = { ...previous, features: [...previous.features, ...item.features] };
    } else grouped.push(item);
  }
  return grouped;
}

function withoutIdentities(item: ServiceViewSpec): ServiceViewSpec {
  return { ...item, joinKeys: Object.fromEntries(Object.entries(item.joinKeys).filter(([from, to]) => from !== to)) };
}

function isSameRole(a: ServiceViewSpec, b: ServiceViewSpec): boolean {
  return a.view === b.view && a.alias === b.alias && canonicalJson(a.joinKeys) === canonicalJson(b.joinKeys);
}
