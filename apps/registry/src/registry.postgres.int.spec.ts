import { silentLogger } from '@larder/service-runtime';
import { startTestPostgres } from '@larder/testing';
import { openPostgresDatabase } from './database/postgres-database.js';
import { testConfig } from './example-definitions.fixture.js';
import { describeRegistryApi } from './registry-api.contract.js';
import { describeStores } from './stores.contract.js';

const postgres = await startTestPostgres();
afterAll(() => postgres?.close());

if (postgres === undefined) {
  describe('the registry on PostgreSQL (skipped: not installed on this machine)', () => {
    it.skip('needs initdb on the PATH or below /usr/lib/postgresql', () => undefined);
  });
} else {
  const { url } = postgres;
  describeStores('PostgreSQL', () => openPostgresDatabase({ url, logger: silentLogger() }));
  describeRegistryApi('PostgreSQL', () => testConfig({ databaseUrl: url }));
}
