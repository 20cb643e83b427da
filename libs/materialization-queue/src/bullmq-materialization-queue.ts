import type { Clock, Snapshot } from '@larder/registry';
import { systemClock } from '@larder/service-runtime';
import { Queue } from 'bullmq';
import type { Job, JobType } from 'bullmq';
import type { Redis } from 'ioredis';
import { requestOptions } from './bullmq-job-options.js';
import { STATES_OF_STATUS, toJobRecord } from './bullmq-job-record.js';
import { BullMqQueueWorker } from './bullmq-queue-worker.js';
import { BullMqSchedulers } from './bullmq-schedulers.js';
import { joinableIds } from './job-id.js';
import { isFinished, JOB_STATUSES } from './job-record.js';
import type { JobRecord } from './job-record.js';
import { parsePayload } from './jobs.js';
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
import { CANCELLED_SECONDS, QUEUE_PREFIX, queueKeys, queueName, REQUEST_SECONDS } from './queue-keys.js';
import type { QueueKeys } from './queue-keys.js';
import { answered, connectForRequests, connectForWorker, endConnection, redisPlace } from './redis-connection.js';
import { repeatStrategy } from './repeat-strategy.js';
import type { SchedulerChanges, ViewSchedule } from './view-schedule.js';

export interface BullMqQueueOptions {
  /** `redis://`, `rediss://` or the absolute path of a unix socket. */
  readonly url: string;
  readonly project: string;
  /** How often views on push are looked after; default 5. */
  readonly pushPollSeconds?: number;
  /** How long the jobs of a worker that was killed stay its own before another one takes them; default 30,000. */
  readonly holdMs?: number;
  /** Orders backfills by age; times of the schedule are the machine's. */
  readonly clock?: Clock;
}

const DEFAULT_HOLD_MS = 30_000;
const DEFAULT_POLL_SECONDS = 5;
const DEFAULT_LIMIT = 100;
/** Ended jobs that a list looks through; no more are kept. */
const MAX_LISTED = 1_000;

/** Materialization jobs on Redis or Valkey, by BullMQ. See docs/formats/jobs.md for what is stored. */
export class BullMqMaterializationQueue implements MaterializationQueue {
  readonly describe: string;
  private readonly redis: Redis;
  private readonly queue: Queue;
  private readonly keys: QueueKeys;
  private readonly schedulers: BullMqSchedulers;
  private readonly place: string;

  constructor(private readonly options: BullMqQueueOptions) {
    const { url, project, pushPollSeconds = DEFAULT_POLL_SECONDS, clock = systemClock } = options;
    this.place = redisPlace(url);
    this.describe = `BullMQ queue ${queueName(project)} on Redis at ${this.place}`;
    this.redis = connectForRequests(url);
    this.queue = new Queue(queueName(project), {
      connection: this.redis,
      prefix: QUEUE_PREFIX,
      settings: { repeatStrategy },
    });
    this.queue.on('error', () => undefined);
    this.keys = queueKeys(project);
    this.schedulers = new BullMqSchedulers(this.queue, { clock, pushPollSeconds });
  }

  async enqueue<N extends JobName>(
    name: N,
    payload: JobPayload<N>,
    options: EnqueueOptions = {},
  ): Promise<EnqueuedJob> {
    const checked = parsePayload(name, payload);
    return answered(this.place, async () => {
      const { idempotencyKey } = options;
      if (idempotencyKey === undefined) return this.add(name, checked, options);
      const requestKey = this.keys.request(`${name}.${checked.viewId}.${idempotencyKey}`);
      const known = await this.redis.get(requestKey);
      if (known !== null) return { jobId: known, joined: true };
      const added = await this.add(name, checked, options);
      const first = await this.redis.set(requestKey, added.jobId, 'EX', REQUEST_SECONDS, 'NX');
      return first === null ? { jobId: (await this.redis.get(requestKey)) ?? added.jobId, joined: true } : added;
    });
  }

  async reconcileSchedulers(snapshot: Snapshot): Promise<SchedulerChanges> {
    return answered(this.place, () => this.schedulers.reconcile(snapshot));
  }

  async schedules(): Promise<readonly ViewSchedule[]> {
    return answered(this.place, () => this.schedulers.read());
  }

