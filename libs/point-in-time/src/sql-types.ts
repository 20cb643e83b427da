import type { FeatureSpec, FeatureValue, Instant, JsonValue, ScalarTypeName, ValueTypeName } from '@larder/registry';
import { LarderError, listElementType, valueFromJson } from '@larder/registry';
import { text } from './sql-text.js';

const SQL_TYPES: Readonly<Record<ScalarTypeName, string>> = {
  bool: 'BOOLEAN',
  int32: 'INTEGER',
  int64: 'BIGINT',
  float32: 'FLOAT',
  float64: 'DOUBLE',
  string: 'VARCHAR',
  bytes: 'BLOB',
  timestamp: 'TIMESTAMP',
  date: 'DATE',
  decimal: 'VARCHAR',
  json: 'JSON',
};

/** The DuckDB type in which values of a declared type leave a query. A decimal is its digits; a timestamp is UTC without a zone, to the microsecond. */
export function sqlType(type: ValueTypeName): string {
  const element = listElementType(type);
  return element === undefined ? SQL_TYPES[type as ScalarTypeName] : `${SQL_TYPES[element]}[]`;
}

/** `expression` as `wanted`; unchanged when it is known to have that type already. Zoned times become UTC: sessions run with TimeZone = 'UTC'. */
export function cast(expression: string, wanted: string, actual?: string): string {
  return actual === wanted ? expression : `CAST(${expression} AS ${wanted})`;
}

/** An instant as a TIMESTAMP. */
export function instantLiteral(instant: Instant): string {
  return `make_timestamp(${instant})`;
}

/** Whole seconds as an INTERVAL. */
export function secondsInterval(seconds: number): string {
  return `to_microseconds(${seconds}000000)`;
}

/** A feature's declared default as an expression of its type; undefined when there is none. INVALID_ARGUMENT for a default of another type. */
export function defaultLiteral(feature: Pick<FeatureSpec, 'name' | 'type' | 'default'>): string | undefined {
  if (feature.default === undefined || feature.default === null) return undefined;
  const value = valueFromJson(feature.type, feature.default);
  if (value === undefined || value === null) {
    throw new LarderError(
      'INVALID_ARGUMENT',
      `default of ${feature.name}: ${JSON.stringify(feature.default)} is not a ${feature.type}`,
    );
  }
  return literal(feature.type, value);
}

function literal(type: ValueTypeName, value: FeatureValue): string {
  const element = listElementType(type);
  if (element === undefined) return scalarLiteral(type as ScalarTypeName, value);
  const items = (value as readonly FeatureValue[]).map((item) => scalarLiteral(element, item));
  return `CAST([${items.join(', ')}] AS ${sqlType(type)})`;
}

function scalarLiteral(type: ScalarTypeName, value: FeatureValue): string {
  if (type === 'timestamp') return instantLiteral(value as Instant);
  if (type === 'bytes') return `unhex(${text(hex(value as Uint8Array))})`;
  if (type === 'json') return `CAST(${text(JSON.stringify(value as JsonValue))} AS JSON)`;
  return `CAST(${text(`${value as string | number | bigint | boolean}`)} AS ${SQL_TYPES[type]})`;
}

function hex(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
}

const INTEGER_TYPES: ReadonlySet<string> = new Set([
  'BOOLEAN',
  'TINYINT',
  'SMALLINT',
  'INTEGER',
  'BIGINT',
  'UTINYINT',
  'USMALLINT',
  'UINTEGER',
  'UBIGINT',
  'HUGEINT',
  'UHUGEINT',
]);

const NARROW_TYPES: ReadonlySet<string> = new Set([
  'BOOLEAN',
  'TINYINT',
  'SMALLINT',
  'INTEGER',
  'UTINYINT',
  'USMALLINT',
]);

/** True for DuckDB types whose values lie within -2^31 and 2^31 - 1. */
export function isNarrowIntegerType(type: string | undefined): boolean {
  return type !== undefined && NARROW_TYPES.has(type);
}

/** True for DuckDB types whose values are added without rounding. */
export function isIntegerType(type: string | undefined): boolean {
  return type !== undefined && INTEGER_TYPES.has(type);
}
