import type { NumberedSnapshot, ViewIds, ViewVersion } from '@larder/registry';
import { z } from 'zod';
import type { Queryable } from '../database/database.js';

/** Statements over the numbers of views: ids, and versions of their meaning. Rows are only ever added. */

/** The newest id of each view that the project ever had. */
export async function readViewIds(database: Queryable, project: string): Promise<ViewIds> {
  const rows = await database.query(
    'SELECT view, max(view_id) AS view_id FROM larder_view_ids WHERE project = $1 GROUP BY view',
    [project],
  );
  return Object.fromEntries(
    z
      .array(z.object({ view: z.string(), view_id: z.int() }))
      .parse(rows)
      .map((row) => [row.view, row.view_id]),
  );
}

/** Every version of every view that the project ever had, as far as they are remembered. */
export async function readViewVersions(database: Queryable, project: string): Promise<ViewVersion[]> {
  const rows = await database.query(
    'SELECT view_id, version, meaning FROM larder_view_versions WHERE project = $1 ORDER BY view_id, version',
    [project],
  );
  return z
    .array(z.object({ view_id: z.int(), version: z.int(), meaning: z.string() }))
    .parse(rows)
    .map(({ view_id, version, meaning }) => ({ viewId: view_id, version, meaning }));
}

/** True when the project ever gave this id to a view. */
export async function hasViewId(database: Queryable, project: string, viewId: number): Promise<boolean> {
  const rows = await database.query('SELECT 1 AS one FROM larder_view_ids WHERE project = $1 AND view_id = $2', [
    project,
    viewId,
  ]);
  return rows.length > 0;
}

/** Writes the ids and versions that are not among the known ones; the project must be locked. */
export async function insertViewNumbers(
  transaction: Queryable,
  { snapshot: { project, featureViews }, newVersions }: NumberedSnapshot,
  knownViewIds: ViewIds,
): Promise<void> {
  const newIds = featureViews.filter(({ name, id }) => knownViewIds[name] !== id).map(({ name, id }) => ({ name, id }));
  await transaction.query(
    `INSERT INTO larder_view_ids (project, view_id, view)
     SELECT $1, (each->>'id')::integer, each->>'name' FROM json_array_elements($2::json) AS each`,
    [project, JSON.stringify(newIds)],
  );
  await transaction.query(
    `INSERT INTO larder_view_versions (project, view_id, version, meaning)
     SELECT $1, (each->>'viewId')::integer, (each->>'version')::integer, each->>'meaning'
     FROM json_array_elements($2::json) AS each`,
    [project, JSON.stringify(newVersions)],
  );
}
