import { formatInstant } from '@larder/registry';
import { createRouter } from '@larder/service-runtime';
import type { Router } from '@larder/service-runtime';
import type { SnapshotWatch } from './snapshot-watch.js';

/**
 * `GET /v1/snapshot`: which snapshot a service works with, and when the registry last answered it:
 * `{"project", "snapshotVersion", "lastContact"}`; nulls before the first.
 */
export function createSnapshotRouter(watch: SnapshotWatch): Router {
  const router = createRouter();
  router.get('/v1/snapshot', (_request, response) => {
    const snapshot = watch.current();
    const lastContact = watch.lastContact();
    response.json({
      project: snapshot?.project ?? null,
      snapshotVersion: snapshot?.version ?? null,
      lastContact: lastContact === undefined ? null : formatInstant(lastContact),
    });
  });
  return router;
}
