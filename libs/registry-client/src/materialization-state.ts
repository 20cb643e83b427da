import { z } from 'zod';
import { int64Text } from './field-schemas.js';

/** A source file as the last run saw it; one that changed since is loaded again. */
export interface LoadedFile {
  readonly path: string;
  readonly bytes: number;
  /** Modification time in microseconds since the epoch, in decimal digits. */
  readonly modifiedMicros: string;
  readonly rows: number;
  /** True while the file has rows that were not known yet at the run's as-of time. */
  readonly pending: boolean;
}

/** A generation that a run writes, or began to write and never finished: readers may see it from one moment to the next. */
export interface BegunGeneration {
  readonly viewVersion: number;
  readonly generation: number;
  readonly epoch: string;
}

/** What has been loaded into the online store for one view; counts only while the store's pointer has the same epoch. */
export interface MaterializationState {
  readonly viewId: number;
  readonly viewVersion: number;
  readonly generation: number;
  readonly epoch: string;
  /** Everything known up to here is loaded; microseconds since the epoch in decimal digits, absent while nothing is. */
  readonly watermarkMicros?: string;
  /** As-of time of the last run, microseconds since the epoch in decimal digits. */
  readonly asOfMicros?: string;
  readonly files: readonly LoadedFile[];
  /** The last reload that began since, while the rows above are still those that readers see. */
  readonly begun?: BegunGeneration;
}

/**
 * The version of the view that readers surely see, by its state; undefined where none was loaded completely, and while a run may
 * switch to another one.
 */
export function liveVersion(state: MaterializationState | undefined): number | undefined {
  return state?.asOfMicros === undefined || state.begun !== undefined ? undefined : state.viewVersion;
}

/** A state with the number that the next write has to name. */
export interface StoredMaterializationState extends MaterializationState {
  /** 1 for the first write, one more with each. */
  readonly revision: number;
  /** RFC 3339. */
  readonly updatedAt: string;
}

/** A write that succeeds only over `revision`, the one that the writer has read; 0 when there is none yet. */
export interface MaterializationWrite {
  readonly revision: number;
  readonly state: MaterializationState;
}

/** `GET` and `PUT /v1/projects/:project/views/:viewId/materialization`; null before the first write. */
export interface MaterializationAnswer {
  readonly state: StoredMaterializationState | null;
}

const MAX_INT32 = 2_147_483_647;
const count = z.int().nonnegative();
const positive = z.int().positive().max(MAX_INT32);

const loadedFileSchema: z.ZodType<LoadedFile> = z.strictObject({
  path: z.string().min(1),
  bytes: count,
  modifiedMicros: int64Text,
  rows: count,
  pending: z.boolean(),
});

const begunSchema: z.ZodType<BegunGeneration> = z.strictObject({
  viewVersion: positive.max(65_535),
  generation: positive,
  epoch: z.string().min(1).max(200),
});

const stateShape = {
  viewId: positive,
  viewVersion: positive.max(65_535),
  generation: positive,
  epoch: z.string().min(1).max(200),
  watermarkMicros: int64Text.exactOptional(),
  asOfMicros: int64Text.exactOptional(),
  files: z.array(loadedFileSchema),
  begun: begunSchema.exactOptional(),
};

export const materializationStateSchema: z.ZodType<MaterializationState> = z.strictObject(stateShape);

export const materializationWriteSchema: z.ZodType<MaterializationWrite> = z.strictObject({
  revision: count.max(MAX_INT32 - 1),
  state: materializationStateSchema,
});

export const storedMaterializationSchema: z.ZodType<StoredMaterializationState> = z.object({
  ...stateShape,
  revision: positive,
  updatedAt: z.string(),
});

export const materializationAnswerSchema: z.ZodType<MaterializationAnswer> = z.object({
  state: storedMaterializationSchema.nullable(),
});
