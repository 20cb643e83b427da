import type { JsonValue, ScalarTypeName, ScalarValues, ValueTypeName } from './value-type.js';

declare const valueBrand: unique symbol;

export interface ColumnOptions {
  /** Source column; the feature's own name when absent. */
  readonly column?: string;
  /** Replaces "no row" and "null" at read, online and offline alike. */
  readonly default?: JsonValue | bigint;
  readonly description?: string;
  readonly tags?: Readonly<Record<string, string>>;
}

/** A value type with its options: a plain feature (the newest row's column), a join key's type, or the type argument of an aggregate. */
export interface Column<T = unknown> {
  readonly kind: 'column';
  readonly type: ValueTypeName;
  readonly options: ColumnOptions;
  readonly [valueBrand]?: T;
}

function scalar<N extends ScalarTypeName>(type: N) {
  return (options: ColumnOptions = {}): Column<ScalarValues[N]> => ({ kind: 'column', type, options });
}

export const bool = scalar('bool');
export const int32 = scalar('int32');
export const int64 = scalar('int64');
export const float32 = scalar('float32');
export const float64 = scalar('float64');
/** UTF-8 text. */
export const string = scalar('string');
export const bytes = scalar('bytes');
/** Microseconds, UTC. */
export const timestamp = scalar('timestamp');
/** A calendar day. */
export const date = scalar('date');
/** Exact decimal digits, kept as text. */
export const decimal = scalar('decimal');
/** Any JSON document. */
export const json = scalar('json');

/** A list of scalars. Its elements are never null: the wire has no word for that. */
export function list<T>(element: Column<T>, options: ColumnOptions = {}): Column<readonly T[]> {
  return { kind: 'column', type: `list<${element.type as ScalarTypeName}>`, options };
}
