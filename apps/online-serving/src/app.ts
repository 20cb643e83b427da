import type { Clock } from '@larder/registry';
import { RedisOnlineStore } from '@larder/online-store';
import type { OnlineStore } from '@larder/online-store';
import {
  ConsumerReporter,
  createSnapshotRouter,
  describeSnapshots,
  openProjectWatches,
  RegistryClient,
} from '@larder/registry-client';
import type { ProjectWatches } from '@larder/registry-client';
import { createHttpApp, Health, openHttpServer, openService, parseExactJson } from '@larder/service-runtime';
import type { Lifecycle, Logger, Metrics, OpenedService } from '@larder/service-runtime';
import { openGrpcServer } from '@larder/serving-api';
import type { OnlineServingConfig } from './config.js';
import { consumerCounts } from './consumer-counts.js';
import type { ConsumerCounts } from './consumer-counts.js';
import { createGatewayRouter } from './http-gateway.js';
import { servedProjects } from './served-projects.js';
import { createServingHandlers } from './serving-handlers.js';
import { ReadService } from './read-service.js';
import { addSnapshotMetrics } from './snapshot-metrics.js';

export interface OnlineServingOptions {
  readonly config: OnlineServingConfig;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly metrics: Metrics;
  /** Instead of the Redis that the configuration names; stays the caller's to close. */
  readonly onlineStore?: OnlineStore;
}

export interface OnlineServingApp extends OpenedService {
  readonly httpUrl: string;
  readonly grpcPort: number;
}

const MAX_BODY_BYTES = 8 * 1024 * 1024;

/** Opens the serving app: gRPC, JSON gateway, health and metrics. Needs neither registry nor Redis to start: it says UNAVAILABLE until they are there. */
export async function openOnlineServingApp(options: OnlineServingOptions): Promise<OnlineServingApp> {
  const { config, clock, logger, metrics } = options;
  return openService({ name: 'online-serving', logger, drainSeconds: config.drainSeconds }, async (lifecycle) => {
    const client = new RegistryClient({ url: config.registryUrl });
    const store = options.onlineStore ?? openStore(config, lifecycle);
    const consumers = openConsumerCounts(options, client, lifecycle);
    const watches = await openWatches(options, client, lifecycle);
    const projects = servedProjects(watches);
    const onStoreFailure = (error: unknown): void => logger.warn({ err: error }, 'the online store does not answer');
    const reads = new ReadService({ store, projects, clock, onStoreFailure });
    const health = new Health(lifecycle, logger);
    health.addCheck('snapshot', () => {
      projects.of('').snapshot();
      return describeSnapshots(watches, clock);
    });
    health.addCheck('online store', () => store.ping());
    addSnapshotMetrics(metrics, watches, clock);
    const isServing = (): boolean => lifecycle.state === 'ready' && watches.find('')?.current() !== undefined;
    const handlers = createServingHandlers({ reads, consumers, metrics, logger, isServing });
    const grpc = await openGrpcServer({ host: config.httpHost, port: config.grpcPort, handlers });
    lifecycle.onClose('grpc server', (deadline) => grpc.close(deadline));
    const app = createHttpApp({
      logger,
      metrics,
      health,
      routers: [createGatewayRouter({ reads, consumers }), createSnapshotRouter(watches)],
      body: { maxBytes: MAX_BODY_BYTES, parse: parseExactJson },
    });
    const http = await openHttpServer(lifecycle, app, { host: config.httpHost, port: config.httpPort });
    logger.info({ http: http.url, grpcPort: grpc.port, store: store.describe }, 'online-serving is up');
    return { httpUrl: http.url, grpcPort: grpc.port };
  });
}

function openStore(config: OnlineServingConfig, lifecycle: Lifecycle): OnlineStore {
  const store = new RedisOnlineStore({ url: config.redisUrl, commandTimeoutMs: config.storeTimeoutMs });
  lifecycle.onClose('online store', () => store.close());
  return store;
}

function openConsumerCounts(
  { clock, logger }: OnlineServingOptions,
  client: RegistryClient,
  lifecycle: Lifecycle,
): ConsumerCounts {
  const reporter = new ConsumerReporter({
    send: (project, report) => client.reportConsumers(project, report),
    kind: 'online',
    clock,
    logger,
  });
  lifecycle.onClose('consumer reporter', () => reporter.close());
  return consumerCounts(reporter);
}

async function openWatches(
  { config, clock, logger }: OnlineServingOptions,
  client: RegistryClient,
  lifecycle: Lifecycle,
): Promise<ProjectWatches> {
  const { projects, snapshotDirectory: directory } = config;
  const watches = await openProjectWatches({ client, projects, directory, clock, logger });
  lifecycle.onClose('snapshot watches', () => watches.close());
  return watches;
}
