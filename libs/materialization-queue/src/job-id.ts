import { randomBytes } from 'node:crypto';
import type { JobName, JobPayload } from './jobs.js';

/** Id of a new job: the view's name, so that people can read it, and 12 random hex digits. */
export function newJobId({ view }: { readonly view: string }): string {
  return `${view}-${randomBytes(6).toString('hex')}`;
}

/**
 * What makes two requests the same work while neither has started: a second one joins the first.
 * For materializations the view, the mode and the as-of time; every job of the catalogue has such an id.
 */
export function deduplicationId<N extends JobName>(name: N, payload: JobPayload<N>): string {
  if ('mode' in payload) return [name, payload.viewId, payload.mode, payload.asOf ?? 'now'].join('.');
  if ('generation' in payload) return [name, payload.viewId, payload.generation].join('.');
  return [name, payload.viewId].join('.');
}

/**
 * Ids of waiting jobs that a request may join, its own first: a reload does everything that an incremental run of the same
 * as-of time does, never the other way round.
 */
export function joinableIds<N extends JobName>(name: N, payload: JobPayload<N>): readonly string[] {
  const own = deduplicationId(name, payload);
  if (!('mode' in payload) || payload.mode === 'reload') return [own];
  return [own, deduplicationId('materialize-view', { ...payload, mode: 'reload' })];
}
