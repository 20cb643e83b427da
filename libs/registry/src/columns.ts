import type { Instant } from './instant.js';
import type { Described } from './snapshot.js';
import type { JsonValue, ScalarTypeName, ScalarValues, ValueTypeName } from './value-type.js';

declare const valueBrand: unique symbol;

/**
 * What a default of a feature with values `T` is written as: a number or a bigint for int64, base64 for bytes, ISO 8601
 * for timestamp, the value itself otherwise.
 */
export type DefaultInput<T> = unknown extends T
  ? JsonValue | bigint
  : T extends Instant
    ? string
    : T extends bigint
      ? bigint | number
      : T extends Uint8Array
        ? string
        : T extends readonly (infer E)[]
          ? readonly DefaultInput<E>[]
          : NonNullable<T>;

export interface ColumnOptions<D = JsonValue | bigint> extends Described {
  /** Source column; the feature's own name when absent. */
  readonly column?: string;
  /** Replaces "no row" and "null" at read, online and offline alike. */
  readonly default?: D;
}

/** A value type with its options: a plain feature (the newest row's column), a join key's type, or the type argument of an aggregate. */
export interface Column<T = unknown> {
  readonly kind: 'column';
  readonly type: ValueTypeName;
  readonly options: ColumnOptions;
  /** Options written where they have no effect; compiling reports them. */
  readonly ignoredOptions?: readonly string[];
  readonly [valueBrand]?: T;
}

/** Makes the columns of one type. */
export type ColumnFunction<T> = (options?: ColumnOptions<DefaultInput<T>>) => Column<T>;

function scalar<N extends ScalarTypeName>(type: N): ColumnFunction<ScalarValues[N]> {
  return (options = {}) => ({ kind: 'column', type, options: options as ColumnOptions });
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

/** A list of scalars, given without options: `list(string())`. Its elements are never null: the wire has no word for that. */
export function list<T>(
  element: Column<T>,
  options: ColumnOptions<readonly DefaultInput<T>[]> = {},
): Column<readonly T[]> {
  return {
    kind: 'column',
    type: `list<${element.type as ScalarTypeName}>`,
    options: options as ColumnOptions,
    ignoredOptions: Object.keys(element.options),
  };
}
