import type { Clock } from '@larder/registry';
import type { Logger } from '@larder/service-runtime';
import type { Database } from './database.js';
import { migrate } from './migrate.js';
import { openPgliteDatabase } from './pglite-database.js';
import { openPostgresDatabase } from './postgres-database.js';

export interface DatabaseOptions {
  /** `postgres://…`; without it PGlite in `dataDirectory`. */
  readonly databaseUrl: string | undefined;
  /** A folder, or `memory:`. */
  readonly dataDirectory: string;
  readonly clock: Clock;
  readonly logger: Logger;
}

/** Opens the registry's database and brings its tables up to date. */
export async function openDatabase({ databaseUrl, dataDirectory, clock, logger }: DatabaseOptions): Promise<Database> {
  const database =
    databaseUrl === undefined
      ? await openPgliteDatabase(dataDirectory)
      : await openPostgresDatabase({ url: databaseUrl, logger });
  try {
    const applied = await migrate(database, clock);
    logger.info({ database: database.describe, migrations: applied }, 'database is open');
    return database;
  } catch (error) {
    await database.close();
    throw error;
  }
}
