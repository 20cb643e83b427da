import { joinKeysOfView } from './request-join-keys.js';
import type { FeatureViewSpec, FormerView, ServiceViewSpec, Snapshot } from './snapshot.js';

/**
 * Version that the online store is known to hold completely, by view id: `none` = nothing was ever loaded, undefined = a run may be
 * switching at this moment.
 */
export type LoadedVersions = (viewId: number) => number | 'none' | undefined;

/** While it is not known which version is live, at most so many per view are kept. */
const MAX_UNKNOWN = 3;

/**
 * The former versions that the snapshot of `views` has to carry: of each view the one that is live, when that is not the newest,
 * and the one before the newest, which a run may be switching to at this moment; all recent ones while it is not known which is
 * live. Pure.
 */
export function formerViews(
  views: readonly FeatureViewSpec[],
  previous: Snapshot,
  loaded: LoadedVersions,
): readonly FormerView[] {
  const candidates = candidatesById(previous);
  return views.flatMap(({ id, version }) => {
    const liveVersion = loaded(id);
    if (liveVersion === version || liveVersion === 'none') return [];
    const others = (candidates.get(id) ?? []).filter((each) => each.version !== version);
    const kept =
      liveVersion === undefined
        ? others.slice(0, MAX_UNKNOWN)
        : others.filter((each, index) => index === 0 || each.version === liveVersion);
    return kept.map((each) => each.former());
  });
}

interface Candidate {
  readonly version: number;
  readonly former: () => FormerView;
}

/** The previous version of each view, then those before it, newest first. */
function candidatesById(previous: Snapshot): ReadonlyMap<number, readonly Candidate[]> {
  const candidates = new Map<number, Candidate[]>();
  for (const view of previous.featureViews) {
    candidates.set(view.id, [{ version: view.version, former: () => asFormer(view, previous) }]);
  }
  for (const former of previous.formerViews ?? [])
    candidates.get(former.view.id)?.push({ version: former.view.version, former: () => former });
  return candidates;
}

function asFormer(view: FeatureViewSpec, snapshot: Snapshot): FormerView {
  const services: Record<string, readonly ServiceViewSpec[]> = {};
  for (const service of snapshot.featureServices) {
    const items = service.views.filter((each) => each.view === view.name);
    if (items.length > 0) services[service.name] = items;
  }
  return { view, joinKeys: joinKeysOfView(snapshot, view), services };
}
