import type { Instant } from '@larder/registry';
import { RunStopped, toJobError } from './job-error.js';
import { deduplicationId } from './job-id.js';
import type { JobError, JobProgress, JobRecord, JobResult, JobStatus } from './job-record.js';
import { isWorthRetrying, JOBS, retryDelayMs } from './jobs.js';
import type { JobName, JobPayload } from './jobs.js';

export interface NewJob<N extends JobName = JobName> {
  readonly id: string;
  readonly name: N;
  readonly payload: JobPayload<N>;
  readonly priority: number;
  readonly enqueuedAt: Instant;
}

const MAX_TIMER_MS = 2 ** 31 - 1;

/** One job of the in-process queue and where it stands. */
export class InProcessJob {
  readonly id: string;
  readonly name: JobName;
  readonly payload: JobPayload;
  readonly deduplicationId: string;
  priority: number;
  private status: JobStatus = 'queued';
  private started = false;
  private attempts = 0;
  private progress: JobProgress | undefined;
  private result: JobResult | undefined;
  private error: JobError | undefined;
  private startedAt: Instant | undefined;
  private finishedAt: Instant | undefined;
  private timer: NodeJS.Timeout | undefined;
  private controller = new AbortController();

  constructor(private readonly given: NewJob) {
    this.id = given.id;
    this.name = given.name;
    this.payload = given.payload;
    this.priority = given.priority;
    this.deduplicationId = deduplicationId(given.name, given.payload);
  }

  /** Waits, and has never started. */
  get isJoinable(): boolean {
    return this.status === 'queued' && !this.started;
  }

  get isDue(): boolean {
    return (this.status === 'queued' || this.status === 'retrying') && this.timer === undefined;
  }

  get isRunning(): boolean {
    return this.status === 'running';
  }

  get isRetrying(): boolean {
    return this.status === 'retrying';
  }

  get retryDelayMs(): number {
    return retryDelayMs(JOBS[this.name].retry, this.attempts);
  }

  /** Not due before `delayMs` have passed. */
  delay(delayMs: number, due: () => void): void {
    this.timer = setTimeout(
      () => {
        this.timer = undefined;
        due();
      },
      Math.min(delayMs, MAX_TIMER_MS),
    );
  }

  /** Starts an attempt; returns its number and its signal. */
  start(now: Instant): { readonly attempt: number; readonly signal: AbortSignal } {
    this.status = 'running';
    this.started = true;
    this.startedAt = now;
    this.controller = new AbortController();
    return { attempt: this.attempts + 1, signal: this.controller.signal };
  }

  report(progress: JobProgress): void {
    this.progress = progress;
  }

  succeed(result: JobResult, now: Instant): void {
    this.attempts++;
    this.result = result;
    this.finish('completed', now);
  }

  /** Ends an attempt that threw: the job fails, is tried again, or goes back into the line when the run was stopped. */
  fail(thrown: unknown, now: Instant): void {
    const error: unknown = this.controller.signal.aborted ? this.controller.signal.reason : thrown;
    if (error instanceof RunStopped && error.reason !== 'cancelled') {
      this.status = 'queued';
      return;
    }
    this.attempts++;
    this.error = toJobError(error);
    if (error instanceof RunStopped) this.finish('cancelled', now);
    else if (isWorthRetrying(error) && this.attempts < JOBS[this.name].retry.attempts) this.status = 'retrying';
    else this.finish('failed', now);
  }

  cancel(now: Instant): void {
    const stopped = new RunStopped('cancelled');
    if (this.isRunning) {
      this.controller.abort(stopped);
      return;
    }
    this.forget();
    this.error = toJobError(stopped);
    this.finish('cancelled', now);
  }

  stop(reason: RunStopped): void {
    this.controller.abort(reason);
  }

  forget(): void {
    clearTimeout(this.timer);
    this.timer = undefined;
  }

  record(): JobRecord {
    const { id, name, payload, enqueuedAt } = this.given;
    const { status, attempts, progress, result, error, startedAt, finishedAt } = this;
    return {
      id,
      name,
      payload,
      status,
      attempts,
      maxAttempts: JOBS[name].retry.attempts,
      enqueuedAt,
      ...(progress === undefined ? {} : { progress }),
      ...(result === undefined ? {} : { result }),
      ...(error === undefined || status === 'running' || status === 'completed' ? {} : { error }),
      ...(startedAt === undefined ? {} : { startedAt }),
      ...(finishedAt === undefined ? {} : { finishedAt }),
    };
  }

  private finish(status: JobStatus, now: Instant): void {
    this.status = status;
    this.finishedAt = now;
  }
}
