import { LarderError } from './larder-error.js';
import { formatInstant, parseInstant } from './instant.js';
import type { FeatureValue, JsonValue, ScalarTypeName, ScalarValues, ValueTypeName } from './value-type.js';
import { isValueTypeName, listElementType } from './value-type.js';

/**
 * Values in JSON, the one form for defaults, request values in JSON and expected values in tests:
 *
 * - int64 is a number up to 2^53 and its digits as text beyond; decimal is always text
 * - float32 and float64 are numbers, or `"NaN"`, `"Infinity"`, `"-Infinity"`
 * - bytes are base64, timestamp is ISO 8601, date is `YYYY-MM-DD`, json is itself
 */

type Scalar = ScalarValues[ScalarTypeName];

interface ScalarJson<T> {
  /** Undefined when the JSON value is not one of the type. */
  readonly parse: (value: JsonValue) => T | undefined;
  /** Undefined when the value is not one of the type. */
  readonly write: (value: Scalar) => JsonValue | undefined;
}

const SCALARS: { readonly [N in ScalarTypeName]: ScalarJson<ScalarValues[N]> } = {
  bool: { parse: parseBool, write: (value) => parseBool(value as JsonValue) },
  int32: { parse: parseInt32, write: (value) => parseInt32(value as JsonValue) },
  int64: { parse: parseInt64, write: writeInt64 },
  float32: { parse: parseFloat32, write: (value) => writeFloat(value, shortestFloat32) },
  float64: { parse: parseFloat64, write: (value) => writeFloat(value, (number) => number) },
  string: { parse: parseText, write: (value) => parseText(value as JsonValue) },
  bytes: { parse: parseBase64, write: writeBase64 },
  timestamp: {
    parse: parseTimestamp,
    write: (value) => (typeof value === 'bigint' ? formatInstant(value) : undefined),
  },
  date: { parse: parseDate, write: (value) => parseDate(value as JsonValue) },
  decimal: { parse: parseDecimal, write: (value) => parseDecimal(value as JsonValue) },
  json: { parse: (value) => value, write: (value) => value as JsonValue },
};

/**
 * A JSON value as a value of `type`; undefined when it is not one (a type that does not exist has no values). int64 may
 * also be its digits as text, float32 is rounded to the nearest one, decimal may be a number.
 */
export function valueFromJson(type: ValueTypeName, value: JsonValue): FeatureValue | undefined {
  if (!isValueTypeName(type)) return undefined;
  if (value === null) return null;
  const element = listElementType(type);
  if (element === undefined) return SCALARS[type as ScalarTypeName].parse(value);
  if (!Array.isArray(value)) return undefined;
  const elements = value.map((each: JsonValue) => (each === null ? undefined : SCALARS[element].parse(each)));
  return elements.includes(undefined) ? undefined : (elements as readonly Scalar[]);
}

/** The inverse of `valueFromJson`. Throws INVALID_ARGUMENT when the value is not one of `type`. */
export function valueToJson(type: ValueTypeName, value: FeatureValue): JsonValue {
  if (value === null) return null;
  const element = listElementType(type);
  if (element === undefined) return scalarToJson(type as ScalarTypeName, value as Scalar);
  if (!Array.isArray(value)) throw notOfType(type, value);
  return (value as readonly Scalar[]).map((each) => scalarToJson(element, each));
}

function scalarToJson(type: ScalarTypeName, value: Scalar): JsonValue {
  const json = Object.hasOwn(SCALARS, type) ? SCALARS[type].write(value) : undefined;
  if (json === undefined) throw notOfType(type, value);
  return json;
}

function notOfType(type: string, value: FeatureValue): LarderError {
  return new LarderError('INVALID_ARGUMENT', `expected ${type}, got ${Array.isArray(value) ? 'a list' : typeof value}`);
}

function parseBool(value: JsonValue): boolean | undefined {
  return typeof value === 'boolean' ? value : undefined;
}

function parseInt32(value: JsonValue): number | undefined {
  if (typeof value !== 'number' || !Number.isInteger(value)) return undefined;
  return value >= -(2 ** 31) && value < 2 ** 31 ? value : undefined;
}

function parseInt64(value: JsonValue): bigint | undefined {
  if (typeof value === 'number' && Number.isSafeInteger(value)) return BigInt(value);
  if (typeof value !== 'string' || !/^-?\d{1,19}$/.test(value)) return undefined;
  const parsed = BigInt(value);
  return BigInt.asIntN(64, parsed) === parsed ? parsed : undefined;
}

function writeInt64(value: Scalar): JsonValue | undefined {
  if (typeof value !== 'bigint' || BigInt.asIntN(64, value) !== value) return undefined;
  const number = Number(value);
  return Number.isSafeInteger(number) ? number : value.toString();
}

function parseFloat64(value: JsonValue): number | undefined {
  if (typeof value === 'number') return value;
  return value === 'NaN' || value === 'Infinity' || value === '-Infinity' ? Number(value) : undefined;
}

/** A number that only rounds to infinity is not a float32. */
function parseFloat32(value: JsonValue): number | undefined {
  const number = parseFloat64(value);
  if (number === undefined) return undefined;
  const rounded = Math.fround(number);
  return Number.isFinite(number) && !Number.isFinite(rounded) ? undefined : rounded;
}

function writeFloat(value: Scalar, digits: (number: number) => number): JsonValue | undefined {
  if (typeof value !== 'number') return undefined;
  return Number.isFinite(value) ? digits(value) : String(value);
}

/** The number with the fewest digits that rounds to the same float32: 0.1 rather than 0.10000000149011612. */
function shortestFloat32(value: number): number {
  const rounded = Math.fround(value);
  for (let precision = 1; precision <= 9; precision++) {
    const short = Number(rounded.toPrecision(precision));
    if (Math.fround(short) === rounded) return short;
  }
  return rounded;
}

/** Text with a lone surrogate has no UTF-8 form. */
function parseText(value: JsonValue): string | undefined {
  return typeof value === 'string' && !/\p{Surrogate}/u.test(value) ? value : undefined;
}

function parseBase64(value: JsonValue): Uint8Array | undefined {
  if (typeof value !== 'string' || value.length % 4 !== 0 || !/^[A-Za-z0-9+/]*={0,2}$/.test(value)) return undefined;
  return Uint8Array.from(atob(value), (char) => char.charCodeAt(0));
}

function writeBase64(value: Scalar): JsonValue | undefined {
  return value instanceof Uint8Array
    ? btoa(Array.from(value, (byte) => String.fromCharCode(byte)).join(''))
    : undefined;
}

function parseTimestamp(value: JsonValue): ScalarValues['timestamp'] | undefined {
  if (typeof value !== 'string') return undefined;
  try {
    return parseInstant(value);
  } catch {
    return undefined;
  }
}

function parseDate(value: JsonValue): string | undefined {
  const isDay = typeof value === 'string' && /^\d{4}-\d{2}-\d{2}$/.test(value) && parseTimestamp(value) !== undefined;
  return isDay ? value : undefined;
}

/** At most 38 digits, the widest decimal of the offline store. */
function parseDecimal(value: JsonValue): string | undefined {
  if (typeof value !== 'string' && typeof value !== 'number') return undefined;
  const text = String(value);
  return /^-?\d+(\.\d+)?$/.test(text) && text.replace(/[-.]/g, '').length <= 38 ? text : undefined;
}
