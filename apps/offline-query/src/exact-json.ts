import { parse, stringify } from 'lossless-json';
import type { FeatureValue, ValueTypeName } from '@larder/registry';
import { formatInstant, listElementType } from '@larder/registry';
import type { QueryRows } from '@larder/offline-store';

/** JSON that keeps every digit of an int64: integers beyond 2^53 are read as bigints, and bigints are written as numbers. */

/** Throws SyntaxError when the text is not JSON. */
export function parseExactJson(text: string): unknown {
  return parse(text, undefined, numberFromText);
}

/** NaN and infinities, which JSON has no numbers for, are written as text. */
export function exactJsonText(value: unknown): string {
  return stringify(value, (_key, each) => (typeof each === 'number' && !Number.isFinite(each) ? String(each) : each)) ?? 'null';
}

function numberFromText(text: string): number | bigint {
  const number = Number(text);
  return /^-?\d+$/.test(text) && !Number.isSafeInteger(number) ? BigInt(text) : number;
}

/** Rows as objects for `exactJsonText`: times as ISO 8601, bytes as base64, decimals as text. */
export function rowObjects({ columns, rows }: QueryRows): Record<string, unknown>[] {
  return rows.map((row) => Object.fromEntries(columns.map(({ name, type }, index) => [name, jsonValue(type, row[index] ?? null)])));
}

function jsonValue(type: ValueTypeName, value: FeatureValue): unknown {
  if (value === null) return null;
  const element = listElementType(type);
  if (element !== undefined) return Array.isArray(value) ? value.map((item: FeatureValue) => jsonValue(element, item)) : null;
  if (type === 'timestamp' && typeof value === 'bigint') return formatInstant(value);
  if (type === 'json' && typeof value === 'string') return parseExactJson(value);
  return value instanceof Uint8Array ? Buffer.from(value).toString('base64') : value;
}
