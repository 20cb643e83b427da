import type { Snapshot } from '@larder/registry';
import { planChanges } from '@larder/registry';
import type { DiffResult } from '@larder/registry-client';
import type { Queryable } from '../database/database.js';
import { unknownProject, unknownVersion } from './definition-errors.js';
import { definitionsOf } from './draft.js';
import { readSnapshot, readVersion } from './project-store.js';

/** What changed between two versions, whichever is newer; `to` is the current one by default. NOT_FOUND for one that never was. */
export async function diffVersions(
  database: Queryable,
  project: string,
  range: { readonly from: number; readonly to?: number | undefined },
): Promise<DiffResult> {
  const current = await readVersion(database, project);
  if (current === undefined) throw unknownProject(project);
  const { from, to = current.version } = range;
  const [before, after] = [await snapshotOf(database, project, from), await snapshotOf(database, project, to)];
  return { from, to, changes: planChanges(definitionsOf(before), definitionsOf(after)) };
}

async function snapshotOf(database: Queryable, project: string, version: number): Promise<Snapshot> {
  const snapshot = await readSnapshot(database, project, version);
  if (snapshot === undefined) throw unknownVersion(project, version);
  return snapshot;
}
