import { createHash } from 'node:crypto';
import type { Change, Instant, Snapshot, ViewIds } from '@larder/registry';
import { instantFromMicros, parseSnapshot } from '@larder/registry';
import { z } from 'zod';
import type { Queryable, SqlRow } from '../database/database.js';

/** Statements over projects, their snapshots and the ids of their views. */

/** One applied version, without its snapshot. */
export interface AppliedVersion {
  readonly project: string;
  readonly version: number;
  /** SHA-256 of the snapshot's text in hexadecimal digits, shortened. */
  readonly digest: string;
  readonly appliedAt: Instant;
  readonly author?: string;
  readonly gitCommit?: string;
}

/** One applied version with what it changed. */
export interface AppliedChanges extends AppliedVersion {
  readonly changes: readonly Change[];
}

export interface NewVersion {
  readonly snapshot: Snapshot;
  readonly changes: readonly Change[];
  /** Ids that are stored already. */
  readonly knownViewIds: ViewIds;
  readonly appliedAt: Instant;
  readonly author?: string | undefined;
  readonly gitCommit?: string | undefined;
}

const DIGEST_LENGTH = 32;

const COLUMNS = 's.project, s.version, s.digest, s.applied_at::text AS applied_at, s.author, s.git_commit';
const CURRENT = 'FROM larder_projects p JOIN larder_snapshots s ON s.project = p.project AND s.version = p.version';

const versionRow = z.object({
  project: z.string(),
  version: z.int(),
  digest: z.string(),
  applied_at: z.string(),
  author: z.string().nullable(),
  git_commit: z.string().nullable(),
});

/** Locks the project until the transaction ends, making it when it is new; returns its version, 0 for a new one. */
export async function lockProject(transaction: Queryable, project: string): Promise<number> {
  await transaction.query(
    'INSERT INTO larder_projects (project, version) VALUES ($1, 0) ON CONFLICT (project) DO NOTHING',
    [project],
  );
  const [row] = await transaction.query('SELECT version FROM larder_projects WHERE project = $1 FOR UPDATE', [project]);
  return z.object({ version: z.int() }).parse(row).version;
}

/** The current version of every project, by name. */
export async function readProjects(database: Queryable): Promise<AppliedVersion[]> {
  return (await database.query(`SELECT ${COLUMNS} ${CURRENT} ORDER BY s.project`)).map(toAppliedVersion);
}

/** The project's version, the current one by default; undefined when there is none. */
export async function readVersion(
  database: Queryable,
  project: string,
  version?: number,
): Promise<AppliedVersion | undefined> {
  const rows =
    version === undefined
      ? await database.query(`SELECT ${COLUMNS} ${CURRENT} WHERE p.project = $1`, [project])
      : await database.query(`SELECT ${COLUMNS} FROM larder_snapshots s WHERE s.project = $1 AND s.version = $2`, [
          project,
          version,
        ]);
  return rows.map(toAppliedVersion)[0];
}

/** The JSON of a version that is known to exist. */
export async function readSnapshotText(database: Queryable, project: string, version: number): Promise<string> {
  const [row] = await database.query('SELECT snapshot FROM larder_snapshots WHERE project = $1 AND version = $2', [
    project,
    version,
  ]);
  return z.object({ snapshot: z.string() }).parse(row).snapshot;
}

/** The current snapshot; undefined for a project without one. */
export async function readCurrentSnapshot(database: Queryable, project: string): Promise<Snapshot | undefined> {
  const [row] = await database.query(`SELECT s.snapshot ${CURRENT} WHERE p.project = $1`, [project]);
  return row === undefined
    ? undefined
    : parseSnapshot(JSON.parse(z.object({ snapshot: z.string() }).parse(row).snapshot));
}

/** Applied versions with their changes, newest first. */
export async function readHistory(database: Queryable, project: string, limit: number): Promise<AppliedChanges[]> {
  const rows = await database.query(
    `SELECT ${COLUMNS}, s.changes FROM larder_snapshots s WHERE s.project = $1 ORDER BY s.version DESC LIMIT $2`,
    [project, limit],
  );
  return rows.map((row) => ({
    ...toAppliedVersion(row),
    changes: JSON.parse(z.object({ changes: z.string() }).parse(row).changes) as Change[],
  }));
}

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

/** True when the project ever gave this id to a view. */
export async function hasViewId(database: Queryable, project: string, viewId: number): Promise<boolean> {
  const rows = await database.query('SELECT 1 AS one FROM larder_view_ids WHERE project = $1 AND view_id = $2', [
    project,
    viewId,
  ]);
  return rows.length > 0;
}

/** Writes the next version and the ids of its new views; the project must be locked. */
export async function insertVersion(
  transaction: Queryable,
  { snapshot, changes, knownViewIds, appliedAt, author, gitCommit }: NewVersion,
): Promise<void> {
  const { project, version, featureViews } = snapshot;
  const text = JSON.stringify(snapshot);
  await transaction.query(
    `INSERT INTO larder_snapshots (project, version, snapshot, digest, changes, applied_at, author, git_commit)
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8)`,
    [
      project,
      version,
      text,
      digestOf(text),
      JSON.stringify(changes),
      appliedAt.toString(),
      author ?? null,
      gitCommit ?? null,
    ],
  );
  for (const { id, name } of featureViews.filter((view) => knownViewIds[view.name] !== view.id)) {
    const row = [project, id, name];
    await transaction.query('INSERT INTO larder_view_ids (project, view_id, view) VALUES ($1, $2, $3)', row);
  }
  await transaction.query('UPDATE larder_projects SET version = $2 WHERE project = $1', [project, version]);
}

function digestOf(text: string): string {
  return createHash('sha256').update(text).digest('hex').slice(0, DIGEST_LENGTH);
}

function toAppliedVersion(row: SqlRow): AppliedVersion {
  const { project, version, digest, applied_at, author, git_commit } = versionRow.parse(row);
  return {
    project,
    version,
    digest,
    appliedAt: instantFromMicros(BigInt(applied_at)),
    ...(author === null ? {} : { author }),
    ...(git_commit === null ? {} : { gitCommit: git_commit }),
  };
}
