import { mkdir, rename, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { PGlite } from '@electric-sql/pglite';
import type { Transaction } from '@electric-sql/pglite';
import { LarderError } from '@larder/registry';
import { errorText } from '../error-code.js';
import type { Database, Queryable, SqlRow, SqlValue } from './database.js';
import { callDriver } from './database-errors.js';
import { lockDirectory } from './directory-lock.js';
import type { DirectoryLock } from './directory-lock.js';

/** Instead of a folder: nothing is kept. */
export const IN_MEMORY = 'memory:';

const DATA = 'pglite';

/**
 * PostgreSQL inside this process, its data in `directory`, which is made when it is not there (about 3 s the first time,
 * 0.4 s later). One process at a time: throws FAILED_PRECONDITION naming the one that has the folder.
 */
export async function openPgliteDatabase(directory: string): Promise<Database> {
  if (directory === IN_MEMORY) return new PgliteDatabase(await PGlite.create(), 'PGlite in memory');
  await attempt(`the registry's folder ${directory} cannot be made`, () => mkdir(directory, { recursive: true }));
  const lock = await lockDirectory(directory);
  try {
    const pglite = await attempt(`the registry's database in ${directory} cannot be opened`, () => openData(directory));
    return new PgliteDatabase(pglite, `PGlite in ${directory}`, lock);
  } catch (error) {
    await lock.release();
    throw error;
  }
}

/** The data folder appears complete or not at all: whoever stops the first start half-way can start again. */
async function openData(directory: string): Promise<PGlite> {
  const data = join(directory, DATA);
  if (!(await isThere(data))) {
    const partial = `${data}.partial`;
    await rm(partial, { recursive: true, force: true });
    await (await PGlite.create(partial)).close();
    await rename(partial, data);
  }
  return PGlite.create(data);
}

class PgliteDatabase implements Database {
  private closing: Promise<void> | undefined;

  constructor(
    private readonly pglite: PGlite,
    readonly describe: string,
    private readonly lock?: DirectoryLock,
  ) {}

  async query(sql: string, parameters: readonly SqlValue[] = []): Promise<SqlRow[]> {
    const { rows } = await callDriver(this.describe, () => this.pglite.query<SqlRow>(sql, [...parameters]));
    return rows;
  }

  async transaction<T>(work: (transaction: Queryable) => Promise<T>): Promise<T> {
    let failure: { readonly error: unknown } | undefined;
    const run = async (transaction: Transaction): Promise<T> => {
      const query = async (sql: string, parameters: readonly SqlValue[] = []): Promise<SqlRow[]> => {
        const { rows } = await callDriver(this.describe, () => transaction.query<SqlRow>(sql, [...parameters]));
        return rows;
      };
      try {
        return await work({ query });
      } catch (error) {
        failure = { error };
        throw error;
      }
    };
    try {
      return await callDriver(this.describe, () => this.pglite.transaction(run));
    } catch (error) {
      throw failure === undefined ? error : failure.error;
    }
  }

  close(): Promise<void> {
    this.closing ??= this.closeAndUnlock();
    return this.closing;
  }

  private async closeAndUnlock(): Promise<void> {
    try {
      await this.pglite.close();
    } finally {
      await this.lock?.release();
    }
  }
}

async function isThere(path: string): Promise<boolean> {
  return stat(path).then(
    () => true,
    () => false,
  );
}

async function attempt<T>(what: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw new LarderError('FAILED_PRECONDITION', `${what}: ${errorText(error)}`, {}, { cause: error });
  }
}
