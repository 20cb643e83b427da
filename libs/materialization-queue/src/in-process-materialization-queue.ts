import type { Clock, Instant, Snapshot } from '@larder/registry';
import { systemClock } from '@larder/service-runtime';
import { InProcessJob } from './in-process-job.js';
import { InProcessTicker } from './in-process-ticker.js';
import { InProcessWorker } from './in-process-worker.js';
import { joinableIds, newJobId } from './job-id.js';
import { jobPriority } from './job-priority.js';
import { isFinished } from './job-record.js';
import type { JobRecord } from './job-record.js';
import { JOBS, parsePayload } from './jobs.js';
import type { JobName, JobPayload } from './jobs.js';
import type {
  EnqueuedJob,
  EnqueueOptions,
  JobFilter,
  JobHandlers,
  MaterializationQueue,
  QueueWorker,
  WorkOptions,
} from './materialization-queue.js';
import { planSchedulerChanges, planSchedules } from './view-schedule.js';
import type { SchedulerChanges, ViewSchedule } from './view-schedule.js';

export interface InProcessQueueOptions {
  readonly project: string;
  /** Times of records and of the schedule's ticks; delays run in real time. */
  readonly clock?: Clock;
  /** How often views on push are looked after; default 5. */
  readonly pushPollSeconds?: number;
}

const DEFAULT_POLL_SECONDS = 5;
const DEFAULT_LIMIT = 100;

/** The queue inside the process: the last resort of a laptop without Redis. Gone with the process. */
export class InProcessMaterializationQueue implements MaterializationQueue {
  readonly describe: string;
  private readonly clock: Clock;
  private readonly jobs = new Map<string, InProcessJob>();
  private readonly requests = new Map<string, { readonly jobId: string; readonly at: Instant }>();
  private readonly tickers = new Map<number, InProcessTicker>();
  private readonly workers = new Set<InProcessWorker>();
  private paused = false;

  constructor(private readonly options: InProcessQueueOptions) {
    this.clock = options.clock ?? systemClock;
    this.describe = `in-process queue of project ${options.project} (jobs are gone when this process ends)`;
  }

  async enqueue<N extends JobName>(
    name: N,
    payload: JobPayload<N>,
    options: EnqueueOptions = {},
  ): Promise<EnqueuedJob> {
    const checked = parsePayload(name, payload);
    const { idempotencyKey, delayMs = 0 } = options;
    const scope = idempotencyKey === undefined ? undefined : `${name}.${checked.viewId}.${idempotencyKey}`;
    const known = scope === undefined ? undefined : this.requests.get(scope);
    if (known !== undefined) return { jobId: known.jobId, joined: true };
    const added = this.join(name, checked) ?? this.add(name, checked, delayMs);
    if (scope !== undefined) this.requests.set(scope, { jobId: added.jobId, at: this.clock.now() });
    return added;
  }

  async reconcileSchedulers(snapshot: Snapshot): Promise<SchedulerChanges> {
    const wanted = planSchedules(snapshot, this.options.pushPollSeconds ?? DEFAULT_POLL_SECONDS);
    const changes = planSchedulerChanges(wanted, await this.schedules());
    for (const { viewId } of [...changes.removed, ...changes.changed]) this.tickers.get(viewId)?.stop();
    for (const { viewId } of changes.removed) this.tickers.delete(viewId);
    for (const schedule of [...changes.added, ...changes.changed])
      this.tickers.set(schedule.viewId, this.ticker(schedule));
    return changes;
  }

  async schedules(): Promise<readonly ViewSchedule[]> {
    return [...this.tickers.values()].map(({ schedule }) => schedule).sort((left, right) => left.viewId - right.viewId);
  }

  async work(handlers: JobHandlers, options: WorkOptions): Promise<QueueWorker> {
    const worker: InProcessWorker = new InProcessWorker({
      ...options,
      handlers,
      clock: this.clock,
      next: (accepts) => this.next(accepts),
      ended: (job) => this.ended(job),
    });
    this.workers.add(worker);
    worker.pump();
    return {
      close: async (deadline) => {
        await worker.close(deadline);
        this.workers.delete(worker);
      },
    };
  }

