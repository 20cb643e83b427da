import type { Clock } from '@larder/registry';
import type { InProcessJob } from './in-process-job.js';
import { RunStopped, toJobError } from './job-error.js';
import type { JobResult } from './job-record.js';
import { JOBS } from './jobs.js';
import type { JobName } from './jobs.js';
import type { ReleaseSlot } from './job-slots.js';
import type { JobHandlers, JobRun, QueueWorker, WorkOptions } from './materialization-queue.js';

export interface InProcessWorkerOptions extends WorkOptions {
  readonly handlers: JobHandlers;
  readonly clock: Clock;
  /** The next job that may start, of those that are accepted. */
  readonly next: (accepts?: (name: JobName) => boolean) => InProcessJob | undefined;
  readonly ended: (job: InProcessJob) => void;
}

/** Runs jobs of the in-process queue. */
export class InProcessWorker implements QueueWorker {
  private readonly running = new Map<InProcessJob, Promise<void>>();
  private readonly stopListening: () => void;
  private closing = false;

  constructor(private readonly options: InProcessWorkerOptions) {
    this.stopListening = options.slots?.onFree(() => this.pump()) ?? ((): void => undefined);
  }

  /** Starts what may start. */
  pump(): void {
    while (!this.closing && this.running.size < this.options.concurrency) {
      const job = this.nextWithSlot();
      if (job === undefined) return;
      this.running.set(job.job, this.run(job.job).finally(job.release));
    }
  }

  /** The most urgent job, and what gives its slot back; while no slot is free, the most urgent one that needs none. */
  private nextWithSlot(): { readonly job: InProcessJob; readonly release: ReleaseSlot } | undefined {
    const { next, slots } = this.options;
    const job = next();
    if (job === undefined) return undefined;
    if (slots === undefined || !JOBS[job.name].needsSlot) return { job, release: () => undefined };
    const release = slots.tryTake();
    if (release !== undefined) return { job, release };
    const light = next((name) => !JOBS[name].needsSlot);
    return light === undefined ? undefined : { job: light, release: () => undefined };
  }

  async close(deadline?: AbortSignal): Promise<void> {
    this.closing = true;
    this.stopListening();
    const stopAll = (): void => [...this.running.keys()].forEach((job) => job.stop(new RunStopped('draining')));
    if (deadline?.aborted === true) stopAll();
    deadline?.addEventListener('abort', stopAll, { once: true });
    await Promise.all(this.running.values());
    deadline?.removeEventListener('abort', stopAll);
  }

  private async run(job: InProcessJob): Promise<void> {
    const { clock, handlers, ended, onError } = this.options;
    const handler = handlers[job.name] as (run: JobRun) => Promise<JobResult>;
    const { attempt, signal } = job.start(clock.now());
    await Promise.resolve();
    try {
      const result = await handler({
        jobId: job.id,
        payload: job.payload,
        attempt,
        signal,
        report: (progress) => job.report(progress),
      });
      job.succeed(result, clock.now());
    } catch (error) {
      if (!signal.aborted && toJobError(error).code === 'INTERNAL') onError?.(error);
      job.fail(error, clock.now());
    }
    this.running.delete(job);
    ended(job);
  }
}
