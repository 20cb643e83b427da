import type { FeatureViewSpec, FormerView, ServiceViewSpec, Snapshot } from './snapshot.js';

/** Version of a view that the online store holds now, by view id; undefined = none, or not known. */
export type LiveVersions = (viewId: number) => number | undefined;

/** An item of a selection, and the former version of its view that it is read from while that one is live. */
export type LiveItem<T extends ServiceViewSpec> = T & { readonly former?: FormerView };

/**
 * The items of a selection as readers of the online store get them. Where a former version of a view is live, a feature service
 * asks what it asked of that version. Who needs features that the live version does not have gets the newer version, and with
 * it UNAVAILABLE, until it is materialized. Pure.
 */
export function itemsInLiveVersions<T extends ServiceViewSpec>(
  snapshot: Snapshot,
  items: readonly T[],
  { live, service }: { readonly live: LiveVersions; readonly service?: string },
): LiveItem<T>[] {
  if (snapshot.formerViews === undefined) return [...items];
  const done = new Set<string>();
  return items.flatMap((item): LiveItem<T>[] => {
    const former = formerInUse(snapshot, item.view, live);
    if (former === undefined) return [item];
    const asked = service === undefined ? undefined : former.services[service];
    if (asked === undefined) return [hasAll(former.view, item.features) ? { ...item, former } : item];
    if (done.has(item.view)) return [];
    done.add(item.view);
    return asked.map((each) => ({ ...item, ...each, former }));
  });
}

function formerInUse(snapshot: Snapshot, name: string, live: LiveVersions): FormerView | undefined {
  const view = snapshot.featureViews.find((each) => each.name === name);
  if (view === undefined) return undefined;
  const version = live(view.id);
  if (version === undefined || version === view.version) return undefined;
  return snapshot.formerViews?.find((each) => each.view.id === view.id && each.view.version === version);
}

function hasAll(view: FeatureViewSpec, features: readonly string[]): boolean {
  return features.every((name) => view.features.some((each) => each.name === name));
}
