import type { ProjectWatches, SnapshotWatch } from '@larder/registry-client';
import { PlanCache } from './plan-cache.js';

/** The projects that can be read. */
export interface ServedProjects {
  /** The plans of `project`, of the default project for an empty name. NOT_FOUND, naming what is served, for any other. */
  of(project: string): PlanCache;
}

/** How often at most the registry is asked because the online store is ahead of the snapshot. */
const REFRESH_INTERVAL_MS = 200;

/** Every project that is watched, from the moment it is found. */
export function servedProjects(watches: ProjectWatches): ServedProjects {
  const plans = new Map<string, PlanCache>();
  watches.onProject((project, watch) => {
    const cache = new PlanCache({ currentSnapshot: () => watch.current(), onUnknownVersion: refresher(watch) });
    plans.set(project, cache);
    const byDefault = plans.get(watches.names()[0] ?? '');
    if (byDefault !== undefined) plans.set('', byDefault);
  });
  const unknown = (project: string): never => {
    watches.get(project);
    throw new Error(`project ${project} is watched but not served`);
  };
  return { of: (project) => plans.get(project) ?? unknown(project) };
}

/** Asks for the newest snapshot in the background, one question at a time. */
function refresher(watch: SnapshotWatch): () => void {
  let isAsking = false;
  const done = (): void => void (isAsking = false);
  return () => {
    if (isAsking) return;
    isAsking = true;
    void watch.refresh().finally(() => setTimeout(done, REFRESH_INTERVAL_MS).unref());
  };
}
