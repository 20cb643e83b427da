import type { Snapshot } from '@larder/registry';
import { LarderError } from '@larder/registry';
import type { ProjectWatches } from '@larder/registry-client';

/** The current snapshot of a project, of the default one for an empty name. NOT_FOUND for a project that is not served, UNAVAILABLE before its first snapshot. */
export function currentSnapshot(watches: Pick<ProjectWatches, 'get' | 'names'>, project: string): Snapshot {
  const snapshot = watches.get(project).current();
  if (snapshot !== undefined) return snapshot;
  const name = project === '' ? watches.names()[0] : project;
  throw new LarderError(
    'UNAVAILABLE',
    `no snapshot of project ${name} yet: the registry has not answered or the project was never applied`,
  );
}
