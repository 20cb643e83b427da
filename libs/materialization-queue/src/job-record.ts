import type { ErrorCode, Instant, JsonValue } from '@larder/registry';
import type { JobName, JobPayload } from './jobs.js';

/**
 * `queued` (for its turn, or for the view's running job to end) → `running` → `completed`, `failed` or `cancelled`;
 * `retrying` between an attempt that failed for a passing reason and the next.
 */
export const JOB_STATUSES = ['queued', 'running', 'retrying', 'completed', 'failed', 'cancelled'] as const;

export type JobStatus = (typeof JOB_STATUSES)[number];

/** How far a running job is. */
export interface JobProgress {
  /** What it is doing, in one or two words. */
  readonly phase: string;
  /** Rows written so far. */
  readonly rows?: number;
  /** 0 to 100, where the total is known. */
  readonly percent?: number;
}

/** What a job answers when it succeeds: counts and names, never values. */
export type JobResult = Readonly<Record<string, JsonValue>>;

export interface JobError {
  readonly code: ErrorCode;
  readonly message: string;
}

/** A job as the queue knows it. */
export interface JobRecord<N extends JobName = JobName> {
  readonly id: string;
  readonly name: N;
  readonly payload: JobPayload<N>;
  readonly status: JobStatus;
  /** Attempts that ended; the running one is not counted. */
  readonly attempts: number;
  readonly maxAttempts: number;
  readonly progress?: JobProgress;
  readonly result?: JobResult;
  /** Why the last attempt failed. */
  readonly error?: JobError;
  readonly enqueuedAt: Instant;
  readonly startedAt?: Instant;
  readonly finishedAt?: Instant;
}

/** True when nothing more will happen to the job. */
export function isFinished({ status }: Pick<JobRecord, 'status'>): boolean {
  return status === 'completed' || status === 'failed' || status === 'cancelled';
}
