import type { ScalarTypeName, ValueTypeName } from '@larder/registry';
import { listElementType } from '@larder/registry';

/**
 * Which DuckDB columns may hold values of a declared type. A conversion may fail loudly on a value (a number out of range) but never
 * changes one silently: no float becomes an integer, no text a number.
 */
const INTEGERS = ['TINYINT', 'SMALLINT', 'INTEGER', 'BIGINT', 'UTINYINT', 'USMALLINT', 'UINTEGER', 'UBIGINT'];
const TIMES = ['TIMESTAMP', 'TIMESTAMP_S', 'TIMESTAMP_MS', 'TIMESTAMP_NS', 'TIMESTAMP WITH TIME ZONE', 'DATE'];
const DECIMALS = ['DECIMAL', 'HUGEINT', 'UHUGEINT', ...INTEGERS];

const ACCEPTED: Readonly<Record<ScalarTypeName, readonly string[]>> = {
  bool: ['BOOLEAN'],
  int32: INTEGERS,
  int64: INTEGERS,
  float32: ['FLOAT', 'DOUBLE', ...DECIMALS],
  float64: ['FLOAT', 'DOUBLE', ...DECIMALS],
  string: ['VARCHAR', 'UUID', 'ENUM'],
  bytes: ['BLOB'],
  timestamp: TIMES,
  date: ['DATE'],
  decimal: ['VARCHAR', ...DECIMALS],
  json: ['JSON', 'VARCHAR', 'STRUCT', 'MAP'],
};

/** True when a column of DuckDB's type can be read as the declared type. */
export function canRead(declared: ValueTypeName, actual: string): boolean {
  const element = listElementType(declared);
  if (element === undefined) return ACCEPTED[declared as ScalarTypeName].includes(baseType(actual));
  const list = /^(.*)\[\d*\]$/.exec(actual);
  return list?.[1] !== undefined && ACCEPTED[element].includes(baseType(list[1]));
}

/** The types that `canRead` accepts, for messages. */
export function acceptedTypes(declared: ValueTypeName): string {
  const element = listElementType(declared);
  return element === undefined
    ? ACCEPTED[declared as ScalarTypeName].join(', ')
    : `a list of ${ACCEPTED[element].join(', ')}`;
}

/** True for a column that can be read as a time. */
export function isTimeType(actual: string): boolean {
  return TIMES.includes(actual);
}

/** `DECIMAL(18,3)` → `DECIMAL`, `STRUCT(a INTEGER)` → `STRUCT`; a list stays what it is. */
function baseType(actual: string): string {
  return actual.endsWith(']') ? actual : actual.replace(/\(.*\)$/s, '');
}
