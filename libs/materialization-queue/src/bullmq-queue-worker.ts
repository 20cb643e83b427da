import { systemClock } from '@larder/service-runtime';
import { DelayedError, UnrecoverableError, WaitingError, Worker } from 'bullmq';
import type { Job } from 'bullmq';
import type { Redis } from 'ioredis';
import { jobErrorText, RunStopped, toJobError } from './job-error.js';
import type { StopReason } from './job-error.js';
import type { JobResult } from './job-record.js';
import { isWorthRetrying, JOBS, parsePayload } from './jobs.js';
import type { JobName } from './jobs.js';
import type { ReleaseSlot } from './job-slots.js';
import { LatestOnly } from './latest-only.js';
import type { JobHandlers, JobRun, QueueWorker, WorkOptions } from './materialization-queue.js';
import { QUEUE_PREFIX, queueName } from './queue-keys.js';
import type { QueueKeys } from './queue-keys.js';
import { endConnection } from './redis-connection.js';
import { repeatStrategy } from './repeat-strategy.js';
import { ViewClaim } from './view-claim.js';

export interface BullMqWorkerOptions extends WorkOptions {
  readonly project: string;
  readonly keys: QueueKeys;
  /** The worker's own connection; ended with the worker. */
  readonly redis: Redis;
  readonly handlers: JobHandlers;
  /** How long a killed worker's jobs and claims stay its own. */
  readonly holdMs: number;
}

/** How often a running job looks whether it was cancelled and renews its claim. */
const HEARTBEAT_MS = 1_000;
/** How long a job waits here for a slot before it goes back into the line, where a worker with a free one may take it. */
const SLOT_WAIT_MS = 1_000;
/** Pause of a job whose view is busy, or for which there is no slot: longer from time to time. */
const BUSY_DELAY_MS = 200;
const MAX_BUSY_DELAY_MS = 2_000;
/** A job that takes its worker down this often is given up. */
const MAX_STALLS = 5;

/** Runs jobs of a BullMQ queue, one run per view at a time. */
export class BullMqQueueWorker implements QueueWorker {
  private readonly worker: Worker;
  private readonly running = new Map<string, AbortController>();
  private readonly closing = new AbortController();

  constructor(private readonly options: BullMqWorkerOptions) {
    const { project, redis, concurrency, holdMs, onError } = options;
    this.worker = new Worker(queueName(project), (job, token) => this.process(job, token ?? ''), {
      connection: redis,
      prefix: QUEUE_PREFIX,
      concurrency,
      lockDuration: holdMs,
      stalledInterval: holdMs,
      maxStalledCount: MAX_STALLS,
      settings: { repeatStrategy },
    });
    this.worker.on('error', (error) => onError?.(error));
    this.worker.on('lockRenewalFailed', (jobIds) => {
      for (const jobId of jobIds) this.stop(jobId, 'lock-lost');
    });
  }

  async ready(): Promise<void> {
    await this.worker.waitUntilReady();
  }

  async close(deadline?: AbortSignal): Promise<void> {
    const closing = this.worker.close();
    this.closing.abort();
    const stopAll = (): void => [...this.running.keys()].forEach((jobId) => this.stop(jobId, 'draining'));
    if (deadline?.aborted === true) stopAll();
    deadline?.addEventListener('abort', stopAll, { once: true });
    await closing;
    deadline?.removeEventListener('abort', stopAll);
    endConnection(this.options.redis);
  }

  private stop(jobId: string, reason: StopReason): void {
    this.running.get(jobId)?.abort(new RunStopped(reason));
  }

  private async process(job: Job, token: string): Promise<JobResult> {
    const name = job.name as JobName;
    const { viewId } = this.checked(job);
    if (await this.isCancelled(job)) throw final(new RunStopped('cancelled'));
    const release = await this.takeSlot(job);
    if (release === undefined) return this.later(job, token);
    try {
      const claim = JOBS[name].onePerView ? await this.takeClaim(viewId) : 'none';
      if (claim === undefined) return await this.later(job, token);
      await job.removeDeduplicationKey();
      return await this.run(job, claim === 'none' ? undefined : claim).catch(async (error: unknown) => {
        throw await this.ended(job, { token, error });
      });
    } finally {
      release();
    }
  }

