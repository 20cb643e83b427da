import type { OpenedService, ServiceContext } from '@larder/service-runtime';
import { createHttpApp, Health, openHttpServer, openService } from '@larder/service-runtime';
import type { RegistryConfig } from './config.js';
import { openDatabase } from './database/open-database.js';
import { SerialWork } from './database/serial-work.js';
import { createSourceInspector } from './definitions/source-checks.js';
import type { RegistryContext } from './registry-context.js';
import { createRegistryRouters } from './registry-routers.js';
import { WatchHub } from './watch/watch-hub.js';

export interface RegistryApp extends OpenedService {
  /** `http://host:port`. */
  readonly httpUrl: string;
  readonly httpPort: number;
}

/** Forty thousand features are about 10 MB. */
const MAX_BODY_BYTES = 32 * 1024 * 1024;

/** Opens the registry: its database, brought up to date, and its HTTP API. Throws what keeps it from starting, in words. */
export function openRegistryApp({
  config,
  clock,
  logger,
  metrics,
}: ServiceContext<RegistryConfig>): Promise<RegistryApp> {
  const { databaseUrl, dataDirectory, offlineUrl, drainSeconds, httpHost, httpPort } = config;
  return openService({ name: 'registry', logger, drainSeconds }, async (lifecycle) => {
    const database = await openDatabase({ databaseUrl, dataDirectory, clock, logger });
    lifecycle.onClose('database', () => database.close());
    const health = new Health(lifecycle, logger);
    health.addCheck('database', async () => void (await database.query('SELECT 1')));
    const hub = new WatchHub({ database, logger });
    lifecycle.onClose('watch', () => hub.close());
    const context: RegistryContext = {
      database,
      clock,
      applies: new SerialWork(),
      inspector: offlineUrl === undefined ? undefined : createSourceInspector(offlineUrl),
      onApplied: () => hub.wake(),
    };
    const { routers, drain } = createRegistryRouters(context, hub);
    lifecycle.onDrain(drain);
    const app = createHttpApp({ logger, metrics, health, routers, body: { maxBytes: MAX_BODY_BYTES } });
    const server = await openHttpServer(lifecycle, app, { host: httpHost, port: httpPort });
    logger.info({ url: server.url, database: database.describe }, 'the registry listens');
    return { httpUrl: server.url, httpPort: server.port };
  });
}
