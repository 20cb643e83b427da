import { mkdir } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import type { Clock, Snapshot } from '@larder/registry';
import { LarderError } from '@larder/registry';
import { openOfflineStore } from '@larder/offline-store';
import type { OfflineStore } from '@larder/offline-store';
import { createSnapshotRouter, openSnapshotWatch, RegistryClient } from '@larder/registry-client';
import type { SnapshotWatch } from '@larder/registry-client';
import {
  createHttpApp,
  Health,
  JOB_SECONDS_BUCKETS,
  openHttpServer,
  openService,
  parseExactJson,
} from '@larder/service-runtime';
import type { Lifecycle, Logger, Metrics, OpenedService } from '@larder/service-runtime';
import type { OfflineQueryConfig } from './config.js';
import { createTrainingSetRouter } from './training-set-router.js';
import { TrainingSetService } from './training-set-service.js';

export interface OfflineQueryOptions {
  readonly config: OfflineQueryConfig;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly metrics: Metrics;
}

export interface OfflineQueryApp extends OpenedService {
  readonly httpUrl: string;
}

/** Spines sent as rows are bodies; larger ones come as files. */
const MAX_BODY_BYTES = 64 * 1024 * 1024;

/** Opens the offline-query app: training sets over HTTP, health and metrics. Needs no registry to start: it says UNAVAILABLE until it has a snapshot. */
export function openOfflineQueryApp(options: OfflineQueryOptions): Promise<OfflineQueryApp> {
  const { config, logger, metrics } = options;
  return openService({ name: 'offline-query', logger, drainSeconds: config.drainSeconds }, async (lifecycle) => {
    const store = await openStore(config, lifecycle);
    const snapshots = await openSnapshots(options, lifecycle);
    const snapshot = (): Snapshot => currentSnapshot(snapshots, config.project);
    const service = openTrainingSets(options, { store, snapshot, lifecycle });
    const health = new Health(lifecycle, logger);
    health.addCheck('snapshot', () => void snapshot());
    health.addCheck('offline store', async () => void (await store.readRows('SELECT 1')));
    const routers = [createTrainingSetRouter(service), createSnapshotRouter(snapshots)];
    const app = createHttpApp({
      logger,
      metrics,
      health,
      routers,
      body: { maxBytes: MAX_BODY_BYTES, parse: parseExactJson },
    });
    const http = await openHttpServer(lifecycle, app, { host: config.httpHost, port: config.httpPort });
    logger.info({ http: http.url }, 'offline-query is up');
    return { httpUrl: http.url };
  });
}

async function openStore(config: OfflineQueryConfig, lifecycle: Lifecycle): Promise<OfflineStore> {
  const projectDirectory = resolve(config.projectDirectory);
  const outputDirectory = resolve(config.outputDirectory);
  await mkdir(outputDirectory, { recursive: true });
  const store = await openOfflineStore({
    projectDirectory,
    allowedDirectories: [...(config.allowedDirectories ?? [projectDirectory]), outputDirectory],
    temporaryDirectory: join(outputDirectory, 'temporary'),
    maxConnections: config.maxRunning + READERS,
    ...(config.memoryLimitBytes === undefined ? {} : { memoryLimitBytes: config.memoryLimitBytes }),
    ...(config.threads === undefined ? {} : { threads: config.threads }),
  });
  lifecycle.onClose('offline store', () => store.close());
  return store;
}

/** Connections beside those of running jobs: for checks, direct answers and reading results. */
const READERS = 4;

async function openSnapshots(
  { config, clock, logger }: OfflineQueryOptions,
  lifecycle: Lifecycle,
): Promise<SnapshotWatch> {
  const client = new RegistryClient({ url: config.registryUrl });
  const watch = await openSnapshotWatch({
    client,
    project: config.project,
    directory: config.snapshotDirectory,
    clock,
    logger,
  });
  lifecycle.onClose('snapshot watch', () => watch.close());
  return watch;
}

function currentSnapshot(snapshots: SnapshotWatch, project: string): Snapshot {
  const snapshot = snapshots.current();
  if (snapshot === undefined)
    throw new LarderError(
      'UNAVAILABLE',
      `no snapshot of project ${project} yet: the registry has not answered or the project was never applied`,
    );
  return snapshot;
}

interface TrainingSetTools {
  readonly store: OfflineStore;
  readonly snapshot: () => Snapshot;
  readonly lifecycle: Lifecycle;
}

function openTrainingSets(
  { config, clock, logger, metrics }: OfflineQueryOptions,
  { store, snapshot, lifecycle }: TrainingSetTools,
): TrainingSetService {
  const seconds = metrics.histogram({
    name: 'larder_training_set_seconds',
    help: 'Time that training sets took to compute, by how they ended.',
    labels: ['status'],
    buckets: JOB_SECONDS_BUCKETS,
  });
  const rows = metrics.counter({
    name: 'larder_training_set_rows_total',
    help: 'Rows of training sets that were written.',
  });
  const service = new TrainingSetService({
    store,
    snapshot,
    clock,
    logger,
    outputDirectory: resolve(config.outputDirectory),
    maxRunning: config.maxRunning,
    queryTimeoutSeconds: config.queryTimeoutSeconds,
    onFinished: (job, elapsedMs) => {
      seconds.observe({ status: job.status }, elapsedMs / 1000);
      rows.inc(job.rows ?? 0);
      logger.info(
        { job: job.id, status: job.status, rows: job.rows, elapsedMs: Math.round(elapsedMs) },
        'a training set ended',
      );
    },
  });
  lifecycle.onClose('training sets', () => service.close());
  return service;
}