  /** Undefined when there is none in time, or the worker closes. */
  private async takeSlot({ name, priority }: Job): Promise<ReleaseSlot | undefined> {
    const { slots } = this.options;
    if (slots === undefined || !JOBS[name as JobName].needsSlot) return () => undefined;
    return slots.waitFor(priority, AbortSignal.any([this.closing.signal, AbortSignal.timeout(SLOT_WAIT_MS)]));
  }

  private checked(job: Job): { readonly viewId: number } {
    try {
      return parsePayload(job.name as JobName, job.data);
    } catch (error) {
      throw final(error);
    }
  }

  private takeClaim(viewId: number): Promise<ViewClaim | undefined> {
    const { redis, keys, holdMs } = this.options;
    return ViewClaim.take(redis, keys.claim(viewId), holdMs);
  }

  private async run(job: Job, claim: ViewClaim | undefined): Promise<JobResult> {
    const jobId = String(job.id);
    const controller = new AbortController();
    const progress = new LatestOnly<object>((value) => job.updateProgress(value));
    this.running.set(jobId, controller);
    const heartbeat = setInterval(() => void this.beat(job, claim), Math.min(HEARTBEAT_MS, this.options.holdMs / 3));
    try {
      return await this.handle(job, { jobId, signal: controller.signal, report: (value) => progress.send(value) });
    } catch (error) {
      throw controller.signal.aborted ? controller.signal.reason : error;
    } finally {
      clearInterval(heartbeat);
      this.running.delete(jobId);
      await progress.settled();
      await claim?.release().catch((error: unknown) => this.options.onError?.(error));
    }
  }

  private handle(job: Job, run: Pick<JobRun, 'jobId' | 'signal' | 'report'>): Promise<JobResult> {
    const handler = this.options.handlers[job.name as JobName] as (run: JobRun) => Promise<JobResult>;
    return handler({ ...run, payload: parsePayload(job.name as JobName, job.data), attempt: job.attemptsMade + 1 });
  }

  private async beat(job: Job, claim: ViewClaim | undefined): Promise<void> {
    try {
      if (await this.isCancelled(job)) this.stop(String(job.id), 'cancelled');
      else if (claim !== undefined && !(await claim.renew())) this.stop(String(job.id), 'lock-lost');
    } catch (error) {
      this.options.onError?.(error);
    }
  }

  private async isCancelled(job: Job): Promise<boolean> {
    return (await this.options.redis.exists(this.options.keys.cancelled(String(job.id)))) === 1;
  }

  /** The view is busy, or there is no slot: back into the line. */
  private async later(job: Job, token: string): Promise<never> {
    const delayMs = Math.min(BUSY_DELAY_MS * job.attemptsStarted, MAX_BUSY_DELAY_MS);
    await job.moveToDelayed(Number(systemClock.now() / 1000n) + delayMs, token);
    throw new DelayedError();
  }

  /** What to throw so that BullMQ does the right thing with a job that did not succeed. */
  private async ended(job: Job, { token, error }: { readonly token: string; readonly error: unknown }): Promise<Error> {
    if (error instanceof RunStopped && error.reason !== 'cancelled') {
      await job.moveToWait(token);
      return new WaitingError();
    }
    if (!(error instanceof RunStopped) && toJobError(error).code === 'INTERNAL') this.options.onError?.(error);
    return isWorthRetrying(error) && !(error instanceof RunStopped)
      ? new Error(jobErrorText(toJobError(error)))
      : final(error);
  }
}

function final(error: unknown): UnrecoverableError {
  return new UnrecoverableError(jobErrorText(toJobError(error)));
}
