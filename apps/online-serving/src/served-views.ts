import type { FeatureViewSpec, JoinKeySpec, LiveVersions, Snapshot } from '@larder/registry';
import { joinKeysOfView } from '@larder/registry';

/** A view in a version that readers can ask for, with what they must give for it. */
export interface ServedView {
  readonly view: FeatureViewSpec;
  readonly joinKeys: readonly JoinKeySpec[];
  /** True for the one version that answers now; false for a newest version that is not materialized yet. */
  readonly isLive: boolean;
}

/** Every view in the version that is live, then the newest versions that are still to come. */
export function servedViews(snapshot: Snapshot, live: LiveVersions): ServedView[] {
  const answering: ServedView[] = [];
  const coming: ServedView[] = [];
  for (const view of snapshot.featureViews) {
    const liveVersion = live(view.id);
    const former =
      liveVersion === view.version
        ? undefined
        : snapshot.formerViews?.find((each) => each.view.id === view.id && each.view.version === liveVersion);
    const newest = { view, joinKeys: joinKeysOfView(snapshot, view), isLive: former === undefined };
    if (former === undefined) answering.push(newest);
    else {
      answering.push({ view: former.view, joinKeys: former.joinKeys, isLive: true });
      coming.push(newest);
    }
  }
  return [...answering, ...coming];
}
