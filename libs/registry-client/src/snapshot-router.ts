import { formatInstant } from '@larder/registry';
import { createRouter } from '@larder/service-runtime';
import type { Router } from '@larder/service-runtime';
import type { ProjectWatches } from './project-watches.js';
import type { SnapshotWatch } from './snapshot-watch.js';

/**
 * `GET /v1/snapshot[?project=]`: which snapshot of a project (absent = the default one) a service works with, and when the registry
 * last answered it: `{"project", "snapshotVersion", "lastContact"}`; nulls before the first, and for a project that is not served.
 */
export function createSnapshotRouter(watched: SnapshotWatch | Pick<ProjectWatches, 'find'>): Router {
  const router = createRouter();
  router.get('/v1/snapshot', (request, response) => {
    const { project } = request.query;
    const watch = 'find' in watched ? watched.find(typeof project === 'string' ? project : '') : watched;
    const snapshot = watch?.current();
    const lastContact = watch?.lastContact();
    response.json({
      project: snapshot?.project ?? null,
      snapshotVersion: snapshot?.version ?? null,
      lastContact: lastContact === undefined ? null : formatInstant(lastContact),
    });
  });
  return router;
}
