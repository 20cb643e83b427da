import { silentLogger } from '@larder/service-runtime';
import { openPostgresDatabase } from './database/postgres-database.js';
import { testConfig } from './example-definitions.fixture.js';
import { postgresForTests } from './postgres.fixture.js';
import { describeRegistryApi } from './registry-api.contract.js';
import { describeStores } from './stores.contract.js';

const { url, describeOnPostgres } = await postgresForTests();

describeOnPostgres('PostgreSQL', () => {
  describeStores('PostgreSQL', () => openPostgresDatabase({ url, logger: silentLogger() }));
  describeRegistryApi('PostgreSQL', () => testConfig({ databaseUrl: url }));
});
