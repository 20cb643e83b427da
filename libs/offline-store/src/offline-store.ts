import { mkdir, rename, rm, stat } from 'node:fs/promises';
import { dirname, isAbsolute, resolve } from 'node:path';
import { randomUUID } from 'node:crypto';
import { DuckDBInstance } from '@duckdb/node-api';
import type { FeatureValue, FeatureViewSpec, Problem, Snapshot } from '@larder/registry';
import { LarderError } from '@larder/registry';
import type { SourceContext } from '@larder/point-in-time';
import { quoteText } from '@larder/point-in-time';
import type { Lease, QueryOptions } from './connection-pool.js';
import { ConnectionPool } from './connection-pool.js';
import { describeSources } from './describe-sources.js';
import { fromDuckDbError } from './duckdb-errors.js';
import type { ColumnSchema, ColumnVector } from './duckdb-values.js';
import { columnReaders, fromDuckDbValue, schemaOf } from './duckdb-values.js';
import type { InspectionLimits } from './inspection/budget.js';
import type { InspectedViews, SourceInspection } from './inspection/inspect-sources.js';
import { inspectSources } from './inspection/inspect-sources.js';
import type { SourceFile } from './source-files.js';
import { SourceFiles } from './source-files.js';

export interface OfflineStoreOptions {
  /** Base of relative source paths. */
  readonly projectDirectory: string;
  /** Folders that queries may read and write, with all below them. The project directory is not implied. */
  readonly allowedDirectories: readonly string[];
  /** For spilled data and uploaded spines; made when missing. */
  readonly temporaryDirectory: string;
  /** DuckDB's memory; beyond it sorts and joins spill. Default: 80 % of the machine's. */
  readonly memoryLimitBytes?: number;
  /** Default: all cores. */
  readonly threads?: number;
  /** False = queries write nothing to disk: those that need more memory fail with RESOURCE_EXHAUSTED. Default true. */
  readonly spills?: boolean;
  /** Queries and streams that run at once; further ones wait. Default 4. */
  readonly maxConnections?: number;
}

/** Up to some thousand rows of a result, by column. */
export interface ColumnChunk {
  readonly rows: number;
  readonly columns: readonly ColumnVector[];
}

export interface QueryRows {
  readonly columns: readonly ColumnSchema[];
  /** Values in column order: exact, JSON as text, times as microseconds. */
  readonly rows: readonly (readonly FeatureValue[])[];
}

export interface WrittenParquet {
  readonly path: string;
  readonly rows: number;
  readonly bytes: number;
  readonly columns: readonly ColumnSchema[];
}

/**
 * History: Parquet files read by DuckDB. One instance per process; its file access ends at the allowed directories, its
 * configuration is locked and extensions are never fetched. Queries come as SQL text from `@larder/point-in-time`.
 */
export class OfflineStore {
  private constructor(
    private readonly instance: DuckDBInstance,
    private readonly pool: ConnectionPool,
    private readonly options: OfflineStoreOptions,
    private readonly files: SourceFiles,
  ) {}

  static async open(options: OfflineStoreOptions): Promise<OfflineStore> {
    const temporaryDirectory = resolve(options.temporaryDirectory);
    await mkdir(temporaryDirectory, { recursive: true });
    try {
      const instance = await DuckDBInstance.create(':memory:', instanceSettings(options, temporaryDirectory));
      const connection = await instance.connect();
      const allowed = [...options.allowedDirectories.map((each) => resolve(each)), temporaryDirectory];
      await connection.run("SET GLOBAL TimeZone = 'UTC'");
      await connection.run(`SET allowed_directories = [${allowed.map(quoteText).join(', ')}]`);
      await connection.run('SET enable_external_access = false');
      await connection.run('SET lock_configuration = true');
      connection.closeSync();
      const pool = new ConnectionPool(instance, options.maxConnections ?? 4);
      const resolved = { ...options, temporaryDirectory };
      return new OfflineStore(instance, pool, resolved, new SourceFiles(pool, options.projectDirectory));
    } catch (error) {
      throw fromDuckDbError(error);
    }
  }

  /** Where temporary files may be put; absolute. */
  get temporaryDirectory(): string {
    return this.options.temporaryDirectory;
  }

  /** A path as the store reads it: relative ones count from the project's folder. */
  resolvePath(path: string): string {
    return isAbsolute(path) ? path : resolve(this.options.projectDirectory, path);
  }

  /**
   * Files and column types of the sources that these views read, checked: every missing file and column and every column of a
   * wrong type is reported at once as INVALID_ARGUMENT, each problem with the path of the view or source it concerns.
   */
  async describeSources(
    snapshot: Snapshot,
    views: readonly FeatureViewSpec[],
    options: QueryOptions = {},
  ): Promise<SourceContext> {
    const { context, problems } = await describeSources(
      { pool: this.pool, files: this.files, options },
      snapshot,
      views,
    );
    if (problems.length > 0) throw LarderError.fromProblems('sources', problems);
    return context;
  }

  /** The same checks as a list of problems; empty when the sources fit the views. */
  async checkSources(
    snapshot: Snapshot,
    views: readonly FeatureViewSpec[],
    options: QueryOptions = {},
  ): Promise<readonly Problem[]> {
    return (await describeSources({ pool: this.pool, files: this.files, options }, snapshot, views)).problems;
  }

