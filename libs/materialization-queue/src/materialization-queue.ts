import type { Snapshot } from '@larder/registry';
import type { JobName, JobPayload } from './jobs.js';
import type { JobProgress, JobRecord, JobResult, JobStatus } from './job-record.js';
import type { JobSlots } from './job-slots.js';
import type { SchedulerChanges, ViewSchedule } from './view-schedule.js';

/**
 * The port to materialization jobs of one project. Two implementations: BullMQ on Redis, and one inside the process for a
 * laptop without Redis; both pass materialization-queue.contract.ts.
 *
 * At most one `materialize-view` runs per view at a time. Order: by `jobPriority`, then by age.
 */
export interface MaterializationQueue {
  /** One line for people: which queue this is; holds no password. */
  readonly describe: string;

  /**
   * Adds a job, or joins one that waits for the same work (`joinableIds`); a job that has started is never joined, since it
   * may have read its source already: the new one waits until it ends. Throws INVALID_ARGUMENT for a wrong payload.
   */
  enqueue<N extends JobName>(name: N, payload: JobPayload<N>, options?: EnqueueOptions): Promise<EnqueuedJob>;

  /**
   * Makes the schedulers those of the snapshot's online views: one per view, by its cadence. Ones that are right stay as they
   * are, so that it can be called at any time and by any number of workers.
   */
  reconcileSchedulers(snapshot: Snapshot): Promise<SchedulerChanges>;

  /** The schedulers as they are, by view id. */
  schedules(): Promise<readonly ViewSchedule[]>;

  /** Starts to run jobs. Jobs of a worker that died start again on another one. */
  work(handlers: JobHandlers, options: WorkOptions): Promise<QueueWorker>;

  /** The job, or undefined when there is none (any more). */
  get(jobId: string): Promise<JobRecord | undefined>;

  /** Jobs, the newest first. */
  list(filter?: JobFilter): Promise<readonly JobRecord[]>;

  /**
   * Cancels a job: one that waits never starts, one that runs is told to stop and `cancelled` shows once it has. A job that
   * ended stays as it is. Undefined when there is no such job.
   */
  cancel(jobId: string): Promise<JobRecord | undefined>;

  /** No worker takes another job until `resume()`; running ones go on. Survives restarts where the queue does. */
  pause(): Promise<void>;
  resume(): Promise<void>;

  /** Resolves when the queue answered a real command. Throws UNAVAILABLE otherwise. */
  ping(): Promise<void>;

  /** Ends connections; close workers first. */
  close(): Promise<void>;
}

export interface EnqueueOptions {
  /** Requests with the same key within a day get the same job, even after it ended. Scoped to the job's name and view. */
  readonly idempotencyKey?: string;
  /** The job waits at least so long. */
  readonly delayMs?: number;
}

export interface EnqueuedJob {
  readonly jobId: string;
  /** True when the request joined a job that was there already. */
  readonly joined: boolean;
}

export interface JobFilter {
  /** `materialize-view` when absent. */
  readonly name?: JobName;
  readonly viewId?: number;
  readonly status?: JobStatus;
  /** At most so many; 100 when absent. */
  readonly limit?: number;
}

export interface WorkOptions {
  /** Jobs that run at the same time in this worker. */
  readonly concurrency: number;
  /** Shared with the workers of other queues in this process: a heavy job waits until one is free. */
  readonly slots?: JobSlots;
  /** Told about errors that belong to no job: a lost connection, a job that could not be saved. */
  readonly onError?: (error: unknown) => void;
}

/** One attempt at a job. */
export interface JobRun<N extends JobName = JobName> {
  readonly jobId: string;
  readonly payload: JobPayload<N>;
  /** 1 for the first attempt. */
  readonly attempt: number;
  /** Aborts with a `RunStopped` when the run must stop: cancelled, worker draining, claim on the view lost. */
  readonly signal: AbortSignal;
  /** Publishes progress; may be called often, the last one counts. */
  report(progress: JobProgress): void;
}

/**
 * One function per job. A thrown error with a code that is worth retrying is tried again with growing delays, any other one
 * fails the job at once.
 */
export type JobHandlers = { readonly [N in JobName]: (run: JobRun<N>) => Promise<JobResult> };

export interface QueueWorker {
  /** Takes no more jobs and waits for the running ones; when `deadline` aborts they are stopped and start again elsewhere. */
  close(deadline?: AbortSignal): Promise<void>;
}
