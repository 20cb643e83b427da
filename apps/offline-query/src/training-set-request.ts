import type { FeatureSelection, JsonValue } from '@larder/registry';
import type { SpineInput } from '@larder/offline-store';
import { instantText } from '@larder/service-runtime';
import { z } from 'zod';

type SpineRow = Readonly<Record<string, JsonValue | bigint>>;

const jsonValue = z.custom<JsonValue | bigint>((value) => value !== undefined, 'expected a JSON value');
const spineRow: z.ZodType<SpineRow> = z.record(z.string(), jsonValue);
const spineFile = z.strictObject({ path: z.string().min(1), format: z.enum(['parquet', 'csv']).optional() });

/** The body of `POST /v1/training-sets`. */
export const trainingSetBody = z
  .strictObject({
    project: z.string().optional(),
    /** Rows, or a Parquet or CSV file that the service can read. */
    spine: z
      .union([z.array(spineRow), spineFile], 'expected a list of rows, or {"path": "…"} of a Parquet or CSV file')
      .optional(),
    /** Instead of a spine: all rows of one view with an event time from `from` on and before `to`. */
    timeRange: z.strictObject({ from: instantText(), to: instantText() }).optional(),
    featureService: z.string().min(1).optional(),
    features: z.array(z.string()).optional(),
    fullFeatureNames: z.boolean().default(false),
    knowledgeTime: z.boolean().default(true),
    accuracy: z.enum(['temporal', 'snapshot']).optional(),
    timestampColumn: z.string().min(1).optional(),
    /** `json` answers a small result directly; `parquet` with a job whose file can be fetched. */
    format: z.enum(['json', 'parquet']).default('parquet'),
  })
  .refine((body) => (body.featureService === undefined) !== (body.features === undefined), {
    path: ['features'],
    message: 'expected either features or featureService',
  })
  .refine((body) => (body.spine === undefined) !== (body.timeRange === undefined), {
    path: ['spine'],
    message: 'expected either spine or timeRange',
  })
  .refine(
    (body) =>
      body.spine === undefined ||
      Array.isArray(body.spine) ||
      body.spine.format !== undefined ||
      formatOfPath(body.spine.path) !== undefined,
    {
      path: ['spine', 'format'],
      message: 'expected parquet or csv, as the path does not end in .parquet or .csv',
    },
  );

export type TrainingSetBody = z.infer<typeof trainingSetBody>;

/** The spine that a body asks for; undefined for a time range. */
export function spineOf({ spine }: TrainingSetBody): SpineInput | undefined {
  if (spine === undefined) return undefined;
  if (Array.isArray(spine)) return { kind: 'rows', rows: spine };
  return { kind: spine.format ?? formatOfPath(spine.path) ?? 'parquet', path: spine.path };
}

/** The features that a body asks for. */
export function selectionOf({ featureService, features }: TrainingSetBody): FeatureSelection {
  return featureService === undefined ? { features: features ?? [] } : { featureService };
}

function formatOfPath(path: string): 'parquet' | 'csv' | undefined {
  if (/\.csv(\.gz)?$/i.test(path)) return 'csv';
  return /\.parquet$/i.test(path) ? 'parquet' : undefined;
}
