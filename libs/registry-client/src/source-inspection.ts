import type { Definitions, Problem } from '@larder/registry';
import { z } from 'zod';
import { problemSchema } from './answer-schemas.js';

/**
 * What the registry asks of offline-query before it plans or applies: to look at the data behind definitions. The registry
 * itself reads no data.
 */

/** `POST /v1/source-inspections` of offline-query */
export interface InspectionRequest {
  /** What would be registered, whole. */
  readonly definitions: Definitions;
  /** Names of the views that are new or mean something else: only these, and the sources they read, are looked at. */
  readonly views: readonly string[];
  /** Names of those among them whose size is asked for. */
  readonly estimates: readonly string[];
}

export interface InspectionResult {
  /** What the data shows to be wrong: missing files or columns, types that cannot be read, expressions that do not compile. */
  readonly problems: readonly Problem[];
  /** What may be meant: a window longer than the history, an empty source. */
  readonly warnings: readonly Problem[];
  readonly estimates: readonly ViewEstimate[];
}

/** Of the Parquet files' metadata and a look at the keys. */
export interface ViewEstimate {
  readonly view: string;
  readonly files: number;
  /** Of all its files. */
  readonly sourceRows: number;
  /** Compressed bytes of the columns that the view reads. */
  readonly sourceBytes: number;
  /** Different entity keys, estimated. */
  readonly entities: number;
  /** One packed row and its key, mean. */
  readonly bytesPerEntity: number;
}

export const inspectionRequestSchema = z.strictObject({
  definitions: z.unknown(),
  views: z.array(z.string()),
  estimates: z.array(z.string()),
});

const count = z.number().nonnegative();

export const inspectionResultSchema: z.ZodType<InspectionResult> = z.object({
  problems: z.array(problemSchema),
  warnings: z.array(problemSchema),
  estimates: z.array(
    z.object({
      view: z.string(),
      files: count,
      sourceRows: count,
      sourceBytes: count,
      entities: count,
      bytesPerEntity: count,
    }),
  ),
});