  /**
   * The same checks with what only rows show, and sizes: windows longer than the history, sources without rows or with old ones, rows
   * to be read and written. Runs SQL sources and filters, one look at a time, within the limits; writes nothing. ABORTED by the
   * signal, DEADLINE_EXCEEDED when not even the checks could be made in time.
   */
  inspectSources(asked: InspectedViews, limits: InspectionLimits): Promise<SourceInspection> {
    return inspectSources({ pool: this.pool, files: this.files }, asked, limits);
  }

  /** The files of a source in load order, with the times they hold; a push source's are those of its history, a SQL source has none. */
  sourceFiles(snapshot: Snapshot, sourceName: string, options: QueryOptions = {}): Promise<SourceFile[]> {
    return this.files.describe(snapshot, sourceName, options);
  }

  /**
   * A query's rows in chunks of columns, as fast as they can be had. Holds one connection until the iteration ends, by `break`
   * and `throw` too. A query that fails midway throws; it never just ends early.
   */
  async *streamColumns(sql: string, options: QueryOptions = {}): AsyncGenerator<ColumnChunk, void, undefined> {
    const lease = await this.pool.lease(options).catch((error: unknown) => Promise.reject(fromDuckDbError(error)));
    try {
      yield* streamInTransaction(lease, sql);
    } catch (error) {
      throw lease.translate(error);
    } finally {
      lease.release();
    }
  }

  /** All rows of a small result. */
  readRows(sql: string, options: QueryOptions = {}): Promise<QueryRows> {
    return this.pool.use(options, (lease) => readRows(lease, sql));
  }

  /** Writes a query's rows to a Parquet file; it appears under its name when complete. Missing folders are made. */
  writeParquet(sql: string, path: string, options: QueryOptions = {}): Promise<WrittenParquet> {
    return this.pool.use(options, (lease) => writeParquet(lease, sql, path));
  }

  /** Runs `work` on one connection, whose temporary tables it must drop. For results that are read more than once. */
  useConnection<T>(options: QueryOptions, work: (lease: Lease) => Promise<T>): Promise<T> {
    return this.pool.use(options, work);
  }

  /** Interrupts what runs and closes. */
  async close(): Promise<void> {
    this.pool.close();
    await this.pool.idleAfterClose();
    this.instance.closeSync();
  }
}

/** Opens the offline store; close it. Errors: INTERNAL when DuckDB refuses a setting. */
export function openOfflineStore(options: OfflineStoreOptions): Promise<OfflineStore> {
  return OfflineStore.open(options);
}

function instanceSettings(options: OfflineStoreOptions, temporaryDirectory: string): Record<string, string> {
  return {
    temp_directory: options.spills === false ? '' : temporaryDirectory,
    autoinstall_known_extensions: 'false',
    autoload_known_extensions: 'false',
    ...(options.memoryLimitBytes === undefined
      ? {}
      : { memory_limit: `${Math.floor(options.memoryLimitBytes / 1024)}KiB` }),
    ...(options.threads === undefined ? {} : { threads: `${options.threads}` }),
  };
}

/** All rows of a small result, on a connection at hand. */
export async function readRows({ connection }: Lease, sql: string): Promise<QueryRows> {
  const result = await connection.run(sql);
  const columns = schemaOf(result);
  const values = await result.getRows();
  const rows = values.map((row) => row.map((value, index) => fromDuckDbValue(columns[index]?.type ?? 'string', value)));
  return { columns, rows };
}

/** Writes a query's rows to a Parquet file, on a connection at hand. */
export async function writeParquet({ connection }: Lease, sql: string, path: string): Promise<WrittenParquet> {
  const target = resolve(path);
  const partial = `${target}.${randomUUID()}.partial`;
  await mkdir(dirname(target), { recursive: true });
  try {
    const columns = schemaOf(await connection.run(`SELECT * FROM (\n${sql}\n) LIMIT 0`));
    const written = await connection.run(`COPY (\n${sql}\n) TO ${quoteText(partial)} (FORMAT parquet)`);
    const rows = Number((await written.getRows())[0]?.[0] ?? 0);
    const { size } = await stat(partial);
    await rename(partial, target);
    return { path: target, rows, bytes: size, columns };
  } finally {
    await rm(partial, { force: true });
  }
}

/**
 * A stream that fails midway just ends: its error reaches nobody. Inside a transaction it leaves a trace, because the failed
 * transaction refuses the next statement. The error's text is then had by running the query once more.
 */
async function* streamInTransaction(lease: Lease, sql: string): AsyncGenerator<ColumnChunk, void, undefined> {
  const { connection } = lease;
  await connection.run('BEGIN TRANSACTION READ ONLY');
  try {
    const result = await connection.stream(sql);
    const readers = columnReaders(result);
    for (;;) {
      const chunk = await result.fetchChunk();
      lease.throwIfInterrupted();
      if (chunk === null || chunk.rowCount === 0) break;
      yield { rows: chunk.rowCount, columns: readers.map((reader, index) => reader(chunk, index)) };
    }
    await connection.run('SELECT 1');
  } catch (error) {
    lease.throwIfInterrupted();
    if (!/transaction is aborted/.test(String(error))) throw error;
    await connection.run('ROLLBACK');
    await connection.run(sql);
    throw error;
  } finally {
    await connection.run('ROLLBACK').catch(() => undefined);
  }
}
