import { randomUUID } from 'node:crypto';
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Clock, ResolvedView, Snapshot } from '@larder/registry';
import { formatInstant, LarderError, resolveFeatures } from '@larder/registry';
import type {
  OfflineStore,
  PreparedTrainingSet,
  QueryOptions,
  QueryRows,
  SpineInput,
  TrainingSetReport,
} from '@larder/offline-store';
import type { ConsumerReading } from '@larder/registry-client';
import { prepareTrainingSet, prepareViewRows } from '@larder/offline-store';
import { quoteText } from '@larder/point-in-time';
import type { Logger } from '@larder/service-runtime';
import { toLarderError } from '@larder/service-runtime';
import { JobQueue } from './job-queue.js';
import type { TrainingSetJob } from './training-set-job.js';
import { isFinished, jobViews, newJob, warningsOf } from './training-set-job.js';
import type { TrainingSetBody } from './training-set-request.js';
import { selectionOf, spineOf } from './training-set-request.js';

export interface TrainingSetServiceOptions {
  readonly store: OfflineStore;
  /** The current snapshot of a project, of the default one for an empty name; throws NOT_FOUND for one that is not served, UNAVAILABLE while there is none. */
  readonly snapshot: (project: string) => Snapshot;
  readonly clock: Clock;
  readonly logger: Logger;
  /** Absolute; a folder per training set. */
  readonly outputDirectory: string;
  readonly maxRunning: number;
  readonly queryTimeoutSeconds: number;
  /** Told who reads what. */
  readonly onReading: (reading: ConsumerReading) => void;
  /** Told each job that has ended. */
  readonly onFinished: (job: TrainingSetJob, elapsedMs: number) => void;
}

/** A small result in one answer. */
export interface DirectAnswer extends QueryRows, TrainingSetReport {
  readonly snapshotVersion: number;
  readonly warnings: readonly string[];
}

interface ResolvedRequest {
  readonly prepare: (options: QueryOptions) => Promise<PreparedTrainingSet>;
  readonly snapshot: Snapshot;
  readonly views: readonly ResolvedView[];
}

const NO_ROWS: SpineInput = { kind: 'rows', rows: [] };

/** Training sets up to this size may be answered directly. */
export const MAX_DIRECT_ROWS = 10_000;
const ID_PATTERN = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;
const MAX_REMEMBERED = 1000;

/**
 * Training sets as jobs: checked, queued, computed a few at a time, kept as a folder with the Parquet file and the job's own record.
 * Ended jobs outlive the process; waiting and running ones do not.
 */
export class TrainingSetService {
  private readonly jobs = new Map<string, TrainingSetJob>();
  private readonly queue: JobQueue;

  constructor(private readonly options: TrainingSetServiceOptions) {
    this.queue = new JobQueue(options.maxRunning);
  }

  /** Answers a small spine directly. Throws what is wrong with the request, all of it; RESOURCE_EXHAUSTED for a large spine. */
  async answer(
    body: TrainingSetBody,
    { consumer, signal }: { readonly consumer: string; readonly signal: AbortSignal },
  ): Promise<DirectAnswer> {
    const { prepare, snapshot } = this.resolve(body, consumer);
    const options = { signal, timeoutSeconds: this.options.queryTimeoutSeconds };
    const prepared = await prepare(options);
    try {
      if (prepared.rows > MAX_DIRECT_ROWS) {
        const message = `the training set has ${prepared.rows} rows; at most ${MAX_DIRECT_ROWS} are answered as json. Ask for the format parquet`;
        throw new LarderError('RESOURCE_EXHAUSTED', message);
      }
      const result = await prepared.read(options);
      return {
        ...result,
        snapshotVersion: snapshot.version,
        warnings: warningsOf(result.statistics, result.rows.length),
      };
    } finally {
      await prepared.close();
    }
  }

  /** Starts a job. What is wrong with the features, and with a spine given as rows, is thrown; the rest fails the job. */
  async submit(body: TrainingSetBody, consumer: string): Promise<TrainingSetJob> {
    const { prepare, snapshot, views } = this.resolve(body, consumer);
    const { clock } = this.options;
    const prepared = Array.isArray(body.spine) ? await prepare({}) : undefined;
    const { knowledgeTime } = body;
    const job = newJob({
      id: randomUUID(),
      project: snapshot.project,
      snapshotVersion: snapshot.version,
      knowledgeTime,
      views: jobViews(views, body.accuracy),
      now: clock.now(),
    });
    this.remember(job);
    const open = (signal: AbortSignal): Promise<PreparedTrainingSet> =>
      prepared === undefined ? prepare({ signal }) : Promise.resolve(prepared);
    this.queue.add(
      job.id,
      (signal) => this.run(job, open, signal),
      () => prepared?.close(),
    );
    return job;
  }

  /** A job by its id, also one of an earlier process; NOT_FOUND. */
  async find(id: string): Promise<TrainingSetJob> {
    const job = this.jobs.get(id) ?? (await this.readRecord(id));
    if (job === undefined) throw new LarderError('NOT_FOUND', `no training set ${id}`);
    return job;
  }

  /** Cancels a job that has not ended; removes the files of one that has. Resolves when that is done. */
  async cancel(id: string): Promise<TrainingSetJob> {
    const job = await this.find(id);
    if (isFinished(job)) {
      await rm(this.folder(id), { recursive: true, force: true });
      this.jobs.delete(id);
      return job;
    }
    await this.queue.cancel(id);
    const ended = await this.find(id);
    return isFinished(ended) ? ended : this.end({ ...ended, status: 'cancelled' }, 0);
  }

