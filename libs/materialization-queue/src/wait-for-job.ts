import { setTimeout as delay } from 'node:timers/promises';
import { isFinished } from './job-record.js';
import type { JobRecord } from './job-record.js';
import type { MaterializationQueue } from './materialization-queue.js';

const FIRST_LOOK_MS = 20;
const MAX_LOOK_MS = 250;

/** The job as it is when it ended, or after `timeoutMs` as it is then; undefined when there is none. */
export async function waitForJob(
  queue: Pick<MaterializationQueue, 'get'>,
  jobId: string,
  { timeoutMs, signal }: { readonly timeoutMs: number; readonly signal?: AbortSignal },
): Promise<JobRecord | undefined> {
  const endMs = performance.now() + timeoutMs;
  let pauseMs = FIRST_LOOK_MS;
  for (;;) {
    const record = await queue.get(jobId);
    const leftMs = endMs - performance.now();
    if (record === undefined || isFinished(record) || leftMs <= 0 || signal?.aborted === true) return record;
    await delay(Math.min(pauseMs, leftMs), undefined, signal === undefined ? {} : { signal }).catch(() => undefined);
    pauseMs = Math.min(pauseMs * 2, MAX_LOOK_MS);
  }
}
