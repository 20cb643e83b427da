import type { Column, ColumnOptions } from './columns.js';
import type { DurationText } from './duration.js';
import type { AggregateFunction } from './snapshot.js';
import type { ValueTypeName } from './value-type.js';

declare const valueBrand: unique symbol;

export interface WindowOptions extends Omit<ColumnOptions, 'column'> {
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
  readonly [valueBrand]?: T;
}

/** Number of rows in the window; 0 for an entity with earlier rows but none in the window. */
export function count(options: WindowOptions): Aggregate<bigint> {
  return { kind: 'aggregate', function: 'count', type: 'int64', options };
}

/** Sum of the column's non-null values in the window; null when there are none. `type` is int64 or float64. */
export function sum<T>(column: string, type: Column<T>, options: WindowOptions): Aggregate<T> {
  return { kind: 'aggregate', function: 'sum', column, type: type.type, options };
}

/** Arithmetic mean of the column's non-null values in the window; null when there are none. */
export function mean(column: string, options: WindowOptions): Aggregate<number> {
  return { kind: 'aggregate', function: 'mean', column, type: 'float64', options };
}

/** Smallest non-null value in the window; null when there is none. */
export function min<T>(column: string, type: Column<T>, options: WindowOptions): Aggregate<T> {
  return { kind: 'aggregate', function: 'min', column, type: type.type, options };
}

/** Largest non-null value in the window; null when there is none. */
export function max<T>(column: string, type: Column<T>, options: WindowOptions): Aggregate<T> {
  return { kind: 'aggregate', function: 'max', column, type: type.type, options };
}

/** The newest row's value of a column, whatever its age: a plain feature under another name than its column. */
export function last<T>(column: string, type: Column<T>, options: Omit<ColumnOptions, 'column'> = {}): Column<T> {
  return { ...type, options: { ...type.options, ...options, column } };
}
