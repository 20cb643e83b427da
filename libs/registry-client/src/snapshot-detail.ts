import type { Clock } from '@larder/registry';
import type { ProjectWatches } from './project-watches.js';
import type { SnapshotWatch } from './snapshot-watch.js';

const MAX_SHOWN = 10;

/**
 * What each project's snapshot is and where it is known from, for the health route:
 * `shop version 7 from disk; the registry has not answered since the start`, `… from the registry, 0.4 s ago`.
 */
export function describeSnapshots(watches: Pick<ProjectWatches, 'names' | 'find'>, clock: Clock): string {
  const names = watches.names();
  if (names.length === 0) return 'no project has been applied yet';
  const lines = names.slice(0, MAX_SHOWN).map((name) => describeSnapshot(name, watches.find(name), clock));
  return [...lines, ...(names.length > MAX_SHOWN ? [`and ${names.length - MAX_SHOWN} more projects`] : [])].join('. ');
}

function describeSnapshot(project: string, watch: SnapshotWatch | undefined, clock: Clock): string {
  const snapshot = watch?.current();
  const contact = watch?.lastContact();
  if (snapshot === undefined)
    return contact === undefined
      ? `${project}: no snapshot; the registry has not answered since the start`
      : `${project}: never applied`;
  const known = `${project} version ${snapshot.version}`;
  if (contact === undefined) return `${known} from disk; the registry has not answered since the start`;
  const seconds = Number(clock.now() - contact) / 1e6;
  return `${known} from the registry, ${Math.max(0, seconds).toFixed(1)} s ago`;
}
