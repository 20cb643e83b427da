import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openMaterializerWorkerApp, parseMaterializerWorkerConfig } from '@larder/app-materializer-worker';
import { openOfflineQueryApp, parseOfflineQueryConfig } from '@larder/app-offline-query';
import { openOnlineServingApp, parseOnlineServingConfig } from '@larder/app-online-serving';
import { openRegistryApp, parseRegistryConfig } from '@larder/app-registry';
import { InProcessMaterializationQueue } from '@larder/materialization-queue';
import { MemoryOnlineStore } from '@larder/online-store';
import type { Clock } from '@larder/registry';
import { createLogger, Lifecycle, Metrics } from '@larder/service-runtime';
import type { LogLevel, ServiceContext } from '@larder/service-runtime';
import { freePort } from './free-port.js';
import { openLocalRedis } from '@larder/local-services';

export interface LocalStackOptions {
  /** The default project. Others that are applied are served too. */
  readonly project: string;
  /** Folder that relative source paths are relative to. */
  readonly projectDirectory: string;
  readonly clock: Clock;
  /** Instead of a Redis that the stack starts itself. */
  readonly redisUrl?: string;
  /** True = no Redis at all: values and jobs live in this process, as they do where none can be had. */
  readonly inProcess?: boolean;
  /** Where the registry's database, snapshots and training sets are kept; a temporary folder, removed at close, when absent. */
  readonly dataDirectory?: string;
  /** Ports; free ones where absent. */
  readonly ports?: Partial<StackPorts>;
  readonly logLevel?: LogLevel;
  /** Told what takes time, in plain words. */
  readonly onProgress?: (message: string) => void;
}

export interface StackPorts {
  readonly registry: number;
  readonly offlineQuery: number;
  readonly worker: number;
  readonly servingHttp: number;
  readonly servingGrpc: number;
}

/** The four services in this process. */
export interface LocalStack {
  readonly project: string;
  readonly projectDirectory: string;
  readonly registryUrl: string;
  readonly offlineQueryUrl: string;
  readonly workerUrl: string;
  readonly servingUrl: string;
  readonly grpcAddress: string;
  /** One line: which online store. */
  readonly storeDescription: string;
  /** Set when no Redis could be had: why, for a banner. */
  readonly withoutRedis?: string;
  close(): Promise<void>;
}

const HOST = '127.0.0.1';

/**
 * Opens registry (PGlite), offline-query, materializer-worker and online-serving in this process, on a Redis of their own: a given one, one on the PATH,
 * one fetched from the distribution's packages; the in-process store and queue when none of these can be had.
 * The services speak to each other as in production: HTTP, the queue, Redis; the registry has the data looked at by offline-query, whose port is
 * therefore chosen first. See docs/adr/0007.
 */
export async function openLocalStack(options: LocalStackOptions): Promise<LocalStack> {
  const logger = createLogger({
    service: 'local-stack',
    level: options.logLevel ?? 'warn',
    destination: process.stderr,
  });
  const lifecycle = new Lifecycle({ name: 'local stack', logger, drainSeconds: 5 });
  try {
    const stack = await openServices(options, lifecycle);
    lifecycle.markReady();
    return { ...stack, close: () => lifecycle.close() };
  } catch (error) {
    await lifecycle.abandonOpening();
    throw error;
  }
}

