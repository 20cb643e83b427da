import type { Clock, Instant } from '@larder/registry';
import { formatInstant, instantFromMicros, LarderError } from '@larder/registry';
import type { MaterializationState, MaterializationWrite, StoredMaterializationState } from '@larder/registry-client';
import { materializationStateSchema } from '@larder/registry-client';
import { z } from 'zod';
import type { Database, Queryable } from '../database/database.js';
import { hasViewId } from '../definitions/view-store.js';

const stateRow = z.object({ revision: z.int(), state: z.string(), updated_at: z.string() });

const progressRow = z.object({
  view_id: z.int(),
  view_version: z.int(),
  watermark: z.string().nullable(),
  as_of: z.string().nullable(),
  is_switching: z.boolean(),
});

/** The state of a view's online values; undefined before the first write. NOT_FOUND for an id that the project never gave. */
export async function readMaterialization(
  database: Queryable,
  project: string,
  viewId: number,
): Promise<StoredMaterializationState | undefined> {
  const [row] = await database.query(
    'SELECT revision, state, updated_at::text AS updated_at FROM larder_materializations WHERE project = $1 AND view_id = $2',
    [project, viewId],
  );
  if (row !== undefined) return toStored(stateRow.parse(row));
  if (await hasViewId(database, project, viewId)) return undefined;
  throw new LarderError('NOT_FOUND', `project ${project} has never had a feature view with id ${viewId}`);
}

/** What a view's state says of its online values, without the files. */
export interface ViewProgress {
  readonly viewId: number;
  readonly viewVersion: number;
  /** Everything known up to here is loaded. */
  readonly watermark?: Instant;
  /** Of the last run; absent while nothing is loaded, which includes a reload that has only begun. */
  readonly asOf?: Instant;
  /** A run may switch readers to another version at any moment. */
  readonly isSwitching: boolean;
}

/** The progress of every view of a project that has a state, by id. */
export async function readProgress(database: Queryable, project: string): Promise<Map<number, ViewProgress>> {
  const rows = await database.query(
    `SELECT view_id, view_version, watermark::text AS watermark, as_of::text AS as_of, is_switching
     FROM larder_materializations WHERE project = $1`,
    [project],
  );
  return new Map(rows.map((row) => toProgress(progressRow.parse(row))).map((each) => [each.viewId, each]));
}

/**
 * Replaces a view's state if the stored revision is still `write.revision` (0 = none is stored). Throws ABORTED with the
 * stored revision otherwise: of writers over one revision exactly one wins, in whatever order they come.
 */
export async function writeMaterialization(
  context: { readonly database: Database; readonly clock: Clock },
  project: string,
  { revision, state }: MaterializationWrite,
): Promise<StoredMaterializationState> {
  const updatedAt = context.clock.now();
  return context.database.transaction(async (transaction) => {
    if (!(await hasViewId(transaction, project, state.viewId))) {
      throw new LarderError('NOT_FOUND', `project ${project} has never had a feature view with id ${state.viewId}`);
    }
    const written = await transaction.query(revision === 0 ? INSERT : UPDATE, [
      project,
      state.viewId,
      revision,
      JSON.stringify(state),
      updatedAt.toString(),
    ]);
    if (written.length === 0) throw await lostRace(transaction, project, { revision, viewId: state.viewId });
    return withNumbers(state, revision + 1, updatedAt);
  });
}

const INSERT = `INSERT INTO larder_materializations (project, view_id, revision, state, updated_at)
  VALUES ($1, $2, $3::integer + 1, $4, $5) ON CONFLICT (project, view_id) DO NOTHING RETURNING revision`;

const UPDATE = `UPDATE larder_materializations SET revision = revision + 1, state = $4, updated_at = $5
  WHERE project = $1 AND view_id = $2 AND revision = $3 RETURNING revision`;

async function lostRace(
  transaction: Queryable,
  project: string,
  expected: { revision: number; viewId: number },
): Promise<LarderError> {
  const stored = await readMaterialization(transaction, project, expected.viewId);
  const revision = stored?.revision ?? 0;
  const message = `the state of view ${expected.viewId} of ${project} is at revision ${revision}, not ${expected.revision}; read it again`;
  return new LarderError('ABORTED', message, { expectedRevision: expected.revision, revision });
}

function toProgress({
  view_id,
  view_version,
  watermark,
  as_of,
  is_switching,
}: z.infer<typeof progressRow>): ViewProgress {
  return {
    viewId: view_id,
    viewVersion: view_version,
    isSwitching: is_switching,
    ...(watermark === null ? {} : { watermark: instantFromMicros(BigInt(watermark)) }),
    ...(as_of === null ? {} : { asOf: instantFromMicros(BigInt(as_of)) }),
  };
}

function toStored({ revision, state, updated_at }: z.infer<typeof stateRow>): StoredMaterializationState {
  return withNumbers(
    materializationStateSchema.parse(JSON.parse(state)),
    revision,
    instantFromMicros(BigInt(updated_at)),
  );
}

function withNumbers(state: MaterializationState, revision: number, updatedAt: Instant): StoredMaterializationState {
  return { ...state, revision, updatedAt: formatInstant(updatedAt) };
}