  async work(handlers: JobHandlers, options: WorkOptions): Promise<QueueWorker> {
    const { url, project, holdMs = DEFAULT_HOLD_MS } = this.options;
    const worker = new BullMqQueueWorker({
      ...options,
      project,
      handlers,
      holdMs,
      keys: this.keys,
      redis: connectForWorker(url),
    });
    await worker.ready();
    return worker;
  }

  async get(jobId: string): Promise<JobRecord | undefined> {
    return answered(this.place, async () => {
      const [state, cancelled] = await Promise.all([
        this.queue.getJobState(jobId),
        this.redis.exists(this.keys.cancelled(jobId)),
      ]);
      // After its state: a job that ended in between would show its end without what came of it.
      const job = await this.job(jobId);
      return job === undefined ? undefined : toJobRecord(job, state, cancelled === 1);
    });
  }

  async list({ name = 'materialize-view', viewId, status, limit = DEFAULT_LIMIT }: JobFilter = {}): Promise<
    readonly JobRecord[]
  > {
    return answered(this.place, async () => {
      const states =
        status === undefined ? JOB_STATUSES.flatMap((each) => STATES_OF_STATUS[each]) : STATES_OF_STATUS[status];
      const records = (await Promise.all([...new Set(states)].map((state) => this.recordsIn(state)))).flat();
      return records
        .filter((each) => each.name === name && (viewId === undefined || each.payload.viewId === viewId))
        .filter((each) => status === undefined || each.status === status)
        .sort(newestFirst)
        .slice(0, limit);
    });
  }

  async cancel(jobId: string): Promise<JobRecord | undefined> {
    const record = await this.get(jobId);
    if (record === undefined || isFinished(record)) return record;
    await answered(this.place, async () => {
      await this.redis.set(this.keys.cancelled(jobId), '1', 'EX', CANCELLED_SECONDS);
      await (await this.job(jobId))?.removeDeduplicationKey();
    });
    return this.get(jobId);
  }

  async pause(): Promise<void> {
    await answered(this.place, () => this.queue.pause());
  }

  async resume(): Promise<void> {
    await answered(this.place, () => this.queue.resume());
  }

  async ping(): Promise<void> {
    await answered(this.place, () => this.redis.ping());
  }

  async close(): Promise<void> {
    await this.queue.close();
    endConnection(this.redis);
  }

  private async add<N extends JobName>(
    name: N,
    payload: JobPayload<N>,
    { delayMs }: EnqueueOptions,
  ): Promise<EnqueuedJob> {
    const now = (this.options.clock ?? systemClock).now();
    const options = requestOptions(name, payload, { now, delayMs });
    const [own, ...others] = joinableIds(name, payload);
    for (const id of others) {
      const waiting = await this.queue.getDeduplicationJobId(id);
      if (waiting !== null) return this.join(waiting, options.priority);
    }
    const job = await this.queue.add(name, payload, { ...options, deduplication: { id: String(own) } });
    return job.id === options.jobId
      ? { jobId: options.jobId, joined: false }
      : this.join(String(job.id), options.priority);
  }

  /** A joined job becomes as urgent as the most urgent request for it. */
  private async join(jobId: string, priority = 0): Promise<EnqueuedJob> {
    const job = await this.job(jobId);
    if (job !== undefined && job.priority > priority) await job.changePriority({ priority }).catch(() => undefined);
    return { jobId, joined: true };
  }

  private async job(jobId: string): Promise<Job | undefined> {
    return (await this.queue.getJob(jobId)) as Job | undefined;
  }

  private async recordsIn(state: JobType): Promise<JobRecord[]> {
    const jobs = ((await this.queue.getJobs([state], 0, MAX_LISTED - 1)) as (Job | undefined)[]).filter(
      (job) => job?.id !== undefined,
    ) as Job[];
    if (jobs.length === 0) return [];
    const flags = await this.redis.mget(jobs.map((job) => this.keys.cancelled(String(job.id))));
    const bullState = state === 'repeat' || state === 'wait' ? 'waiting' : state;
    return jobs.flatMap((job, index) => toJobRecord(job, bullState, flags[index] === '1') ?? []);
  }
}

function newestFirst(left: JobRecord, right: JobRecord): number {
  return left.enqueuedAt === right.enqueuedAt
    ? left.id < right.id
      ? -1
      : 1
    : left.enqueuedAt > right.enqueuedAt
      ? -1
      : 1;
}