async function openServices(options: LocalStackOptions, lifecycle: Lifecycle): Promise<Omit<LocalStack, 'close'>> {
  const dataDirectory = options.dataDirectory ?? (await temporaryFolder(lifecycle));
  const stores = await openStores(options, lifecycle);
  const open = serviceOpener(options, lifecycle);
  const offlinePort = options.ports?.offlineQuery ?? (await freePort(HOST));
  const registry = await open(
    'registry',
    openRegistryApp,
    parseRegistryConfig(
      environment(options, 'registry', {
        LARDER_DATA_DIRECTORY: join(dataDirectory, 'registry'),
        LARDER_OFFLINE_URL: `http://${HOST}:${offlinePort}`,
      }),
    ),
  );
  const shared = {
    LARDER_PROJECT: `${options.project},*`,
    LARDER_REGISTRY_URL: registry.httpUrl,
    LARDER_PROJECT_DIRECTORY: options.projectDirectory,
    LARDER_ALLOWED_DIRECTORIES: [options.projectDirectory, dataDirectory].join(':'),
    LARDER_REDIS_URL: stores.redisUrl ?? 'redis://localhost:6379',
  };
  const service = (name: string): Record<string, string> => ({
    ...shared,
    LARDER_SNAPSHOT_DIRECTORY: join(dataDirectory, 'snapshots', name),
    LARDER_TEMPORARY_DIRECTORY: join(dataDirectory, 'temporary', name),
  });
  const offlineConfig = parseOfflineQueryConfig(
    environment(options, 'offlineQuery', {
      ...service('offline-query'),
      LARDER_HTTP_PORT: String(offlinePort),
      LARDER_OUTPUT_DIRECTORY: join(dataDirectory, 'training-sets'),
    }),
  );
  const [offlineQuery, serving, worker] = await Promise.all([
    open('offline-query', openOfflineQueryApp, offlineConfig),
    open(
      'online-serving',
      (context) => openOnlineServingApp({ ...context, ...stores.onlineStore }),
      parseOnlineServingConfig(
        environment(options, 'servingHttp', {
          ...service('online-serving'),
          LARDER_GRPC_PORT: String(options.ports?.servingGrpc ?? 0),
        }),
      ),
    ),
    open(
      'materializer-worker',
      (context) => openMaterializerWorkerApp({ ...context, ...stores.onlineStore, ...stores.queue }),
      parseMaterializerWorkerConfig(environment(options, 'worker', service('materializer-worker'))),
    ),
  ]);
  return {
    project: options.project,
    projectDirectory: options.projectDirectory,
    registryUrl: registry.httpUrl,
    offlineQueryUrl: offlineQuery.httpUrl,
    workerUrl: worker.httpUrl,
    servingUrl: serving.httpUrl,
    grpcAddress: `${HOST}:${serving.grpcPort}`,
    storeDescription: stores.describe,
    ...(stores.withoutRedis === undefined ? {} : { withoutRedis: stores.withoutRedis }),
  };
}

/** A service's environment: its port, and nothing from the shell but the log level that was asked for. */
function environment(
  options: LocalStackOptions,
  port: keyof StackPorts,
  own: Readonly<Record<string, string>>,
): Record<string, string> {
  return {
    LARDER_HTTP_HOST: HOST,
    LARDER_HTTP_PORT: String(options.ports?.[port] ?? 0),
    LARDER_LOG_LEVEL: options.logLevel ?? 'warn',
    LARDER_DRAIN_SECONDS: '5',
    ...own,
  };
}

/** Opens a service and closes it with the stack, in reverse order. */
function serviceOpener(options: LocalStackOptions, lifecycle: Lifecycle) {
  return async <C extends { readonly logLevel: LogLevel }, A extends { close(): Promise<void> }>(
    name: string,
    open: (context: ServiceContext<C>) => Promise<A>,
    config: C,
  ): Promise<A> => {
    const logger = createLogger({ service: name, level: config.logLevel, destination: process.stderr });
    const app = await open({ config, clock: options.clock, logger, metrics: new Metrics() });
    lifecycle.onClose(name, () => app.close());
    return app;
  };
}

interface Stores {
  readonly describe: string;
  readonly redisUrl?: string;
  readonly withoutRedis?: string;
  /** Spread into the options of the services; empty when they open Redis themselves. */
  readonly onlineStore: { readonly onlineStore?: MemoryOnlineStore };
  readonly queue: { readonly queue?: (project: string) => InProcessMaterializationQueue };
}

async function openStores(options: LocalStackOptions, lifecycle: Lifecycle): Promise<Stores> {
  if (options.inProcess === true) return openInProcessStores(options, lifecycle, 'none was asked for');
  const redis = await openLocalRedis({
    ...(options.redisUrl === undefined ? {} : { url: options.redisUrl }),
    ...(options.onProgress === undefined ? {} : { onProgress: options.onProgress }),
  });
  if (redis.kind !== 'unavailable') {
    lifecycle.onClose('redis', () => redis.close());
    return { describe: redis.describe, redisUrl: redis.url, onlineStore: {}, queue: {} };
  }
  return openInProcessStores(options, lifecycle, redis.reason);
}

function openInProcessStores(options: LocalStackOptions, lifecycle: Lifecycle, reason: string): Stores {
  const onlineStore = new MemoryOnlineStore();
  const queues = new Map<string, InProcessMaterializationQueue>();
  const queue = (project: string): InProcessMaterializationQueue => {
    const known = queues.get(project) ?? new InProcessMaterializationQueue({ project, clock: options.clock });
    queues.set(project, known);
    return known;
  };
  lifecycle.onClose('in-process queues', async () => {
    await Promise.all([...queues.values()].map((each) => each.close()));
  });
  return { describe: onlineStore.describe, withoutRedis: reason, onlineStore: { onlineStore }, queue: { queue } };
}

async function temporaryFolder(lifecycle: Lifecycle): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'larder-stack-'));
  lifecycle.onClose('temporary folder', () => rm(folder, { recursive: true, force: true }));
  return folder;
}
