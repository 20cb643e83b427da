import { quoteName, quoteText } from '@larder/point-in-time';
import type { OfflineStore } from '../offline-store.js';

/** A value of a fixture; a bigint in a TIMESTAMP or DATE column is microseconds. */
export type FixtureValue = string | number | bigint | boolean | null;

export interface FixtureColumn {
  readonly name: string;
  /** DuckDB's type. */
  readonly type: string;
}

/** A query that gives literal rows. */
export function rowsQuery(columns: readonly FixtureColumn[], rows: readonly (readonly FixtureValue[])[]): string {
  const names = columns.map((column) => quoteName(column.name)).join(', ');
  const casts = columns
    .map((column) => `${castTo(quoteName(column.name), column.type)} AS ${quoteName(column.name)}`)
    .join(', ');
  if (rows.length === 0)
    return `SELECT ${columns.map((column) => `CAST(NULL AS ${column.type}) AS ${quoteName(column.name)}`).join(', ')} WHERE false`;
  const values = rows.map((row) => `(${row.map(literal).join(', ')})`).join(', ');
  return `SELECT ${casts} FROM (VALUES ${values}) AS fixture(${names})`;
}

/** Writes rows to a Parquet file. */
export async function writeRows(
  store: OfflineStore,
  path: string,
  {
    columns,
    rows,
  }: { readonly columns: readonly FixtureColumn[]; readonly rows: readonly (readonly FixtureValue[])[] },
): Promise<void> {
  await store.writeParquet(rowsQuery(columns, rows), path);
}

const TIMES = ['TIMESTAMP', 'TIMESTAMPTZ', 'TIMESTAMP_NS', 'DATE'];

function castTo(expression: string, type: string): string {
  const text = `CAST(${expression} AS VARCHAR)`;
  if (!TIMES.includes(type)) return `CAST(${text} AS ${type})`;
  const time = `make_timestamp(CAST(${text} AS BIGINT))`;
  return type === 'TIMESTAMPTZ' ? `(${time} AT TIME ZONE 'UTC')` : `CAST(${time} AS ${type})`;
}

function literal(value: FixtureValue): string {
  return value === null ? 'NULL' : quoteText(String(value));
}
