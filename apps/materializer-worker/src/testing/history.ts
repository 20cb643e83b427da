import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { OfflineStore } from '@larder/offline-store';
import { quoteName, quoteText } from '@larder/point-in-time';

export type Cell = string | number | bigint | boolean | null;

/** Columns of a test's history: name → DuckDB's type. */
export type Columns = Readonly<Record<string, string>>;

/** Parquet files of a test. */
export class History {
  constructor(
    private readonly store: OfflineStore,
    private readonly directory: string,
    private readonly columns: Columns,
  ) {}

  path(file: string): string {
    return join(this.directory, file);
  }

  /** Writes, or rewrites, a file. Times are text or microseconds. */
  async write(file: string, rows: readonly (readonly Cell[])[]): Promise<void> {
    await this.store.writeParquet(this.sql(rows), this.path(file));
  }

  async remove(file: string): Promise<void> {
    await rm(this.path(file));
  }

  private sql(rows: readonly (readonly Cell[])[]): string {
    const names = Object.keys(this.columns).map(quoteName);
    if (rows.length === 0) {
      return `SELECT ${Object.entries(this.columns)
        .map(([name, type]) => `CAST(NULL AS ${type}) AS ${quoteName(name)}`)
        .join(', ')} WHERE false`;
    }
    const casts = Object.entries(this.columns).map(
      ([name, type]) => `${cast(quoteName(name), type)} AS ${quoteName(name)}`,
    );
    const values = rows.map((row) => `(${row.map(literal).join(', ')})`);
    return `SELECT ${casts.join(', ')} FROM (VALUES ${values.join(', ')}) AS rows(${names.join(', ')})`;
  }
}

function cast(column: string, type: string): string {
  if (!type.startsWith('TIMESTAMP')) return `CAST(${column} AS ${type})`;
  return `CASE WHEN regexp_matches(${column}, '^-?[0-9]+$') THEN make_timestamp(TRY_CAST(${column} AS BIGINT)) ELSE CAST(TRY_CAST(${column} AS TIMESTAMPTZ) AS TIMESTAMP) END`;
}

function literal(cell: Cell): string {
  return cell === null ? 'NULL' : quoteText(String(cell));
}
