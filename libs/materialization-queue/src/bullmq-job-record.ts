import { instantFromMillis } from '@larder/registry';
import type { Instant } from '@larder/registry';
import type { Job, JobState, JobType } from 'bullmq';
import { parseJobError } from './job-error.js';
import { isFinished } from './job-record.js';
import type { JobProgress, JobRecord, JobResult, JobStatus } from './job-record.js';
import { isJobName } from './jobs.js';
import type { JobPayload } from './jobs.js';

export type BullState = JobState | 'unknown';

/** What BullMQ calls the states that a status may be in. */
export const STATES_OF_STATUS: Readonly<Record<JobStatus, readonly JobType[]>> = {
  queued: ['prioritized', 'waiting', 'delayed'],
  running: ['active'],
  retrying: ['delayed'],
  completed: ['completed'],
  failed: ['failed'],
  cancelled: ['failed', 'prioritized', 'waiting', 'delayed'],
};

/** A job of BullMQ as the queue's own record; undefined for a job that is not of the catalogue. */
export function toJobRecord(job: Job, state: BullState, cancelled: boolean): JobRecord | undefined {
  if (!isJobName(job.name) || job.id === undefined) return undefined;
  const status = statusOf(job, state, cancelled);
  return {
    id: job.id,
    name: job.name,
    payload: job.data as JobPayload,
    status,
    attempts: job.attemptsMade,
    maxAttempts: job.opts.attempts ?? 1,
    enqueuedAt: instantFromMillis(job.timestamp),
    ...definedOnly({
      progress: isProgress(job.progress) ? job.progress : undefined,
      result: status === 'completed' ? (job.returnvalue as JobResult) : undefined,
      error: errorOf(job, status),
      startedAt: instantOf(job.processedOn),
      finishedAt: isFinished({ status }) ? instantOf(job.finishedOn) : undefined,
    }),
  };
}

function statusOf(job: Job, state: BullState, cancelled: boolean): JobStatus {
  if (state === 'active') return 'running';
  if (state === 'completed') return 'completed';
  if (cancelled) return 'cancelled';
  if (state === 'failed') return 'failed';
  return job.attemptsMade > 0 ? 'retrying' : 'queued';
}

function errorOf(job: Job, status: JobStatus): JobRecord['error'] {
  const shown = status === 'failed' || status === 'retrying' || status === 'cancelled';
  return shown && typeof job.failedReason === 'string' && job.failedReason !== ''
    ? parseJobError(job.failedReason)
    : undefined;
}

function isProgress(progress: unknown): progress is JobProgress {
  return typeof progress === 'object' && progress !== null && 'phase' in progress;
}

function instantOf(millis: number | undefined): Instant | undefined {
  return millis === undefined ? undefined : instantFromMillis(millis);
}

type Defined<T> = { [K in keyof T]?: Exclude<T[K], undefined> };

function definedOnly<T extends object>(fields: T): Defined<T> {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as Defined<T>;
}
