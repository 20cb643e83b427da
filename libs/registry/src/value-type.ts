import type { Instant } from './instant.js';

export const SCALAR_TYPES = [
  'bool',
  'int32',
  'int64',
  'float32',
  'float64',
  'string',
  'bytes',
  'timestamp',
  'date',
  'decimal',
  'json',
] as const;

export type ScalarTypeName = (typeof SCALAR_TYPES)[number];

/** The name of a feature's or join key's type, as definitions and snapshots spell it. */
export type ValueTypeName = ScalarTypeName | `list<${ScalarTypeName}>`;

/** What a value of each type is in TypeScript. int64 is a bigint, so no digit is lost; a date is `YYYY-MM-DD`; a decimal its digits. */
export interface ScalarValues {
  bool: boolean;
  int32: number;
  int64: bigint;
  float32: number;
  float64: number;
  string: string;
  bytes: Uint8Array;
  timestamp: Instant;
  date: string;
  decimal: string;
  json: JsonValue;
}

export type JsonValue = string | number | boolean | null | readonly JsonValue[] | { readonly [key: string]: JsonValue };

/** Any feature value inside Larder; `null` is a value too, but not an element of a list. */
export type FeatureValue = ScalarValues[ScalarTypeName] | readonly ScalarValues[ScalarTypeName][] | null;

/** Types whose values may identify an entity. Floats are refused: equal-looking keys would differ. */
export const JOIN_KEY_TYPES = [
  'bool',
  'int32',
  'int64',
  'string',
  'bytes',
  'timestamp',
  'date',
] as const satisfies readonly ScalarTypeName[];

export type JoinKeyTypeName = (typeof JOIN_KEY_TYPES)[number];

const SCALARS: ReadonlySet<string> = new Set(SCALAR_TYPES);
const LIST_PATTERN = /^list<(\w+)>$/;

/** True for a type name that Larder knows. */
export function isValueTypeName(name: string): name is ValueTypeName {
  return SCALARS.has(name) || SCALARS.has(LIST_PATTERN.exec(name)?.[1] ?? '');
}

/** The type of a list of `element`. What is a list already is a type that does not exist, for validation to report. */
export function listTypeOf(element: ValueTypeName): ValueTypeName {
  return `list<${element as ScalarTypeName}>`;
}

/** The element type of `list<…>`, or undefined for a scalar. */
export function listElementType(name: ValueTypeName): ScalarTypeName | undefined {
  return LIST_PATTERN.exec(name)?.[1] as ScalarTypeName | undefined;
}
