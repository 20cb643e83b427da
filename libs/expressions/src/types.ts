import type { ScalarTypeName, ValueTypeName } from '@larder/registry';
import { listElementType } from '@larder/registry';

/** What a value of each type is while an expression runs. Times and durations are microseconds; a date is `YYYY-MM-DD`. */
export interface ScalarForms {
  bool: boolean;
  int: bigint;
  double: number;
  string: string;
  bytes: Uint8Array;
  timestamp: bigint;
  duration: bigint;
  date: string;
}

export type ScalarType = keyof ScalarForms;

/** `none` is the element type of `[]`, `unknown` the type of a part that has a problem already. */
export type ExpressionType = ScalarType | 'null' | 'none' | 'unknown' | `list<${string}>`;

export type Value = ScalarForms[ScalarType] | readonly Value[] | null;

/** Which type of expressions a feature's type is; decimal and json have none. */
const OF_FEATURE: { readonly [N in ScalarTypeName]: ScalarType | undefined } = {
  bool: 'bool',
  int32: 'int',
  int64: 'int',
  float32: 'double',
  float64: 'double',
  string: 'string',
  bytes: 'bytes',
  timestamp: 'timestamp',
  date: 'date',
  decimal: undefined,
  json: undefined,
};

/** The type of a feature inside an expression; undefined for those that expressions cannot hold. */
export function expressionType(type: ValueTypeName): ExpressionType | undefined {
  const element = listElementType(type);
  const scalar = OF_FEATURE[element ?? (type as ScalarTypeName)];
  return scalar === undefined || element === undefined ? scalar : listOf(scalar);
}

export function listOf(element: ExpressionType): ExpressionType {
  return `list<${element}>`;
}

/** Undefined for what is no list. */
export function elementOf(type: ExpressionType): ExpressionType | undefined {
  return type.startsWith('list<') ? (type.slice(5, -1) as ExpressionType) : undefined;
}

/** The one type that values of both types have; undefined when there is none. */
export function commonType(a: ExpressionType, b: ExpressionType): ExpressionType | undefined {
  if (a === b || b === 'unknown' || b === 'null' || b === 'none') return a;
  if (a === 'unknown' || a === 'null' || a === 'none') return b;
  const [left, right] = [elementOf(a), elementOf(b)];
  if (left === undefined || right === undefined) return undefined;
  const element = commonType(left, right);
  return element === undefined ? undefined : listOf(element);
}
