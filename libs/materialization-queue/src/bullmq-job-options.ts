import type { Instant } from '@larder/registry';
import type { JobsOptions } from 'bullmq';
import { deduplicationId, newJobId } from './job-id.js';
import { jobPriority } from './job-priority.js';
import { JOBS } from './jobs.js';
import type { JobName, JobPayload, KeepRule } from './jobs.js';

/** The options that every job of the catalogue is stored with, by its rules. */
export function ruleOptions<N extends JobName>(name: N, payload: JobPayload<N>, now: Instant): JobsOptions {
  const { retry, keepSucceeded, keepFailed } = JOBS[name];
  return {
    priority: jobPriority(payload, now),
    attempts: retry.attempts,
    backoff: { type: 'exponential', delay: retry.firstDelayMs },
    removeOnComplete: keep(keepSucceeded),
    removeOnFail: keep(keepFailed),
  };
}

/** The options of a job that is added by request: those of its rules, an id, and what it may be joined by. */
export function requestOptions<N extends JobName>(
  name: N,
  payload: JobPayload<N>,
  { now, delayMs = 0 }: { readonly now: Instant; readonly delayMs?: number | undefined },
): JobsOptions & { readonly jobId: string } {
  return {
    ...ruleOptions(name, payload, now),
    jobId: newJobId(payload),
    deduplication: { id: deduplicationId(name, payload) },
    ...(delayMs > 0 ? { delay: delayMs } : {}),
  };
}

function keep({ count, seconds }: KeepRule): true | { count: number; age: number } {
  return count === 0 ? true : { count, age: seconds };
}
