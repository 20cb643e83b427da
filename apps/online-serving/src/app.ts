import type { Clock } from '@larder/registry';
import { RedisOnlineStore } from '@larder/online-store';
import type { OnlineStore } from '@larder/online-store';
import { createSnapshotRouter, openSnapshotWatch, RegistryClient } from '@larder/registry-client';
import { createHttpApp, Health, openHttpServer, openService, parseExactJson } from '@larder/service-runtime';
import type { Lifecycle, Logger, Metrics, OpenedService } from '@larder/service-runtime';
import { openGrpcServer } from '@larder/serving-api';
import type { SnapshotWatch } from '@larder/registry-client';
import type { OnlineServingConfig } from './config.js';
import { createGatewayRouter } from './http-gateway.js';
import { PlanCache } from './plan-cache.js';
import { createServingHandlers } from './serving-handlers.js';
import { ReadService } from './read-service.js';

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
  const { config, logger, metrics } = options;
  return openService({ name: 'online-serving', logger, drainSeconds: config.drainSeconds }, async (lifecycle) => {
    const store = options.onlineStore ?? openStore(config, lifecycle);
    const snapshots = await openSnapshots(options, lifecycle);
    const plans = new PlanCache(() => snapshots.current());
    const reads = new ReadService({
      store,
      plans,
      clock: options.clock,
      onStoreFailure: (error) => logger.warn({ err: error }, 'the online store does not answer'),
    });
    const health = new Health(lifecycle, logger);
    health.addCheck('snapshot', () => void plans.snapshot(''));
    health.addCheck('online store', () => store.ping());
    const handlers = createServingHandlers({
      reads,
      metrics,
      logger,
      isServing: () => lifecycle.state === 'ready' && snapshots.current() !== undefined,
    });
    const grpc = await openGrpcServer({ host: config.httpHost, port: config.grpcPort, handlers });
    lifecycle.onClose('grpc server', (deadline) => grpc.close(deadline));
    const app = createHttpApp({
      logger,
      metrics,
      health,
      routers: [createGatewayRouter({ reads, plans }), createSnapshotRouter(snapshots)],
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

async function openSnapshots(
  { config, clock, logger }: OnlineServingOptions,
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
