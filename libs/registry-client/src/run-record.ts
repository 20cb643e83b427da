import { z } from 'zod';
import { instantText, plainText } from './field-schemas.js';

export type RunStatus = 'running' | 'completed' | 'failed' | 'cancelled';

/** One run of one view: what it was to do and what came of it. */
export interface RunRecord {
  /** Chosen by the worker; letters, digits and `_ . : -`. Recording a known id again replaces its record. */
  readonly id: string;
  readonly view: string;
  readonly viewVersion: number;
  /** Version of the snapshot that the run worked with. */
  readonly snapshotVersion: number;
  /** How it loaded, in a word: `incremental`, `reload` … */
  readonly mode: string;
  readonly status: RunStatus;
  /** ISO 8601. */
  readonly startedAt: string;
  /** ISO 8601; absent while the run goes on. */
  readonly finishedAt?: string;
  readonly rowsRead?: number;
  readonly rowsWritten?: number;
  /** Rows that lost against a newer stored row. */
  readonly rowsFenced?: number;
  readonly error?: RunError;
  /** Everything else worth keeping, as JSON: durations by phase, files, who asked. */
  readonly details?: Readonly<Record<string, unknown>>;
}

export interface RunError {
  readonly code: string;
  readonly message: string;
}

const count = z.int().nonnegative();

const runErrorSchema: z.ZodType<RunError> = z.strictObject({ code: plainText(100), message: z.string().max(20_000) });

export const runRecordSchema: z.ZodType<RunRecord> = z
  .strictObject({
    id: z.string().regex(/^[\w.:-]{1,200}$/, 'expected 1 to 200 letters, digits and _ . : -'),
    view: plainText(63),
    viewVersion: z.int().positive().max(65_535),
    snapshotVersion: z.int().positive(),
    mode: z.string().regex(/^[a-z][a-z0-9_-]{0,31}$/, 'expected lower case letters, digits, _ and -, at most 32'),
    status: z.enum(['running', 'completed', 'failed', 'cancelled']),
    startedAt: instantText,
    finishedAt: instantText.exactOptional(),
    rowsRead: count.exactOptional(),
    rowsWritten: count.exactOptional(),
    rowsFenced: count.exactOptional(),
    error: runErrorSchema.exactOptional(),
    details: z.record(z.string(), z.unknown()).exactOptional(),
  })
  .refine((run) => isFinished(run.status) === (run.finishedAt !== undefined), {
    path: ['finishedAt'],
    message: 'expected a time for a run that has ended, and none for one that goes on',
  });

export const runRecordsSchema: z.ZodType<RunRecord[]> = z.array(runRecordSchema);

/** True for the status of a run that nothing changes any more. */
export function isFinished(status: RunStatus): boolean {
  return status !== 'running';
}
