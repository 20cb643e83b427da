import { z } from 'zod';
import { instantText, plainText } from './field-schemas.js';

export type RunStatus = 'queued' | 'running' | 'succeeded' | 'failed' | 'cancelled';

/** One materialization of one view: what it was to do and what came of it. */
export interface RunRecord {
  /** Chosen by the worker; letters, digits and `_ . : -`. Recording a known id again updates its record. */
  readonly id: string;
  readonly view: string;
  /** How it loaded: `incremental`, `reload` …; lower case letters, digits, `_` and `-`. */
  readonly mode: string;
  readonly status: RunStatus;
  /** Rows written so far. */
  readonly rows: number;
  /** RFC 3339. */
  readonly startedAt: string;
  /** RFC 3339; null while the run goes on. */
  readonly finishedAt: string | null;
  /** Why it failed, for people; null when it did not. */
  readonly error: string | null;
}

const MAX_ERROR_LENGTH = 10_000;

export const runRecordSchema: z.ZodType<RunRecord> = z
  .strictObject({
    id: z.string().regex(/^[\w.:-]{1,200}$/, 'expected 1 to 200 letters, digits and _ . : -'),
    view: plainText(63),
    mode: z.string().regex(/^[a-z][a-z0-9_-]{0,31}$/, 'expected lower case letters, digits, _ and -, at most 32'),
    status: z.enum(['queued', 'running', 'succeeded', 'failed', 'cancelled']),
    rows: z.int().nonnegative(),
    startedAt: instantText,
    finishedAt: instantText.nullable(),
    error: z.string().max(MAX_ERROR_LENGTH).nullable(),
  })
  .refine((run) => isFinished(run.status) === (run.finishedAt !== null), {
    path: ['finishedAt'],
    message: 'expected a time for a run that has ended, and null for one that has not',
  });

export const runRecordsSchema: z.ZodType<RunRecord[]> = z.array(runRecordSchema);

/** True for a run that nothing will change any more. */
export function isFinished(status: RunStatus): boolean {
  return status === 'succeeded' || status === 'failed' || status === 'cancelled';
}
