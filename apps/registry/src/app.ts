import type { OpenedService, ServiceContext } from '@larder/service-runtime';
import { createHttpApp, Health, openHttpServer, openService } from '@larder/service-runtime';
import type { RegistryConfig } from './config.js';
import { openDatabase } from './database/open-database.js';
import { createDefinitionsRouter } from './definitions/definitions-router.js';
import { createMaterializationRouter } from './materialization/materialization-router.js';

export interface RegistryApp extends OpenedService {
  /** `http://host:port`. */
  readonly httpUrl: string;
  readonly httpPort: number;
}

/** Ten thousand features are about 3 MB. */
const MAX_BODY_BYTES = 16 * 1024 * 1024;

/** Opens the registry: its database, brought up to date, and its HTTP API. Throws what keeps it from starting, in words. */
export function openRegistryApp({
  config,
  clock,
  logger,
  metrics,
}: ServiceContext<RegistryConfig>): Promise<RegistryApp> {
  const { databaseUrl, dataDirectory, drainSeconds, httpHost, httpPort } = config;
  return openService({ name: 'registry', logger, drainSeconds }, async (lifecycle) => {
    const database = await openDatabase({ databaseUrl, dataDirectory, clock, logger });
    lifecycle.onClose('database', () => database.close());
    const health = new Health(lifecycle, logger);
    health.addCheck('database', async () => void (await database.query('SELECT 1')));
    const context = { database, clock };
    const routers = [createDefinitionsRouter(context), createMaterializationRouter(context)];
    const app = createHttpApp({ logger, metrics, health, routers, body: { maxBytes: MAX_BODY_BYTES } });
    const server = await openHttpServer(lifecycle, app, { host: httpHost, port: httpPort });
    logger.info({ url: server.url, database: database.describe }, 'the registry listens');
    return { httpUrl: server.url, httpPort: server.port };
  });
}
