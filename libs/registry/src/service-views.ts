import type { ServiceViewSpec } from './snapshot.js';

/** A service's items with neighbours of the same view and role merged, so that `[v.a, v.b]` and `[v]` read alike. */
export function groupServiceViews(items: readonly ServiceViewSpec[]): ServiceViewSpec[] {
  const grouped: ServiceViewSpec[] = [];
  for (const item of items) {
    const previous = grouped.at(-1);
    if (previous?.alias === item.alias && previous.view === item.view) grouped[grouped.length - 1] = { ...previous, features: [...previous.features, ...item.features] };
    else grouped.push(item);
  }
  return grouped;
}
