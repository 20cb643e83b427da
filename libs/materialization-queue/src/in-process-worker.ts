import type { Clock } from '@larder/registry';
import type { InProcessJob } from './in-process-job.js';
import { RunStopped, toJobError } from './job-error.js';
import type { JobResult } from './job-record.js';
import type { JobHandlers, JobRun, QueueWorker, WorkOptions } from './materialization-queue.js';

export interface InProcessWorkerOptions extends WorkOptions {
  readonly handlers: JobHandlers;
  readonly clock: Clock;
  /** The next job that may start. */
  readonly next: () => InProcessJob | undefined;
  readonly ended: (job: InProcessJob) => void;
}

/** Runs jobs of the in-process queue. */
export class InProcessWorker implements QueueWorker {
  private readonly running = new Map<InProcessJob, Promise<void>>();
  private closing = false;

  constructor(private readonly options: InProcessWorkerOptions) {}

  /** Starts what may start. */
  pump(): void {
    while (!this.closing && this.running.size < this.options.concurrency) {
      const job = this.options.next();
      if (job === undefined) return;
      this.running.set(job, this.run(job));
    }
  }

  async close(deadline?: AbortSignal): Promise<void> {
    this.closing = true;
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
