import type { FeatureValue, JsonValue, ValueTypeName } from '@larder/registry';
import { canonicalJson, listElementType, valueFromJson, valueToJson } from '@larder/registry';
import type { CaseValue } from './feature-case.js';

/** A test's value in JSON form: bigints as digits, times as ISO 8601, bytes as base64. */
export function jsonOf(value: CaseValue): JsonValue {
  if (value === undefined || value === null) return null;
  if (typeof value === 'bigint') return Number.isSafeInteger(Number(value)) ? Number(value) : value.toString();
  if (typeof value !== 'object') return value;
  if (isDate(value)) return value.toISOString();
  if (ArrayBuffer.isView(value))
    return Buffer.from(value.buffer, value.byteOffset, value.byteLength).toString('base64');
  if (Array.isArray(value)) return value.map((each: CaseValue) => jsonOf(each));
  return Object.fromEntries(Object.entries(value).map(([key, each]) => [key, jsonOf(each)]));
}

/** True for dates of any realm: a test runner has its own. */
function isDate(value: object): value is Date {
  return Object.prototype.toString.call(value) === '[object Date]';
}

/** A test's value as a value of `type`; undefined when it is none. */
export function typedValue(type: ValueTypeName, value: CaseValue): FeatureValue | undefined {
  return valueFromJson(type, jsonOf(value));
}

/** A query's value in JSON form. JSON comes as text from the offline store. */
export function resultJson(type: ValueTypeName, value: FeatureValue): JsonValue {
  if (type === 'json' && typeof value === 'string') return JSON.parse(value) as JsonValue;
  return valueToJson(type, value);
}

const TOLERANCE = 1e-9;

/** True when both are the same value: floats to nine digits, decimals whatever their trailing zeros, JSON whatever the order of its keys. */
export function sameValue(type: ValueTypeName, a: JsonValue, b: JsonValue): boolean {
  if (a === null || b === null) return a === b;
  const element = listElementType(type);
  if (element !== undefined) {
    if (!Array.isArray(a) || !Array.isArray(b) || a.length !== b.length) return false;
    return a.every((each: JsonValue, index) => sameValue(element, each, (b as readonly JsonValue[])[index] ?? null));
  }
  if (type === 'float32' || type === 'float64')
    return sameNumber(Number(a), Number(b), type === 'float32' ? 1e-6 : TOLERANCE);
  if (type === 'decimal') return plainDigits(a) === plainDigits(b);
  return canonicalJson(a) === canonicalJson(b);
}

function sameNumber(a: number, b: number, tolerance: number): boolean {
  if (Object.is(a, b) || a === b) return true;
  return Math.abs(a - b) <= tolerance * Math.max(Math.abs(a), Math.abs(b));
}

function plainDigits(value: JsonValue): string {
  const text = JSON.stringify(value).replaceAll('"', '');
  return text.includes('.') ? text.replace(/\.?0+$/, '') : text;
}