  async get(jobId: string): Promise<JobRecord | undefined> {
    return this.jobs.get(jobId)?.record();
  }

  async list({ name = 'materialize-view', viewId, status, limit = DEFAULT_LIMIT }: JobFilter = {}): Promise<
    readonly JobRecord[]
  > {
    return [...this.jobs.values()]
      .filter((job) => job.name === name && (viewId === undefined || job.payload.viewId === viewId))
      .map((job) => job.record())
      .filter((record) => status === undefined || record.status === status)
      .reverse()
      .slice(0, limit);
  }

  async cancel(jobId: string): Promise<JobRecord | undefined> {
    const job = this.jobs.get(jobId);
    if (job !== undefined && !isFinished(job.record())) job.cancel(this.clock.now());
    return job?.record();
  }

  async pause(): Promise<void> {
    this.paused = true;
  }

  async resume(): Promise<void> {
    this.paused = false;
    this.pump();
  }

  async ping(): Promise<void> {
    await Promise.resolve();
  }

  async close(): Promise<void> {
    for (const ticker of this.tickers.values()) ticker.stop();
    for (const job of this.jobs.values()) job.forget();
    this.tickers.clear();
    await Promise.resolve();
  }

  private join<N extends JobName>(name: N, payload: JobPayload<N>): EnqueuedJob | undefined {
    const ids = joinableIds(name, payload);
    const waiting = [...this.jobs.values()].find((job) => job.isJoinable && ids.includes(job.deduplicationId));
    if (waiting === undefined) return undefined;
    waiting.priority = Math.min(waiting.priority, jobPriority(payload, this.clock.now()));
    return { jobId: waiting.id, joined: true };
  }

  private add<N extends JobName>(name: N, payload: JobPayload<N>, delayMs: number): EnqueuedJob {
    const now = this.clock.now();
    const job = new InProcessJob({
      id: newJobId(payload),
      name,
      payload,
      priority: jobPriority(payload, now),
      enqueuedAt: now,
    });
    this.jobs.set(job.id, job);
    if (delayMs > 0) job.delay(delayMs, () => this.pump());
    this.pump();
    return { jobId: job.id, joined: false };
  }

  /** The most urgent job that may start now; of equal ones the oldest. */
  private next(accepts: (name: JobName) => boolean = () => true): InProcessJob | undefined {
    if (this.paused) return undefined;
    const busy = new Set(
      [...this.jobs.values()]
        .filter((job) => job.isRunning && JOBS[job.name].onePerView)
        .map((job) => job.payload.viewId),
    );
    let first: InProcessJob | undefined;
    for (const job of this.jobs.values()) {
      const free = job.isDue && accepts(job.name) && !(JOBS[job.name].onePerView && busy.has(job.payload.viewId));
      if (free && (first === undefined || job.priority < first.priority)) first = job;
    }
    return first;
  }

  private ended(job: InProcessJob): void {
    if (job.isRetrying) job.delay(job.retryDelayMs, () => this.pump());
    this.prune(job.name);
    this.pump();
  }

  /** Drops ended jobs beyond what the catalogue keeps. */
  private prune(name: JobName): void {
    const { keepSucceeded, keepFailed } = JOBS[name];
    const succeeded = this.finished(name, (status) => status === 'completed');
    const failed = this.finished(name, (status) => status !== 'completed');
    for (const [records, rule] of [
      [succeeded, keepSucceeded],
      [failed, keepFailed],
    ] as const) {
      for (const { id } of records.slice(0, Math.max(0, records.length - rule.count))) this.jobs.delete(id);
    }
  }

  private finished(name: JobName, matches: (status: JobRecord['status']) => boolean): JobRecord[] {
    return [...this.jobs.values()]
      .filter((job) => job.name === name)
      .map((job) => job.record())
      .filter((record) => isFinished(record) && matches(record.status));
  }

  private ticker(schedule: ViewSchedule): InProcessTicker {
    return new InProcessTicker(schedule, this.clock, () => {
      void this.enqueue('tick-view', schedule.payload);
    });
  }

  private pump(): void {
    for (const worker of this.workers) worker.pump();
  }
}
