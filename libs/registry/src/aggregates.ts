import type { Column, ColumnOptions, DefaultInput } from './columns.js';
import type { DurationText } from './duration.js';
import type { AggregateFunction } from './snapshot.js';
import type { JsonValue, ValueTypeName } from './value-type.js';

declare const valueBrand: unique symbol;

export interface WindowOptions<D = JsonValue | bigint> extends Omit<ColumnOptions<D>, 'column'> {
  /** Covers `(t - window, t]`, offline and online. */
  readonly window: DurationText;
}

/** An aggregate over a sliding window of raw rows. */
export interface Aggregate<T = unknown> {
  readonly kind: 'aggregate';
  readonly function: AggregateFunction;
  readonly column?: string;
  readonly type: ValueTypeName;
  readonly options: WindowOptions;
  /** Options of the type, where they have no effect; compiling reports them. */
  readonly ignoredOptions?: readonly string[];
  readonly [valueBrand]?: T;
}

type Window<T> = WindowOptions<DefaultInput<T>>;

/** Number of rows in the window; 0 for an entity with earlier rows but none in the window. */
export function count(options: Window<bigint>): Aggregate<bigint> {
  return { kind: 'aggregate', function: 'count', type: 'int64', options };
}

/** Sum of the column's non-null values in the window; null when there are none. `type` is `int64()` or `float64()`. */
export function sum<T extends bigint | number>(column: string, type: Column<T>, options: Window<T>): Aggregate<T> {
  return aggregate('sum', column, type, options);
}

/** Arithmetic mean of the column's non-null values in the window; null when there are none. */
export function mean(column: string, options: Window<number>): Aggregate<number> {
  return { kind: 'aggregate', function: 'mean', column, type: 'float64', options };
}

/** Smallest non-null value in the window; null when there is none. `type` is a number, string, timestamp or date. */
export function min<T extends bigint | number | string>(
  column: string,
  type: Column<T>,
  options: Window<T>,
): Aggregate<T> {
  return aggregate('min', column, type, options);
}

/** Largest non-null value in the window; null when there is none. `type` is a number, string, timestamp or date. */
export function max<T extends bigint | number | string>(
  column: string,
  type: Column<T>,
  options: Window<T>,
): Aggregate<T> {
  return aggregate('max', column, type, options);
}

function aggregate<T>(name: AggregateFunction, column: string, type: Column<T>, options: Window<T>): Aggregate<T> {
  return {
    kind: 'aggregate',
    function: name,
    column,
    type: type.type,
    options: options as WindowOptions,
    ignoredOptions: Object.keys(type.options),
  };
}

/** The newest row's value of a column, whatever its age: a plain feature under another name than its column. */
export function last<T>(
  column: string,
  type: Column<T>,
  options: Omit<ColumnOptions<DefaultInput<T>>, 'column'> = {},
): Column<T> {
  return { ...type, options: { ...type.options, ...(options as ColumnOptions), column } };
}
