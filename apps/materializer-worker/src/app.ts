import { resolve } from 'node:path';
import type { MaterializationQueue } from '@larder/materialization-queue';
import { BullMqMaterializationQueue } from '@larder/materialization-queue';
import type { OfflineStore } from '@larder/offline-store';
import { openOfflineStore } from '@larder/offline-store';
import type { OnlineStore } from '@larder/online-store';
import { RedisOnlineStore } from '@larder/online-store';
import type { SnapshotWatch } from '@larder/registry-client';
import { createSnapshotRouter, openSnapshotWatch, RegistryClient } from '@larder/registry-client';
import { createHttpApp, Health, openHttpServer, openService } from '@larder/service-runtime';
import type { Lifecycle, OpenedService, ServiceContext } from '@larder/service-runtime';
import type { MaterializerWorkerConfig } from './config.js';
import { createMaterializationRouter } from './http-api.js';
import { createJobHandlers } from './job-handlers.js';
import { ProjectKeeper } from './project-keeper.js';
import { createViewStates } from './view-states.js';
import { createWorkerMetrics } from './worker-metrics.js';

export interface MaterializerWorkerOptions extends ServiceContext<MaterializerWorkerConfig> {
  /** Instead of the Redis that the configuration names; stays the caller's to close. */
  readonly onlineStore?: OnlineStore;
  /** Instead of the queue on the Redis that the configuration names; stays the caller's to close. */
  readonly queue?: MaterializationQueue;
}

export interface MaterializerWorkerApp extends OpenedService {
  readonly httpUrl: string;
}

/** Opens the worker: runs materialization jobs, keeps schedulers by the snapshot's cadences, answers its HTTP API. */
export async function openMaterializerWorkerApp(options: MaterializerWorkerOptions): Promise<MaterializerWorkerApp> {
  const { config, clock, logger, metrics } = options;
  return openService({ name: 'materializer-worker', logger, drainSeconds: config.drainSeconds }, async (lifecycle) => {
    const online = options.onlineStore ?? openOnline(config, lifecycle);
    const queue = options.queue ?? openQueue(options, lifecycle);
    const offline = await openOffline(config, lifecycle);
    const client = new RegistryClient({ url: config.registryUrl });
    const watch = await openWatch(options, client, lifecycle);
    const snapshot = (): ReturnType<SnapshotWatch['current']> => watch.current();
    const states = createViewStates(client, config.project);
    const handlers = createJobHandlers({
      offline,
      online,
      states,
      queue,
      clock,
      snapshot,
      logger,
      metrics: createWorkerMetrics(metrics),
      keepSeconds: config.keepGenerationSeconds,
    });
    const worker = await queue.work(handlers, {
      concurrency: config.concurrency,
      onError: (error) => logger.error({ err: error }, 'a job, or the queue itself, failed'),
    });
    lifecycle.onClose('queue worker', (deadline) => worker.close(deadline));
    const keeper = new ProjectKeeper({ queue, online, snapshot, logger, intervalMs: config.keeperSeconds * 1000 });
    lifecycle.onClose('project keeper', () => keeper.close());
    lifecycle.onClose(
      'snapshot listener',
      watch.onChange(() => void keeper.look()),
    );
    keeper.start();
    const health = new Health(lifecycle, logger);
    health.addCheck('online store', () => online.ping());
    health.addCheck('queue', () => queue.ping());
    const routers = [createMaterializationRouter({ queue, online, states, snapshot }), createSnapshotRouter(watch)];
    const app = createHttpApp({ logger, metrics, health, routers });
    const http = await openHttpServer(lifecycle, app, { host: config.httpHost, port: config.httpPort });
    logger.info({ http: http.url, store: online.describe, queue: queue.describe }, 'materializer-worker is up');
    return { httpUrl: http.url };
  });
}

function openOnline(config: MaterializerWorkerConfig, lifecycle: Lifecycle): OnlineStore {
  const store = new RedisOnlineStore({ url: config.redisUrl });
  lifecycle.onClose('online store', () => store.close());
  return store;
}

function openQueue({ config, clock }: MaterializerWorkerOptions, lifecycle: Lifecycle): MaterializationQueue {
  const { project, pushPollSeconds, jobHoldSeconds, queueRedisUrl = config.redisUrl } = config;
  const holdMs = jobHoldSeconds * 1000;
  const queue = new BullMqMaterializationQueue({ url: queueRedisUrl, project, pushPollSeconds, holdMs, clock });
  lifecycle.onClose('queue', () => queue.close());
  return queue;
}

async function openOffline(config: MaterializerWorkerConfig, lifecycle: Lifecycle): Promise<OfflineStore> {
  const projectDirectory = resolve(config.projectDirectory);
  const { memoryLimitBytes, threads, concurrency } = config;
  const store = await openOfflineStore({
    projectDirectory,
    allowedDirectories: (config.allowedDirectories ?? [projectDirectory]).map((directory) => resolve(directory)),
    temporaryDirectory: resolve(config.temporaryDirectory),
    maxConnections: concurrency * 2 + 1,
    ...(memoryLimitBytes === undefined ? {} : { memoryLimitBytes }),
    ...(threads === undefined ? {} : { threads }),
  });
  lifecycle.onClose('offline store', () => store.close());
  return store;
}

async function openWatch(
  { config, clock, logger }: MaterializerWorkerOptions,
  client: RegistryClient,
  lifecycle: Lifecycle,
): Promise<SnapshotWatch> {
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
