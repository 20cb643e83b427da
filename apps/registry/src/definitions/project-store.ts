import { createHash } from 'node:crypto';
import type { Change, Instant, Snapshot } from '@larder/registry';
import { instantFromMicros, parseSnapshot } from '@larder/registry';
import { z } from 'zod';
import type { Queryable, SqlRow } from '../database/database.js';
import { SnapshotCache } from './snapshot-cache.js';

/** Statements over projects and their snapshots. */

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
  /** The version whose definitions came back. */
  readonly rollbackTo?: number;
  readonly sourceChecksSkipped: boolean;
}

export interface NewVersion {
  readonly snapshot: Snapshot;
  readonly changes: readonly Change[];
  readonly appliedAt: Instant;
  readonly author?: string | undefined;
  readonly gitCommit?: string | undefined;
  readonly rollbackTo?: number | undefined;
  readonly sourceChecksSkipped?: boolean | undefined;
}

const DIGEST_LENGTH = 32;

/** Parsing forty thousand features takes a second. By the digest of the text, so that it is right for whatever database. */
const parsed = new SnapshotCache(32 * 1024 * 1024);

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

const changesRow = z.object({
  changes: z.string(),
  rollback_to: z.int().nullable(),
  source_checks_skipped: z.boolean(),
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
export function readCurrentSnapshot(database: Queryable, project: string): Promise<Snapshot | undefined> {
  return readSnapshot(database, project);
}

/** The snapshot of a version, the current one by default; undefined when there is none. */
export async function readSnapshot(
  database: Queryable,
  project: string,
  version?: number,
): Promise<Snapshot | undefined> {
  const found = await readVersion(database, project, version);
  if (found === undefined) return undefined;
  const key = `${project} ${found.version} ${found.digest}`;
  const known = parsed.get(key);
  if (known !== undefined) return known;
  const text = await readSnapshotText(database, project, found.version);
  const snapshot = parseSnapshot(JSON.parse(text));
  parsed.set(key, snapshot, text.length);
  return snapshot;
}

/** Applied versions with their changes, newest first. */
export async function readHistory(database: Queryable, project: string, limit: number): Promise<AppliedChanges[]> {
  const rows = await database.query(
    `SELECT ${COLUMNS}, s.changes, s.rollback_to, s.source_checks_skipped
     FROM larder_snapshots s WHERE s.project = $1 ORDER BY s.version DESC LIMIT $2`,
    [project, limit],
  );
  return rows.map((row) => {
    const { changes, rollback_to, source_checks_skipped } = changesRow.parse(row);
    return {
      ...toAppliedVersion(row),
      changes: JSON.parse(changes) as Change[],
      sourceChecksSkipped: source_checks_skipped,
      ...(rollback_to === null ? {} : { rollbackTo: rollback_to }),
    };
  });
}

/** Writes the next version and makes it the current one; the project must be locked. */
export async function insertVersion(
  transaction: Queryable,
  { snapshot, changes, appliedAt, author, gitCommit, rollbackTo, sourceChecksSkipped }: NewVersion,
): Promise<void> {
  const { project, version } = snapshot;
  const text = JSON.stringify(snapshot);
  await transaction.query(
    `INSERT INTO larder_snapshots
       (project, version, snapshot, digest, changes, applied_at, author, git_commit, rollback_to, source_checks_skipped)
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)`,
    [
      project,
      version,
      text,
      digestOf(text),
      JSON.stringify(changes),
      appliedAt.toString(),
      author ?? null,
      gitCommit ?? null,
      rollbackTo ?? null,
      sourceChecksSkipped ?? false,
    ],
  );
  await transaction.query('UPDATE larder_projects SET version = $2 WHERE project = $1', [project, version]);
}

/** SHA-256 of a text in hexadecimal digits, shortened to 128 bits. */
export function digestOf(text: string): string {
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
