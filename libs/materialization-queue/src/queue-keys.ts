/** Prefix of every key of the queue; its braces keep them in one slot of a cluster. */
export const QUEUE_PREFIX = '{larder-jobs}';

const DAY_SECONDS = 86_400;

/** How long a request's idempotency key is remembered. */
export const REQUEST_SECONDS = DAY_SECONDS;

/** How long a cancellation is remembered: longer than failed jobs are kept. */
export const CANCELLED_SECONDS = 31 * DAY_SECONDS;

/** Name of a project's queue in BullMQ. */
export function queueName(project: string): string {
  return `materialization.${project}`;
}

/** Keys that stand beside BullMQ's own. */
export interface QueueKeys {
  /** Present when the job was cancelled. */
  cancelled(jobId: string): string;
  /** Holds the token of the run that may materialize the view. */
  claim(viewId: number): string;
  /** Holds the job that a request with an idempotency key got. */
  request(scope: string): string;
}

export function queueKeys(project: string): QueueKeys {
  const base = `${QUEUE_PREFIX}:${queueName(project)}`;
  return {
    cancelled: (jobId) => `${base}.cancelled:${jobId}`,
    claim: (viewId) => `${base}.claim:${viewId}`,
    request: (scope) => `${base}.request:${scope}`,
  };
}
