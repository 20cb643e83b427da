import { IN_MEMORY, openPgliteDatabase } from './database/pglite-database.js';
import { testConfig } from './example-definitions.fixture.js';
import { describeRegistryApi } from './registry-api.contract.js';
import { describeStores } from './stores.contract.js';

describeStores('PGlite', () => openPgliteDatabase(IN_MEMORY));
describeRegistryApi('PGlite', () => testConfig({ dataDirectory: IN_MEMORY }));
