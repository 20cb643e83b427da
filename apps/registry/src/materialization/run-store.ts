import { LarderError, parseInstant } from '@larder/registry';
import type { RunRecord } from '@larder/registry-client';
import { runRecordSchema } from '@larder/registry-client';
import { z } from 'zod';
import type { Database, Queryable, SqlRow } from '../database/database.js';

/** Runs that are kept of each view; older ones are removed as new ones come. */
const KEPT_RUNS = 1000;

const runRow = z.object({ run: z.string() });

/** Keeps the record of a run; a later record of the same id replaces it. NOT_FOUND for an unknown project. */
export async function writeRun(database: Database, project: string, run: RunRecord): Promise<void> {
  await database.transaction(async (transaction) => {
    const projects = await transaction.query('SELECT 1 AS one FROM larder_projects WHERE project = $1', [project]);
    if (projects.length === 0) throw new LarderError('NOT_FOUND', `there is no project ${project}`);
    await transaction.query(
      `INSERT INTO larder_runs (project, run_id, view, started_at, run) VALUES ($1, $2, $3, $4, $5)
       ON CONFLICT (project, run_id) DO UPDATE SET view = $3, started_at = $4, run = $5`,
      [project, run.id, run.view, parseInstant(run.startedAt).toString(), JSON.stringify(run)],
    );
    await removeOldRuns(transaction, project, run.view);
  });
}

/** Runs by start, newest first; of one view when it is given. */
export async function readRuns(
  database: Queryable,
  project: string,
  { view, limit }: { readonly view?: string | undefined; readonly limit: number },
): Promise<RunRecord[]> {
  const rows = await database.query(
    `SELECT run FROM larder_runs WHERE project = $1 AND ($2::text IS NULL OR view = $2)
     ORDER BY started_at DESC, run_id DESC LIMIT $3`,
    [project, view ?? null, limit],
  );
  return rows.map(toRun);
}

/** The newest run of each of these views that has one. */
export async function readLastRuns(
  database: Queryable,
  project: string,
  views: readonly string[],
): Promise<Map<string, RunRecord>> {
  return byView(
    await database.query(
      `SELECT found.run FROM json_array_elements_text($2::json) AS wanted(name) CROSS JOIN LATERAL (
         SELECT run FROM larder_runs WHERE project = $1 AND view = wanted.name
         ORDER BY started_at DESC, run_id DESC LIMIT 1) AS found`,
      [project, JSON.stringify(views)],
    ),
  );
}

/** The newest run of each of these views that loaded the view whole and was completed. */
export async function readLastReloads(
  database: Queryable,
  project: string,
  views: readonly string[],
): Promise<Map<string, RunRecord>> {
  return byView(
    await database.query(
      `SELECT found.run FROM json_array_elements_text($2::json) AS wanted(name) CROSS JOIN LATERAL (
         SELECT run FROM larder_runs
         WHERE project = $1 AND view = wanted.name AND mode = 'reload' AND status = 'completed'
         ORDER BY started_at DESC LIMIT 1) AS found`,
      [project, JSON.stringify(views)],
    ),
  );
}

function byView(rows: readonly SqlRow[]): Map<string, RunRecord> {
  return new Map(rows.map(toRun).map((run) => [run.view, run]));
}

function toRun(row: SqlRow): RunRecord {
  return runRecordSchema.parse(JSON.parse(runRow.parse(row).run));
}

async function removeOldRuns(transaction: Queryable, project: string, view: string): Promise<void> {
  await transaction.query(
    `DELETE FROM larder_runs WHERE project = $1 AND run_id IN (
       SELECT run_id FROM larder_runs WHERE project = $1 AND view = $2 ORDER BY started_at DESC, run_id DESC OFFSET $3)`,
    [project, view, KEPT_RUNS],
  );
}
