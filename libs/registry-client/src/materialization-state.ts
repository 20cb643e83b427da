import { z } from 'zod';
import { int64Text } from './field-schemas.js';

/** One source file as it was when its rows were loaded; a file that changed since is loaded again. */
export interface LoadedFile {
  readonly path: string;
  readonly bytes: number;
  /** Modification time in microseconds since the epoch, in decimal digits. */
  readonly modifiedMicros: string;
  /** True until the file's latest event time lies inside what is loaded. */
  readonly pending: boolean;
  readonly rows?: number;
  /** The file's latest event time in microseconds since the epoch, in decimal digits. */
  readonly latestEventMicros?: string;
}

/** What is known of a view's online values. Bound to their epoch: of another epoch's store it says nothing. */
export interface MaterializationState {
  readonly viewVersion: number;
  readonly generation: number;
  readonly previousGeneration?: number;
  readonly epoch: string;
  /** Everything known up to here is loaded; microseconds since the epoch in decimal digits, null before the first run. */
  readonly watermarkMicros: string | null;
  readonly files: readonly LoadedFile[];
  /** Id of the run that wrote this state. */
  readonly lastRunId?: string;
}

/** A view's state with its revision: 0 when there was none yet, one more after each write. */
export interface StoredMaterialization {
  readonly viewId: number;
  readonly revision: number;
  /** RFC 3339; null at revision 0. */
  readonly updatedAt: string | null;
  readonly state: MaterializationState | null;
}

/** A write that succeeds only over `revision`, the one the writer has read. */
export interface MaterializationWrite {
  readonly revision: number;
  readonly state: MaterializationState;
}

const count = z.int().nonnegative();

const loadedFileSchema: z.ZodType<LoadedFile> = z.strictObject({
  path: z.string().min(1),
  bytes: count,
  modifiedMicros: int64Text,
  pending: z.boolean(),
  rows: count.exactOptional(),
  latestEventMicros: int64Text.exactOptional(),
});

export const materializationStateSchema: z.ZodType<MaterializationState> = z.strictObject({
  viewVersion: z.int().positive().max(65_535),
  generation: z.int().positive(),
  previousGeneration: z.int().positive().exactOptional(),
  epoch: z.string().min(1).max(200),
  watermarkMicros: int64Text.nullable(),
  files: z.array(loadedFileSchema),
  lastRunId: z.string().exactOptional(),
});

export const materializationWriteSchema: z.ZodType<MaterializationWrite> = z.strictObject({
  revision: count,
  state: materializationStateSchema,
});

export const storedMaterializationSchema: z.ZodType<StoredMaterialization> = z.object({
  viewId: z.int().positive(),
  revision: count,
  updatedAt: z.string().nullable(),
  state: materializationStateSchema.nullable(),
});
