import { resolve } from 'node:path';
import type { Clock } from '@larder/registry';
import type { OfflineStore } from '@larder/offline-store';
import {
  ConsumerReporter,
  createSnapshotRouter,
  describeSnapshots,
  openProjectWatches,
  RegistryClient,
} from '@larder/registry-client';
import type { ProjectWatches } from '@larder/registry-client';
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
import { openStores } from './open-stores.js';
import { currentSnapshot } from './served-snapshots.js';
import { createSourceInspectionRouter } from './source-inspection-router.js';
import { SourceInspectionService } from './source-inspection-service.js';
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

/**
 * Opens the offline-query app: training sets and inspections of sources over HTTP, health and metrics. Needs no registry to start:
 * training sets are UNAVAILABLE until it has a snapshot. It is ready without one all the same: the registry asks it for inspections
 * before the first apply.
 */
export function openOfflineQueryApp(options: OfflineQueryOptions): Promise<OfflineQueryApp> {
  const { config, clock, logger, metrics } = options;
  return openService({ name: 'offline-query', logger, drainSeconds: config.drainSeconds }, async (lifecycle) => {
    const client = new RegistryClient({ url: config.registryUrl });
    const stores = await openStores(config, lifecycle);
    const watches = await openWatches(options, client, lifecycle);
    const consumers = openConsumerReporter(options, client, lifecycle);
    const trainingSets = openTrainingSets(options, { store: stores.trainingSets, watches, consumers, lifecycle });
    const inspections = new SourceInspectionService({
      store: stores.inspections,
      clock,
      maxRunning: config.maxInspections,
      timeoutSeconds: config.inspectionTimeoutSeconds,
    });
    const health = new Health(lifecycle, logger);
    health.addCheck('snapshot', () => describeSnapshots(watches, clock));
    health.addCheck('offline store', async () => void (await stores.trainingSets.readRows('SELECT 1')));
    const routers = [
      createTrainingSetRouter(trainingSets),
      createSourceInspectionRouter(inspections),
      createSnapshotRouter(watches),
    ];
    const body = { maxBytes: MAX_BODY_BYTES, parse: parseExactJson };
    const app = createHttpApp({ logger, metrics, health, routers, body });
    const http = await openHttpServer(lifecycle, app, { host: config.httpHost, port: config.httpPort });
    logger.info({ http: http.url }, 'offline-query is up');
    return { httpUrl: http.url };
  });
}

async function openWatches(
  { config, clock, logger }: OfflineQueryOptions,
  client: RegistryClient,
  lifecycle: Lifecycle,
): Promise<ProjectWatches> {
  const { projects, snapshotDirectory: directory } = config;
  const watches = await openProjectWatches({ client, projects, directory, clock, logger });
  lifecycle.onClose('snapshot watches', () => watches.close());
  return watches;
}

function openConsumerReporter(
  { clock, logger }: OfflineQueryOptions,
  client: RegistryClient,
  lifecycle: Lifecycle,
): ConsumerReporter {
  const reporter = new ConsumerReporter({
    send: (project, report) => client.reportConsumers(project, report),
    kind: 'training',
    clock,
    logger,
  });
  lifecycle.onClose('consumer reporter', () => reporter.close());
  return reporter;
}

interface TrainingSetTools {
  readonly store: OfflineStore;
  readonly watches: ProjectWatches;
  readonly consumers: ConsumerReporter;
  readonly lifecycle: Lifecycle;
}

function openTrainingSets(
  { config, clock, logger, metrics }: OfflineQueryOptions,
  { store, watches, consumers, lifecycle }: TrainingSetTools,
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
    snapshot: (project) => currentSnapshot(watches, project),
    clock,
    logger,
    outputDirectory: resolve(config.outputDirectory),
    maxRunning: config.maxRunning,
    queryTimeoutSeconds: config.queryTimeoutSeconds,
    onReading: (reading) => consumers.note(reading),
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