  /** Rows of a finished job, in order, from `offset` on. FAILED_PRECONDITION while it is not done. */
  async rows(id: string, { offset, limit }: { readonly offset: number; readonly limit: number }): Promise<QueryRows> {
    const path = await this.file(id);
    return this.options.store.readRows(
      `SELECT * FROM read_parquet(${quoteText(path)}) LIMIT ${limit} OFFSET ${offset}`,
    );
  }

  /** The Parquet file of a finished job. */
  async file(id: string): Promise<string> {
    const job = await this.find(id);
    if (job.location === undefined)
      throw new LarderError('FAILED_PRECONDITION', `training set ${id} is ${job.status}`, { status: job.status });
    return job.location;
  }

  /** Cancels everything and waits for it. */
  async close(): Promise<void> {
    await this.queue.close();
  }

  private resolve(body: TrainingSetBody, consumer: string): ResolvedRequest {
    const { store, onReading } = this.options;
    const snapshot = this.options.snapshot(body.project ?? '');
    const views = resolveFeatures(snapshot, selectionOf(body), { fullFeatureNames: body.fullFeatureNames });
    onReading({
      project: snapshot.project,
      consumer,
      featureService: body.featureService ?? null,
      views: views.map((each) => each.view.name),
    });
    const { knowledgeTime, accuracy, timestampColumn, timeRange } = body;
    const spine = spineOf(body);
    const prepare = (options: QueryOptions): Promise<PreparedTrainingSet> => {
      if (timeRange !== undefined) return prepareViewRows(store, { snapshot, views, ...timeRange }, options);
      const input = {
        snapshot,
        views,
        spine: spine ?? NO_ROWS,
        knowledgeTime,
        ...(accuracy === undefined ? {} : { accuracy }),
        ...(timestampColumn === undefined ? {} : { timestampColumn }),
      };
      return prepareTrainingSet(store, input, options);
    };
    return { prepare, snapshot, views };
  }

  private async run(
    queued: TrainingSetJob,
    prepare: (signal: AbortSignal) => Promise<PreparedTrainingSet>,
    signal: AbortSignal,
  ): Promise<void> {
    const { clock, queryTimeoutSeconds } = this.options;
    const started = performance.now();
    const running = this.remember({ ...queued, status: 'running', startedAt: formatInstant(clock.now()) });
    const path = join(this.folder(queued.id), 'training-set.parquet');
    try {
      const prepared = await prepare(signal);
      const { location, ...result } = await writePrepared(prepared, path, {
        signal,
        timeoutSeconds: queryTimeoutSeconds,
      });
      const warnings = warningsOf(result.statistics, result.rows);
      await this.end({ ...running, status: 'done', location, ...result, warnings }, performance.now() - started);
    } catch (error) {
      await this.fail(running, error, { signal, elapsedMs: performance.now() - started });
    }
  }

  private async fail(
    running: TrainingSetJob,
    thrown: unknown,
    { signal, elapsedMs }: { readonly signal: AbortSignal; readonly elapsedMs: number },
  ): Promise<void> {
    const error = toLarderError(thrown);
    if (signal.aborted) {
      await this.end({ ...running, status: 'cancelled' }, elapsedMs);
      return;
    }
    if (error.code === 'INTERNAL')
      this.options.logger.error({ job: running.id, err: error.cause ?? error }, 'a training set failed');
    const details = error.code === 'INTERNAL' ? {} : error.details;
    await this.end(
      { ...running, status: 'failed', error: { code: error.code, message: error.message, details } },
      elapsedMs,
    );
  }

  private async end(job: TrainingSetJob, elapsedMs: number): Promise<TrainingSetJob> {
    const { clock, logger, onFinished } = this.options;
    const ended = { ...job, finishedAt: formatInstant(clock.now()) };
    await this.writeRecord(ended).catch((error: unknown) =>
      logger.warn({ job: job.id, err: error }, 'the record of a training set could not be kept'),
    );
    this.remember(ended);
    onFinished(ended, elapsedMs);
    return ended;
  }

  private remember(job: TrainingSetJob): TrainingSetJob {
    this.jobs.set(job.id, job);
    if (this.jobs.size > MAX_REMEMBERED)
      for (const [id, each] of this.jobs) if (isFinished(each) && this.jobs.size > MAX_REMEMBERED) this.jobs.delete(id);
    return job;
  }

  private folder(id: string): string {
    return join(this.options.outputDirectory, id);
  }

  private async writeRecord(job: TrainingSetJob): Promise<void> {
    await mkdir(this.folder(job.id), { recursive: true });
    await writeFile(join(this.folder(job.id), 'job.json'), JSON.stringify(job, undefined, 2));
  }

  private async readRecord(id: string): Promise<TrainingSetJob | undefined> {
    if (!ID_PATTERN.test(id)) return undefined;
    const text = await readFile(join(this.folder(id), 'job.json'), 'utf8').catch(() => undefined);
    return text === undefined ? undefined : (JSON.parse(text) as TrainingSetJob);
  }
}

/** Writes a prepared training set and closes it. */
async function writePrepared(
  prepared: PreparedTrainingSet,
  target: string,
  options: QueryOptions,
): Promise<Required<Pick<TrainingSetJob, 'location' | 'rows' | 'bytes' | 'columns' | 'statistics'>>> {
  try {
    const { path: location, rows, bytes, statistics } = await prepared.write(target, options);
    return { location, rows, bytes, columns: prepared.columns, statistics };
  } finally {
    await prepared.close();
  }
}
