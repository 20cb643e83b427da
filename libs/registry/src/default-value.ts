import type { FeatureSpec } from './snapshot.js';
import type { JsonValue, ValueTypeName } from './value-type.js';
import { isValueTypeName } from './value-type.js';
import { valueFromJson, valueToJson } from './value-json.js';

/** What is wrong with a feature's declared default, or undefined. */
export function problemWithDefault(feature: Pick<FeatureSpec, 'type' | 'default'>): string | undefined {
  if (feature.default === undefined || !isValueTypeName(feature.type)) return undefined;
  if (feature.default === null) return 'null is what a feature without a default gives; leave it out';
  const isValue = valueFromJson(feature.type, feature.default) !== undefined;
  return isValue ? undefined : `${JSON.stringify(feature.default)} is no ${feature.type}`;
}

/**
 * A default as written, with bigints and numbers that JSON does not have, as the JSON that the snapshot keeps, so that
 * `0n` and `0`, `'5'` and `5` of an int64 are one definition. What is not of the type stays as it is, for validation to report.
 */
export function normalizeDefault(type: ValueTypeName, value: unknown): JsonValue {
  const plain = plainJson(type, value);
  const parsed = valueFromJson(type, plain);
  return parsed === undefined ? plain : valueToJson(type, parsed);
}

function plainJson(type: ValueTypeName, value: unknown): JsonValue {
  const isFloat = /float/.test(type);
  const text = JSON.stringify(value, (_key, each: unknown) => {
    if (typeof each === 'bigint') return isFloat || Number.isSafeInteger(Number(each)) ? Number(each) : each.toString();
    return typeof each === 'number' && !Number.isFinite(each) ? String(each) : each;
  }) as string | undefined;
  return text === undefined ? null : (JSON.parse(text) as JsonValue);
}
