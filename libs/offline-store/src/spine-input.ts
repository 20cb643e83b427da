import { randomUUID } from 'node:crypto';
import { mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { JoinKeySpec, JsonValue, Problem } from '@larder/registry';
import { instantFromMicros, isLarderError, LarderError } from '@larder/registry';
import type { SpineRelation } from '@larder/point-in-time';
import { quoteName, quoteText, sqlType } from '@larder/point-in-time';
import { canRead, isTimeType } from './column-types.js';
import type { QueryOptions } from './connection-pool.js';
import { textOf } from './duckdb-values.js';
import type { OfflineStore } from './offline-store.js';
import { spineRowsFile } from './spine-rows.js';

/** Where a spine comes from. Paths are read by the store: relative ones count from the project's folder. */
export type SpineInput =
  | { readonly kind: 'rows'; readonly rows: readonly Readonly<Record<string, JsonValue | bigint>>[] }
  | { readonly kind: 'parquet'; readonly path: string }
  | { readonly kind: 'csv'; readonly path: string };

export interface SpineOptions extends QueryOptions {
  /** Column with each row's time; default `event_timestamp`. */
  readonly timestampColumn?: string;
  /** The columns that the views need, with their declared types. */
  readonly joinKeys: readonly JoinKeySpec[];
}

/** A checked spine; close it when the query has run. */
export interface OpenSpine {
  readonly relation: SpineRelation;
  close(): Promise<void>;
}

export const DEFAULT_TIMESTAMP_COLUMN = 'event_timestamp';

/**
 * Checks a spine and makes it a relation: join keys as their declared types, times to the microsecond in UTC, other columns as they
 * are. Throws INVALID_ARGUMENT with every problem: a missing column, a key or time of a wrong type or value, a row without a time.
 */
export async function openSpine(store: OfflineStore, input: SpineInput, options: SpineOptions): Promise<OpenSpine> {
  const timestampColumn = options.timestampColumn ?? DEFAULT_TIMESTAMP_COLUMN;
  const shape = { timestampColumn, joinKeys: options.joinKeys };
  if (input.kind === 'parquet')
    return {
      relation: await parquetSpine(store, store.resolvePath(input.path), { ...shape, options }),
      close: async () => undefined,
    };
  if (input.kind === 'csv')
    return {
      relation: await csvSpine(store, store.resolvePath(input.path), { ...shape, options }),
      close: async () => undefined,
    };
  const { text, query } = spineRowsFile(input.rows, shape);
  const path = join(store.temporaryDirectory, 'spines', `${randomUUID()}.ndjson`);
  await mkdir(join(store.temporaryDirectory, 'spines'), { recursive: true });
  const close = (): Promise<void> => rm(path, { force: true });
  try {
    await writeFile(path, text);
    return { relation: await measured(store, { sql: query(path), timestampColumn, options }), close };
  } catch (error) {
    await close();
    throw error;
  }
}

interface SpineShape {
  readonly timestampColumn: string;
  readonly joinKeys: readonly JoinKeySpec[];
  readonly options: QueryOptions;
}

async function parquetSpine(
  store: OfflineStore,
  path: string,
  { timestampColumn, joinKeys, options }: SpineShape,
): Promise<SpineRelation> {
  const sql = `SELECT * FROM read_parquet(${quoteText(path)})`;
  const types = await columnTypes(store, sql, options);
  const problems = missingColumns(types, timestampColumn, joinKeys);
  const time = types.get(timestampColumn);
  if (time !== undefined && !isTimeType(time))
    problems.push({ path: `spine.${timestampColumn}`, message: `is ${time}; expected a timestamp or a date` });
  for (const key of joinKeys) {
    const actual = types.get(key.name);
    if (actual !== undefined && !canRead(key.type, actual))
      problems.push({ path: `spine.${key.name}`, message: `is ${actual}; expected ${key.type}` });
  }
  if (problems.length > 0) throw LarderError.fromProblems('spine', problems);
  const checks = joinKeys.map((key) => ({
    column: key.name,
    expected: key.type,
    isGood: `TRY_CAST(${quoteName(key.name)} AS ${sqlType(key.type)}) IS NOT NULL`,
  }));
  await checkValues(store, sql, { checks, options });
  return measured(store, { sql, timestampColumn, options });
}

/** In a CSV file everything is text first: keys and times are read by their declared types, the rest by DuckDB's guess. */
async function csvSpine(
  store: OfflineStore,
  path: string,
  { timestampColumn, joinKeys, options }: SpineShape,
): Promise<SpineRelation> {
  const asText = [...joinKeys.map((key) => key.name), timestampColumn];
  const header = await columnTypes(store, `SELECT * FROM read_csv(${quoteText(path)}, all_varchar = true)`, options);
  const problems = missingColumns(header, timestampColumn, joinKeys);
  if (problems.length > 0) throw LarderError.fromProblems('spine', problems);
  const read = `SELECT * FROM read_csv(${quoteText(path)}, types = {${[...new Set(asText)].map((column) => `${quoteText(column)}: 'VARCHAR'`).join(', ')}})`;
  const checks = [
    ...joinKeys.map((key) => ({ column: key.name, expected: key.type, isGood: isTextOf(key) })),
    {
      column: timestampColumn,
      expected: 'time',
      isGood: `TRY_CAST(${quoteName(timestampColumn)} AS TIMESTAMPTZ) IS NOT NULL`,
    },
  ];
  await checkValues(store, read, { checks, options });
  const replaced = [
    ...joinKeys.map((key) => `${textAs(key)} AS ${quoteName(key.name)}`),
    ...(joinKeys.some((key) => key.name === timestampColumn)
      ? []
      : [`CAST(CAST(${quoteName(timestampColumn)} AS TIMESTAMPTZ) AS TIMESTAMP) AS ${quoteName(timestampColumn)}`]),
  ];
  return measured(store, { sql: `SELECT * REPLACE (${replaced.join(', ')}) FROM (${read})`, timestampColumn, options });
}

/** True where a text is a value of a join key's type. DuckDB would round `1.5` to an integer. */
function isTextOf(key: JoinKeySpec): string {
  const column = quoteName(key.name);
  if (key.type === 'string' || key.type === 'bytes') return 'true';
  const castable =
    key.type === 'timestamp'
      ? `TRY_CAST(${column} AS TIMESTAMPTZ) IS NOT NULL`
      : `TRY_CAST(${column} AS ${sqlType(key.type)}) IS NOT NULL`;
  return key.type === 'int32' || key.type === 'int64'
    ? `(regexp_full_match(${column}, '\\s*[-+]?\\d+\\s*') AND ${castable})`
    : castable;
}

function textAs(key: JoinKeySpec): string {
  const column = quoteName(key.name);
  if (key.type === 'string') return column;
  if (key.type === 'bytes') return `from_base64(${column})`;
  return key.type === 'timestamp'
    ? `CAST(CAST(${column} AS TIMESTAMPTZ) AS TIMESTAMP)`
    : `CAST(${column} AS ${sqlType(key.type)})`;
}

async function columnTypes(store: OfflineStore, sql: string, options: QueryOptions): Promise<Map<string, string>> {
  try {
    const { rows } = await store.readRows(`DESCRIBE ${sql}`, options);
    return new Map(rows.map((row) => [textOf(row[0]), textOf(row[1])]));
  } catch (error) {
    if (!isLarderError(error) || error.code !== 'FAILED_PRECONDITION') throw error;
    throw LarderError.fromProblems('spine', [{ path: 'spine', message: error.message }]);
  }
}

function missingColumns(
  types: ReadonlyMap<string, string>,
  timestampColumn: string,
  joinKeys: readonly JoinKeySpec[],
): Problem[] {
  const listed = [...types.keys()].join(', ');
  return [timestampColumn, ...joinKeys.map((key) => key.name)]
    .filter((column, index, all) => !types.has(column) && all.indexOf(column) === index)
    .map((column) => ({ path: `spine.${column}`, message: `is missing; the spine has ${listed}` }));
}

interface ValueCheck {
  readonly column: string;
  readonly expected: string;
  readonly isGood: string;
}

/** Looks for values that cannot be read; nulls are fine. */
async function checkValues(
  store: OfflineStore,
  sql: string,
  { checks, options }: { readonly checks: readonly ValueCheck[]; readonly options: QueryOptions },
): Promise<void> {
  if (checks.length === 0) return;
  const items = checks.flatMap(({ column, isGood }) => {
    const bad = `FILTER (WHERE ${quoteName(column)} IS NOT NULL AND NOT coalesce(${isGood}, false))`;
    return [`count(*) ${bad}`, `any_value(CAST(${quoteName(column)} AS VARCHAR)) ${bad}`];
  });
  const [row = []] = (await store.readRows(`SELECT ${items.join(', ')} FROM (${sql})`, options)).rows;
  const problems = checks.flatMap(({ column, expected }, index): Problem[] => {
    const count = Number(row[index * 2] ?? 0);
    return count === 0
      ? []
      : [
          {
            path: `spine.${column}`,
            message: `${count} ${count === 1 ? 'value is' : 'values are'} no ${expected}, such as ${JSON.stringify(textOf(row[index * 2 + 1]))}`,
          },
        ];
  });
  if (problems.length > 0) throw LarderError.fromProblems('spine', problems);
}

/** Number of rows and range of times, which the plan is chosen by; a row without a time is refused. */
async function measured(
  store: OfflineStore,
  {
    sql,
    timestampColumn,
    options,
  }: { readonly sql: string; readonly timestampColumn: string; readonly options: QueryOptions },
): Promise<SpineRelation> {
  const types = await columnTypes(store, sql, options);
  const time = `CAST(${quoteName(timestampColumn)} AS TIMESTAMP)`;
  const items = [
    'count(*)',
    `count(*) FILTER (WHERE isfinite(${time}) IS NOT TRUE)`,
    `epoch_us(min(${time}) FILTER (WHERE isfinite(${time})))`,
    `epoch_us(max(${time}) FILTER (WHERE isfinite(${time})))`,
  ];
  const [row = []] = (await store.readRows(`SELECT ${items.join(', ')} FROM (${sql})`, options)).rows;
  const [rows, timeless, min, max] = row;
  if (timeless !== 0n)
    throw LarderError.fromProblems('spine', [
      {
        path: `spine.${timestampColumn}`,
        message: `${textOf(timeless)} ${timeless === 1n ? 'row has' : 'rows have'} no time`,
      },
    ]);
  const columns = [...types].map(([name, type]) => ({ name, type }));
  const range =
    typeof min === 'bigint' && typeof max === 'bigint'
      ? { minTime: instantFromMicros(min), maxTime: instantFromMicros(max) }
      : {};
  return { sql, columns, timestampColumn, rows: Number(rows), ...range };
}
