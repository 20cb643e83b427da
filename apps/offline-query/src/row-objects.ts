import type { FeatureValue, ValueTypeName } from '@larder/registry';
import { formatInstant, listElementType } from '@larder/registry';
import type { QueryRows } from '@larder/offline-store';
import { parseExactJson } from '@larder/service-runtime';

/** Rows as objects for `exactJsonText`: times as ISO 8601, bytes as base64, decimals as text. */
export function rowObjects({ columns, rows }: QueryRows): Record<string, unknown>[] {
  return rows.map((row) =>
    Object.fromEntries(columns.map(({ name, type }, index) => [name, jsonValue(type, row[index] ?? null)])),
  );
}

function jsonValue(type: ValueTypeName, value: FeatureValue): unknown {
  if (value === null) return null;
  const element = listElementType(type);
  if (element !== undefined)
    return Array.isArray(value) ? value.map((item: FeatureValue) => jsonValue(element, item)) : null;
  if (type === 'timestamp' && typeof value === 'bigint') return formatInstant(value);
  if (type === 'json' && typeof value === 'string') return parseExactJson(value);
  return value instanceof Uint8Array ? Buffer.from(value).toString('base64') : value;
}
