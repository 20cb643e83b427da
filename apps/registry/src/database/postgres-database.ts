import pg from 'pg';
import type { Logger } from '@larder/service-runtime';
import type { Database, Queryable, SqlRow, SqlValue } from './database.js';
import { callDriver } from './database-errors.js';

export interface PostgresOptions {
  /** `postgres://user:password@host:port/database`. */
  readonly url: string;
  readonly logger: Logger;
  /** Most connections at a time; 10 by default. */
  readonly maxConnections?: number;
}

const CONNECT_TIMEOUT_MS = 5_000;
const STATEMENT_TIMEOUT_MS = 30_000;
const DEFAULT_CONNECTIONS = 10;

/** A PostgreSQL server behind a pool of connections. Throws UNAVAILABLE when it cannot be reached. */
export async function openPostgresDatabase({
  url,
  logger,
  maxConnections = DEFAULT_CONNECTIONS,
}: PostgresOptions): Promise<Database> {
  const pool = new pg.Pool({
    connectionString: url,
    max: maxConnections,
    application_name: 'larder-registry',
    connectionTimeoutMillis: CONNECT_TIMEOUT_MS,
    statement_timeout: STATEMENT_TIMEOUT_MS,
    idle_in_transaction_session_timeout: STATEMENT_TIMEOUT_MS,
  });
  const noteEnd = (error: Error): void => logger.warn({ err: error }, 'a connection to PostgreSQL ended');
  pool.on('error', noteEnd);
  pool.on('connect', (client) => client.on('error', noteEnd));
  const database = new PostgresDatabase(pool, describeUrl(url));
  try {
    await database.query('SELECT 1');
  } catch (error) {
    await database.close();
    throw error;
  }
  return database;
}

class PostgresDatabase implements Database {
  private closing: Promise<void> | undefined;

  constructor(
    private readonly pool: pg.Pool,
    readonly describe: string,
  ) {}

  async query(sql: string, parameters: readonly SqlValue[] = []): Promise<SqlRow[]> {
    const { rows } = await callDriver(this.describe, () => this.pool.query<SqlRow>(sql, [...parameters]));
    return rows;
  }

  async transaction<T>(work: (transaction: Queryable) => Promise<T>): Promise<T> {
    const client = await callDriver(this.describe, () => this.pool.connect());
    try {
      const result = await this.runTransaction(client, work);
      client.release();
      return result;
    } catch (error) {
      await client.query('ROLLBACK').then(
        () => client.release(),
        () => client.release(true),
      );
      throw error;
    }
  }

  close(): Promise<void> {
    this.closing ??= this.pool.end();
    return this.closing;
  }

  private async runTransaction<T>(client: pg.PoolClient, work: (transaction: Queryable) => Promise<T>): Promise<T> {
    const run = (sql: string, parameters: readonly SqlValue[] = []): Promise<pg.QueryResult<SqlRow>> =>
      callDriver(this.describe, () => client.query<SqlRow>(sql, [...parameters]));
    await run('BEGIN');
    const result = await work({ query: async (sql, parameters) => (await run(sql, parameters)).rows });
    const { command } = await run('COMMIT');
    if (command !== 'COMMIT') throw new Error('a statement of the transaction failed, so that nothing of it was kept');
    return result;
  }
}

function describeUrl(url: string): string {
  const { host, pathname } = new URL(url);
  return `PostgreSQL at ${host}${pathname}`;
}
