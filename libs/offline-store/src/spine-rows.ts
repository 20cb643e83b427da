import type { JoinKeySpec, JsonValue, Problem } from '@larder/registry';
import { isLarderError, LarderError, parseInstant, valueFromJson } from '@larder/registry';
import { textOf } from './duckdb-values.js';
import { quoteName, quoteText, sqlType } from '@larder/point-in-time';

type Row = Readonly<Record<string, JsonValue | bigint>>;

/** Rows of JSON as a file that DuckDB reads, and the query that reads it. */
export interface SpineRowsFile {
  /** One JSON object per line. */
  readonly text: string;
  readonly query: (path: string) => string;
}

const MAX_PROBLEMS = 20;

/**
 * Rows as newline-delimited JSON whose types are stated, not guessed. Keys travel as text, so that no digit of an int64 is lost;
 * times as microseconds. Throws INVALID_ARGUMENT with the problems of the first rows that have any.
 */
export function spineRowsFile(
  rows: readonly Row[],
  { timestampColumn, joinKeys }: { readonly timestampColumn: string; readonly joinKeys: readonly JoinKeySpec[] },
): SpineRowsFile {
  if (rows.length === 0) throw LarderError.fromProblems('spine', [{ path: 'spine', message: 'has no rows' }]);
  const keyTypes = new Map(joinKeys.map((key) => [key.name, key.type]));
  const names = [...new Set(rows.flatMap((row) => Object.keys(row)))];
  const columns = names.map((name): Column =>
    keyTypes.has(name)
      ? keyColumn({ name, type: keyTypes.get(name) ?? 'string' })
      : name === timestampColumn
        ? timeColumn(name)
        : extraColumn(name, rows),
  );
  const problems = missing(names, [timestampColumn, ...keyTypes.keys()]);
  const lines: string[] = [];
  for (const [index, row] of rows.entries()) {
    if (problems.length >= MAX_PROBLEMS) break;
    const line: Record<string, JsonValue> = {};
    for (const column of columns) {
      const value = row[column.name] ?? null;
      const written =
        column.name === timestampColumn && value === null ? undefined : value === null ? null : column.write(value);
      if (written === undefined)
        problems.push({ path: `spine[${index}].${column.name}`, message: `${shown(value)} is no ${column.expected}` });
      else line[column.name] = written;
    }
    lines.push(JSON.stringify(line));
  }
  if (problems.length > 0) throw LarderError.fromProblems('spine', problems);
  const types = columns.map((column) => `${quoteText(column.name)}: ${quoteText(column.fileType)}`).join(', ');
  const items = columns
    .map((column) => `${column.read(quoteName(column.name))} AS ${quoteName(column.name)}`)
    .join(', ');
  return {
    text: `${lines.join('\n')}\n`,
    query: (path) =>
      `SELECT ${items} FROM read_json(${quoteText(path)}, format = 'newline_delimited', columns = {${types}})`,
  };
}

interface Column {
  readonly name: string;
  readonly expected: string;
  /** DuckDB's type of the column in the file. */
  readonly fileType: string;
  /** The value as it stands in the file; undefined when it is not what was expected. */
  readonly write: (value: JsonValue | bigint) => JsonValue | undefined;
  /** From the file's column to the spine's. */
  readonly read: (column: string) => string;
}

function keyColumn({ name, type }: JoinKeySpec): Column {
  const write = (value: JsonValue | bigint): JsonValue | undefined => {
    const written = typeof value === 'bigint' ? value.toString() : value;
    const parsed = valueFromJson(type, written);
    if (parsed === undefined || parsed === null) return undefined;
    return parsed instanceof Uint8Array ? written : textOf(parsed);
  };
  const read = (column: string): string => {
    if (type === 'bytes') return `from_base64(${column})`;
    return type === 'timestamp' ? `make_timestamp(CAST(${column} AS BIGINT))` : `CAST(${column} AS ${sqlType(type)})`;
  };
  return { name, expected: type, fileType: 'VARCHAR', write, read };
}

function timeColumn(name: string): Column {
  const write = (value: JsonValue | bigint): string | undefined => {
    if (typeof value !== 'string') return undefined;
    try {
      return parseInstant(value).toString();
    } catch (error) {
      if (isLarderError(error)) return undefined;
      throw error;
    }
  };
  return {
    name,
    expected: 'ISO 8601 time',
    fileType: 'VARCHAR',
    write,
    read: (column) => `make_timestamp(CAST(${column} AS BIGINT))`,
  };
}

/** Other columns come back as they came: one type where all values share one, JSON otherwise. */
function extraColumn(name: string, rows: readonly Row[]): Column {
  const kinds = new Set(rows.map((row) => kindOf(row[name] ?? null)).filter((kind) => kind !== 'null'));
  const same = (column: string): string => column;
  const column = (fileType: string): Column => ({
    name,
    expected: 'value',
    fileType,
    write: (value) => (typeof value === 'bigint' ? value.toString() : value),
    read: same,
  });
  if (kinds.size === 0 || (kinds.size === 1 && kinds.has('text'))) return column('VARCHAR');
  if (kinds.size === 1 && kinds.has('boolean')) return column('BOOLEAN');
  if (kinds.size === 1 && kinds.has('integer'))
    return { ...column('VARCHAR'), write: String, read: (each) => `CAST(${each} AS BIGINT)` };
  if ([...kinds].every((kind) => kind === 'integer' || kind === 'number')) return column('DOUBLE');
  return {
    ...column('VARCHAR'),
    write: (value) => (typeof value === 'bigint' ? value.toString() : JSON.stringify(value)),
    read: (each) => `CAST(${each} AS JSON)`,
  };
}

function kindOf(value: JsonValue | bigint): 'null' | 'text' | 'boolean' | 'integer' | 'number' | 'other' {
  if (value === null) return 'null';
  if (typeof value === 'string') return 'text';
  if (typeof value === 'boolean') return 'boolean';
  if (typeof value === 'bigint') return BigInt.asIntN(64, value) === value ? 'integer' : 'other';
  if (typeof value === 'number') return Number.isSafeInteger(value) ? 'integer' : 'number';
  return 'other';
}

function missing(names: readonly string[], needed: readonly string[]): Problem[] {
  return needed
    .filter((name) => !names.includes(name))
    .map((name) => ({ path: `spine.${name}`, message: `is missing; the spine has ${names.join(', ')}` }));
}

function shown(value: JsonValue | bigint): string {
  return typeof value === 'bigint' ? value.toString() : JSON.stringify(value);
}
