import { describeCatalogue } from './catalogue.contract.js';
import { describeConcurrency } from './concurrency.contract.js';
import { describeOldDatabase } from './database/old-database.contract.js';
import { IN_MEMORY, openPgliteDatabase } from './database/pglite-database.js';
import { testConfig } from './example-definitions.fixture.js';
import { describeRegistryApi } from './registry-api.contract.js';
import { describeStores } from './stores.contract.js';
import { describeVersions } from './versions.contract.js';

describeStores('PGlite', () => openPgliteDatabase(IN_MEMORY));
describeOldDatabase('PGlite', () => openPgliteDatabase(IN_MEMORY));
describeRegistryApi('PGlite', () => testConfig({ dataDirectory: IN_MEMORY }));
describeVersions('PGlite', () => testConfig({ dataDirectory: IN_MEMORY }));
describeConcurrency('PGlite', () => testConfig({ dataDirectory: IN_MEMORY }));
describeCatalogue('PGlite', () => testConfig({ dataDirectory: IN_MEMORY }));
