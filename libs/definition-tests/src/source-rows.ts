import type { FeatureValue, Problem, ScalarTypeName, ValueTypeName } from '@larder/registry';
import { listElementType } from '@larder/registry';
import { quoteName, quoteText, sqlType } from '@larder/point-in-time';
import { jsonOf, typedValue } from './case-values.js';
import type { CaseRow, CaseValue } from './feature-case.js';
import type { NeededColumns } from './source-columns.js';

/** Rows of a source as lines of JSON, and the query that reads them with their types. */
export interface SourceRowsText {
  readonly text: string;
  readonly query: (path: string) => string;
}

interface Column {
  readonly name: string;
  readonly type: ValueTypeName;
}

const MAX_PROBLEMS = 20;

/**
 * A source's rows with the types that the definitions declare; columns that no definition types, such as those of a filter, have the
 * type of their values. What is missing or no value of its type is added to `problems`.
 */
export function sourceRowsText(
  source: string,
  {
    rows,
    needed,
    problems,
  }: { readonly rows: readonly CaseRow[]; readonly needed: NeededColumns; readonly problems: Problem[] },
): SourceRowsText {
  const given = new Set(rows.flatMap((row) => Object.keys(row)));
  for (const [name, { by, isRequired }] of needed) {
    if (isRequired && rows.length > 0 && !given.has(name))
      problems.push({
        path: `sources.${source}.${name}`,
        message: `is missing: no row has this column, which is ${by}; the rows have ${[...given].join(', ') || 'none'}`,
      });
  }
  const required = [...needed].filter(([, each]) => each.isRequired).map(([name]) => name);
  const columns = [...new Set([...required, ...given])].map((name) => ({ name, type: columnType(name, rows, needed) }));
  const lines = rows.map((row, index) =>
    JSON.stringify(
      Object.fromEntries(
        columns.map(({ name, type }) => {
          const value = typedValue(type, row[name]);
          if (value === undefined && problems.length < MAX_PROBLEMS)
            problems.push({
              path: `sources.${source}[${index}].${name}`,
              message: `${JSON.stringify(jsonOf(row[name]))} is no ${type}`,
            });
          return [name, fileValue(value ?? null)];
        }),
      ),
    ),
  );
  const types = columns.map(
    ({ name, type }) => `${quoteText(name)}: '${listElementType(type) === undefined ? 'VARCHAR' : 'VARCHAR[]'}'`,
  );
  const items = columns.map(({ name, type }) => `${readColumn(quoteName(name), type)} AS ${quoteName(name)}`);
  return {
    text: lines.map((line) => `${line}\n`).join(''),
    query: (path) =>
      lines.length === 0
        ? `SELECT ${columns.map(({ name, type }) => `CAST(NULL AS ${sqlType(type)}) AS ${quoteName(name)}`).join(', ')} LIMIT 0`
        : `SELECT ${items.join(', ')} FROM read_json(${quoteText(path)}, format = 'newline_delimited', columns = {${types.join(', ')}})`,
  };
}

function columnType(name: string, rows: readonly CaseRow[], needed: NeededColumns): Column['type'] {
  const declared = needed.get(name);
  const values = rows.map((row) => row[name]);
  const fits = (type: ValueTypeName): boolean => values.every((value) => typedValue(type, value) !== undefined);
  if (declared?.type !== undefined && (declared.isRequired || fits(declared.type))) return declared.type;
  const present = values.filter((value) => value !== null && value !== undefined);
  if (present.length > 0 && present.every(isTime)) return 'timestamp';
  const inferred = (['bool', 'int64', 'float64', 'string'] as const).find((type) =>
    present.every((each) => isPlain(type, each)),
  );
  return inferred ?? 'json';
}

function isTime(value: CaseValue): boolean {
  if (typeof value === 'string')
    return /^\d{4}-\d\d-\d\d[T ]\d\d:\d\d/.test(value) && typedValue('timestamp', value) !== undefined;
  return Object.prototype.toString.call(value) === '[object Date]';
}

function isPlain(type: 'bool' | 'int64' | 'float64' | 'string', value: CaseValue): boolean {
  if (type === 'string') return typeof value === 'string';
  if (type === 'bool') return typeof value === 'boolean';
  if (type === 'int64') return typeof value === 'bigint' || Number.isSafeInteger(value);
  return typeof value === 'number';
}

/** As it stands in the file: everything as text, so that no digit is lost. */
function fileValue(value: FeatureValue): unknown {
  if (value === null) return null;
  if (Array.isArray(value)) return (value as readonly FeatureValue[]).map(fileValue);
  if (ArrayBuffer.isView(value))
    return Buffer.from(value.buffer, value.byteOffset, value.byteLength).toString('base64');
  return typeof value === 'object' ? JSON.stringify(value) : String(value);
}

function readColumn(column: string, type: ValueTypeName): string {
  const element = listElementType(type);
  if (element === undefined) return readScalar(column, type as ScalarTypeName);
  return `list_transform(${column}, lambda each: ${readScalar('each', element)})`;
}

function readScalar(column: string, type: ScalarTypeName): string {
  if (type === 'bytes') return `from_base64(${column})`;
  return type === 'timestamp' ? `make_timestamp(CAST(${column} AS BIGINT))` : `CAST(${column} AS ${sqlType(type)})`;
}
