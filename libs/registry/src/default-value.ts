import { parseInstant } from './instant.js';
import type { FeatureSpec } from './snapshot.js';
import type { FeatureValue, JsonValue, ScalarTypeName, ScalarValues, ValueTypeName } from './value-type.js';
import { listElementType } from './value-type.js';

/** What is wrong with a feature's declared default, or undefined. */
export function problemWithDefault(feature: Pick<FeatureSpec, 'type' | 'default'>): string | undefined {
  if (feature.default === undefined) return undefined;
  return valueFromJson(feature.type, feature.default) === undefined ? `${JSON.stringify(feature.default)} is not a ${feature.type}` : undefined;
}

/**
 * A value written in JSON (a default, a join key in a request, an expected value in a test) as a value of `type`;
 * undefined when it is not one. int64 may be a number or its digits as text; bytes are base64; times are ISO 8601.
 */
export function valueFromJson(type: ValueTypeName, value: JsonValue): FeatureValue | undefined {
  if (value === null) return null;
  const element = listElementType(type);
  if (element === undefined) return scalarFromJson(type as ScalarTypeName, value);
  if (!Array.isArray(value)) return undefined;
  const elements = value.map((each: JsonValue) => (each === null ? undefined : scalarFromJson(element, each)));
  return elements.includes(undefined) ? undefined : (elements as readonly ScalarValues[ScalarTypeName][]);
}

const PARSERS: { readonly [N in ScalarTypeName]: (value: JsonValue) => ScalarValues[N] | undefined } = {
  bool: (value) => (typeof value === 'boolean' ? value : undefined),
  int32: (value) => (typeof value === 'number' && Number.isInteger(value) && Math.abs(value + 0.5) <= 2 ** 31 ? value : undefined),
  int64: (value) => int64FromJson(value),
  float32: (value) => floatFromJson(value),
  float64: (value) => floatFromJson(value),
  string: (value) => (typeof value === 'string' ? value : undefined),
  bytes: (value) => (typeof value === 'string' && /^[A-Za-z0-9+/]*={0,2}$/.test(value) ? bytesFromBase64(value) : undefined),
  timestamp: (value) => (typeof value === 'string' ? attempt(() => parseInstant(value)) : undefined),
  date: (value) => (typeof value === 'string' && /^\d{4}-\d{2}-\d{2}$/.test(value) && attempt(() => parseInstant(value)) !== undefined ? value : undefined),
  decimal: (value) => ((typeof value === 'string' || typeof value === 'number') && /^-?\d{1,38}(\.\d{1,38})?$/.test(String(value)) ? String(value) : undefined),
  json: (value) => value,
};

function scalarFromJson(type: ScalarTypeName, value: JsonValue): ScalarValues[ScalarTypeName] | undefined {
  return PARSERS[type](value);
}

function int64FromJson(value: JsonValue): bigint | undefined {
  if (typeof value === 'number' && Number.isSafeInteger(value)) return BigInt(value);
  if (typeof value !== 'string' || !/^-?\d{1,19}$/.test(value)) return undefined;
  const parsed = BigInt(value);
  return BigInt.asIntN(64, parsed) === parsed ? parsed : undefined;
}

function floatFromJson(value: JsonValue): number | undefined {
  if (typeof value === 'number') return value;
  return value === 'NaN' || value === 'Infinity' || value === '-Infinity' ? Number(value) : undefined;
}

function bytesFromBase64(text: string): Uint8Array {
  return Uint8Array.from(atob(text), (char) => char.charCodeAt(0));
}

function attempt<T>(parse: () => T): T | undefined {
  try {
    return parse();
  } catch {
    return undefined;
  }
}
