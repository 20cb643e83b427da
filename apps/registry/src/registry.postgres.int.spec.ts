import { describeCatalogue } from './catalogue.contract.js';
import { describeConcurrency } from './concurrency.contract.js';
import { silentLogger } from '@larder/service-runtime';
import { describeOldDatabase } from './database/old-database.contract.js';
import type { Database } from './database/database.js';
import { openPostgresDatabase } from './database/postgres-database.js';
import { testConfig } from './example-definitions.fixture.js';
import { postgresForTests } from './postgres.fixture.js';
import { describeRegistryApi } from './registry-api.contract.js';
import { describeStores } from './stores.contract.js';
import { describeVersions } from './versions.contract.js';

const { url, describeOnPostgres } = await postgresForTests();

describeOnPostgres('PostgreSQL', () => {
  describeStores('PostgreSQL', () => openPostgresDatabase({ url, logger: silentLogger() }));
  describeOldDatabase('PostgreSQL', openAnotherDatabase);
  describeRegistryApi('PostgreSQL', () => testConfig({ databaseUrl: url }));
  describeVersions('PostgreSQL', () => testConfig({ databaseUrl: url }));
  describeConcurrency('PostgreSQL', () => testConfig({ databaseUrl: url }));
  describeCatalogue('PostgreSQL', () => testConfig({ databaseUrl: url }));
});

/** An empty one on the same server. */
async function openAnotherDatabase(): Promise<Database> {
  const logger = silentLogger();
  const first = await openPostgresDatabase({ url, logger });
  await first.query('CREATE DATABASE another');
  await first.close();
  return openPostgresDatabase({ url: url.replace(/[^/]+$/, 'another'), logger });
}
