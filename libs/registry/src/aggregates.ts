import type { Column, ColumnOptions, DefaultInput } from './columns.js';
import type { DurationText } from './duration.js';
import type { AggregateFunction } from './snapshot.js';
import type { JsonValue, ValueTypeName } from './value-type.js';
import { listTypeOf } from './value-type.js';

declare const valueBrand: unique symbol;

/** The last whole period of a length, counted from 1970-01-01T00:00:00Z. See `tumbling`. */
export interface TumblingWindow {
  readonly tumbling: DurationText;
}

/** A length: the sliding window `(t - length, t]`. `lifetime`: everything known at t. `tumbling(length)`: the last whole period. */
export type WindowInput = DurationText | 'lifetime' | TumblingWindow;

/** At t the events of `[p - length, p)`, where p is the last multiple of `length` since 1970-01-01T00:00:00Z at or before t. */
export function tumbling(length: DurationText): TumblingWindow {
  return { tumbling: length };
}

export interface WindowOptions<D = JsonValue | bigint> extends Omit<ColumnOptions<D>, 'column'> {
  /** Which events count, offline and online alike. */
  readonly window: WindowInput;
  /** SQL condition over the source's columns: only events that meet it count for this feature. */
  readonly filter?: string;
}

/** An aggregate over a window of raw rows. */
export interface Aggregate<T = unknown> {
  readonly kind: 'aggregate';
  readonly function: AggregateFunction;
  readonly column?: string;
  readonly type: ValueTypeName;
  readonly options: WindowOptions;
  /** Most elements of a list. */
  readonly limit?: number;
  readonly quantiles?: readonly number[];
  /** Options of the type, where they have no effect; compiling reports them. */
  readonly ignoredOptions?: readonly string[];
  readonly [valueBrand]?: T;
}

type Window<T> = WindowOptions<DefaultInput<T>>;
type Ordered = bigint | number | string;

/** Number of rows in the window; 0 for an entity with earlier rows but none in the window. */
export function count(options: Window<bigint>): Aggregate<bigint> {
  return { kind: 'aggregate', function: 'count', type: 'int64', options };
}

/** Number of different non-null values in the window, exact; 0 when there are none. NaN is one value, and so are 0 and -0. */
export function countDistinct(column: string, options: Window<bigint>): Aggregate<bigint> {
  return ofType('countDistinct', column, { type: 'int64', options });
}

/** `countDistinct` by HyperLogLog of 4,096 registers over MD5: standard error at most 1.6 %; the same offline and online. */
export function approxCountDistinct(column: string, options: Window<bigint>): Aggregate<bigint> {
  return ofType('approxCountDistinct', column, { type: 'int64', options });
}

/** Sum of the column's non-null values in the window; null when there are none. `type` is `int64()` or `float64()`. */
export function sum<T extends bigint | number>(column: string, type: Column<T>, options: Window<T>): Aggregate<T> {
  return aggregate('sum', column, { type, options });
}

/** Arithmetic mean of the column's non-null values in the window; null when there are none. */
export function mean(column: string, options: Window<number>): Aggregate<number> {
  return ofType('mean', column, { type: 'float64', options });
}

/** Sample variance (divided by n - 1) of the column's non-null values in the window; null when there are fewer than two. */
export function variance(column: string, options: Window<number>): Aggregate<number> {
  return ofType('variance', column, { type: 'float64', options });
}

/** Square root of the sample variance of the column's non-null values in the window; null when there are fewer than two. */
export function stddev(column: string, options: Window<number>): Aggregate<number> {
  return ofType('stddev', column, { type: 'float64', options });
}

/** Smallest non-null value in the window; null when there is none. `type` is a number, string, timestamp or date. */
export function min<T extends Ordered>(column: string, type: Column<T>, options: Window<T>): Aggregate<T> {
  return aggregate('min', column, { type, options });
}

/** Largest non-null value in the window; null when there is none. `type` is a number, string, timestamp or date. */
export function max<T extends Ordered>(column: string, type: Column<T>, options: Window<T>): Aggregate<T> {
  return aggregate('max', column, { type, options });
}

/** Non-null value of the window's first event, by event time, created time and load order; null when there is none. */
export function first<T>(column: string, type: Column<T>, options: Window<T>): Aggregate<T> {
  return aggregate('first', column, { type, options });
}

/**
 * With a `window`: the non-null value of the window's last event, by event time, created time and load order. Without: the newest
 * row's value whatever its age, null or not, a plain feature under another name than its column.
 */
export function last<T>(column: string, type: Column<T>, options: Window<T>): Aggregate<T>;
export function last<T>(
  column: string,
  type: Column<T>,
  options?: Omit<ColumnOptions<DefaultInput<T>>, 'column'>,
): Column<T>;
export function last<T>(
  column: string,
  type: Column<T>,
  options: Window<T> | Omit<ColumnOptions<DefaultInput<T>>, 'column'> = {},
): Aggregate<T> | Column<T> {
  if ('window' in options) return aggregate('last', column, { type, options });
  return { ...type, options: { ...type.options, ...(options as ColumnOptions), column } };
}

/** The last `n` (1 … 1000) non-null values in the window, the newest first; null when there is none. */
export function lastN<T>(
  column: string,
  type: Column<T>,
  { n, ...options }: Window<readonly T[]> & { readonly n: number },
): Aggregate<readonly T[]> {
  return { ...ofType('lastN', column, { type: listTypeOf(type.type), options, of: type }), limit: n };
}

/** The `k` (1 … 1000) most frequent non-null values in the window, the most frequent first, among equals the smallest; null when there is none. */
export function topK<T extends boolean | Ordered>(
  column: string,
  type: Column<T>,
  { k, ...options }: Window<readonly T[]> & { readonly k: number },
): Aggregate<readonly T[]> {
  return { ...ofType('topK', column, { type: listTypeOf(type.type), options, of: type }), limit: k };
}

/** The quantile `q` (0 … 1) of the non-null values in the window, between two values on the line that joins them; a list of them for a list. */
export function quantile(column: string, q: number, options: Window<number>): Aggregate<number>;
export function quantile(
  column: string,
  q: readonly number[],
  options: Window<readonly number[]>,
): Aggregate<readonly number[]>;
export function quantile(
  column: string,
  q: number | readonly number[],
  options: Window<number> | Window<readonly number[]>,
): Aggregate<number> | Aggregate<readonly number[]> {
  const isList = typeof q !== 'number';
  return {
    ...ofType<number>('quantile', column, { type: isList ? 'list<float64>' : 'float64', options }),
    quantiles: isList ? q : [q],
  };
}

function aggregate<T>(
  name: AggregateFunction,
  column: string,
  { type, options }: { readonly type: Column<T>; readonly options: Window<T> },
): Aggregate<T> {
  return ofType(name, column, { type: type.type, options, of: type });
}

interface Typed {
  readonly type: ValueTypeName;
  readonly options: object;
  /** The type as written, whose options have no effect. */
  readonly of?: Column;
}

function ofType<T>(name: AggregateFunction, column: string, { type, options, of }: Typed): Aggregate<T> {
  return {
    kind: 'aggregate',
    function: name,
    column,
    type,
    options: options as WindowOptions,
    ...(of === undefined ? {} : { ignoredOptions: Object.keys(of.options) }),
  };
}
