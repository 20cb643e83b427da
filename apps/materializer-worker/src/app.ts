import { resolve } from 'node:path';
import type { MaterializationQueue } from '@larder/materialization-queue';
import { BullMqMaterializationQueue, JobSlots } from '@larder/materialization-queue';
import type { OfflineStore } from '@larder/offline-store';
import { openOfflineStore } from '@larder/offline-store';
import type { OnlineStore } from '@larder/online-store';
import { RedisOnlineStore } from '@larder/online-store';
import type { Snapshot } from '@larder/registry';
import type { ProjectWatches, SnapshotWatch } from '@larder/registry-client';
import { createSnapshotRouter, describeSnapshots, openProjectWatches, RegistryClient } from '@larder/registry-client';
import { createHttpApp, Health, openHttpServer, openService } from '@larder/service-runtime';
import type { Lifecycle, OpenedService, ServiceContext } from '@larder/service-runtime';
import type { MaterializerWorkerConfig } from './config.js';
import { createMaterializationRouter } from './http-api.js';
import { openProjectWorker } from './project-worker.js';
import type { ProjectWorker, SharedParts } from './project-worker.js';
import { ProjectWorkers } from './project-workers.js';
import { RetiredViews } from './retired-views.js';
import { createWorkerMetrics } from './worker-metrics.js';

export interface MaterializerWorkerOptions extends ServiceContext<MaterializerWorkerConfig> {
  /** Instead of the Redis that the configuration names; stays the caller's to close. */
  readonly onlineStore?: OnlineStore;
  /** The queue of a project, instead of the one on the Redis that the configuration names; stays the caller's to close. */
  readonly queue?: (project: string) => MaterializationQueue;
}

export interface MaterializerWorkerApp extends OpenedService {
  readonly httpUrl: string;
}

/** Queries beside those of materializations: ticks look at files. */
const LIGHT_QUERIES = 3;

/** How often the online store is searched for what retired views have left. */
const SWEEP_MS = 300_000;

/** Opens the worker: for each project it runs materialization jobs and keeps schedulers by the cadences; and it answers its HTTP API. */
export async function openMaterializerWorkerApp(options: MaterializerWorkerOptions): Promise<MaterializerWorkerApp> {
  const { config, clock, logger, metrics } = options;
  return openService({ name: 'materializer-worker', logger, drainSeconds: config.drainSeconds }, async (lifecycle) => {
    const online = options.onlineStore ?? openOnline(config, lifecycle);
    const offline = await openOffline(config, lifecycle);
    const client = new RegistryClient({ url: config.registryUrl });
    const watches = await openWatches(options, client, lifecycle);
    const projects = await openProjects({ ...options, client, offline, online }, watches, lifecycle);
    sweepRetiredViews({ ...options, online }, { projects, watches }, lifecycle);
    const health = new Health(lifecycle, logger);
    health.addCheck('online store', () => online.ping());
    health.addCheck('queue', () => projects.all()[0]?.queue.ping());
    health.addCheck('snapshot', () => describeSnapshots(watches, clock));
    const routers = [createMaterializationRouter({ projects }), createSnapshotRouter(watches)];
    const app = createHttpApp({ logger, metrics, health, routers });
    const http = await openHttpServer(lifecycle, app, { host: config.httpHost, port: config.httpPort });
    const names = projects.all().map((each) => each.project);
    logger.info({ http: http.url, store: online.describe, projects: names }, 'materializer-worker is up');
    return { httpUrl: http.url };
  });
}

type OpenedParts = MaterializerWorkerOptions & Pick<SharedParts, 'client' | 'offline' | 'online'>;

/** One worker per project, also for those that are applied later. */
async function openProjects(
  parts: OpenedParts,
  watches: ProjectWatches,
  lifecycle: Lifecycle,
): Promise<ProjectWorkers> {
  const { config, logger } = parts;
  const slots = new JobSlots(config.concurrency);
  const openQueue = queueOpener(parts);
  const shared: SharedParts = { ...parts, slots, openQueue, metrics: createWorkerMetrics(parts.metrics) };
  const open = (project: string, watch: SnapshotWatch): Promise<ProjectWorker> =>
    openProjectWorker(shared, project, watch);
  const projects = new ProjectWorkers({ watches, patterns: config.projects, open, logger });
  lifecycle.onClose('projects', (deadline) => projects.close(deadline));
  await projects.start();
  return projects;
}

function sweepRetiredViews(
  { config, online, logger }: Pick<OpenedParts, 'config' | 'online' | 'logger'>,
  { projects, watches }: { readonly projects: ProjectWorkers; readonly watches: ProjectWatches },
  lifecycle: Lifecycle,
): void {
  const find = (project: string): ProjectWorker | undefined => projects.find(project);
  const retired = new RetiredViews({
    online,
    find,
    logger,
    keepSeconds: config.keepGenerationSeconds,
    intervalMs: SWEEP_MS,
  });
  const stopListening = watches.onProject((_project, watch) => {
    watch.onChange((snapshot, previous) => {
      if (previous !== undefined && hasRetired(previous, snapshot)) void retired.sweep();
    });
  });
  lifecycle.onClose('retired views', async () => {
    stopListening();
    await retired.close();
  });
  retired.start();
}

function hasRetired(previous: Snapshot, snapshot: Snapshot): boolean {
  const ids = new Set(snapshot.featureViews.map((view) => view.id));
  return previous.featureViews.some((view) => !ids.has(view.id));
}

function openOnline(config: MaterializerWorkerConfig, lifecycle: Lifecycle): OnlineStore {
  const store = new RedisOnlineStore({ url: config.redisUrl });
  lifecycle.onClose('online store', () => store.close());
  return store;
}

/** Opens a project's queue: the caller's, or one on Redis that is closed with the project. */
function queueOpener({ config, clock, queue: given }: MaterializerWorkerOptions): SharedParts['openQueue'] {
  const { pushPollSeconds, jobHoldSeconds, queueRedisUrl: url = config.redisUrl } = config;
  return (project) => {
    if (given !== undefined) return { queue: given(project), close: () => Promise.resolve() };
    const holdMs = jobHoldSeconds * 1000;
    const queue = new BullMqMaterializationQueue({ url, project, pushPollSeconds, holdMs, clock });
    return { queue, close: () => queue.close() };
  };
}

async function openOffline(config: MaterializerWorkerConfig, lifecycle: Lifecycle): Promise<OfflineStore> {
  const projectDirectory = resolve(config.projectDirectory);
  const { memoryLimitBytes, threads, concurrency } = config;
  const store = await openOfflineStore({
    projectDirectory,
    allowedDirectories: (config.allowedDirectories ?? [projectDirectory]).map((directory) => resolve(directory)),
    temporaryDirectory: resolve(config.temporaryDirectory),
    maxConnections: concurrency * 2 + LIGHT_QUERIES,
    ...(memoryLimitBytes === undefined ? {} : { memoryLimitBytes }),
    ...(threads === undefined ? {} : { threads }),
  });
  lifecycle.onClose('offline store', () => store.close());
  return store;
}

async function openWatches(
  { config, clock, logger }: MaterializerWorkerOptions,
  client: RegistryClient,
  lifecycle: Lifecycle,
): Promise<ProjectWatches> {
  const { projects, snapshotDirectory: directory } = config;
  const watches = await openProjectWatches({ client, projects, directory, clock, logger });
  lifecycle.onClose('snapshot watches', () => watches.close());
  return watches;
}
