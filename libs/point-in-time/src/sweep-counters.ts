import { estimate } from './distinct-count.js';
import { floatSumOf, HIGH, LOW, REST } from './float-sum.js';
import { name } from './sql-text.js';
import { sqlType } from './sql-types.js';
import type { TimeWindow } from './time-window.js';
import { spreadAddends } from './variance.js';
import type { WindowFeature } from './window-features.js';

/** A running sum of the sweep: what the events add that are in a window. */
export interface Counter {
  readonly as: string;
  readonly window: TimeWindow;
  /** What an event adds: a whole number over the columns of the events, null for nothing. */
  readonly addend: string;
}

/** 2^32: more rows than a window has, so that the low 32 bits of a packed sum are the number of its values and the rest, shifted with its sign, is their sum. */
const PACKING = 4_294_967_296;

/** Name of a feature's counter, or of a column derived from counters; equal for equal arguments and windows. */
export function counterName({ argument, window }: WindowFeature, part: string): string {
  return `${part}_${argument ?? 'rows'}_${window.label}`;
}

/** The counters of events; distinct values are counted otherwise. */
export function countersOf(features: readonly WindowFeature[]): Counter[] {
  const counters = new Map<string, Counter>();
  for (const feature of features) {
    for (const [part, addend] of addends(feature)) {
      const as = counterName(feature, part);
      counters.set(as, { as, window: feature.window, addend });
    }
  }
  return [...counters.values()];
}

function addends(feature: WindowFeature): [part: string, addend: string][] {
  if (feature.family === 'distinct') return [];
  if (feature.spread !== undefined) return spreadAddends(feature.spread);
  if (feature.argument === undefined) return [['count', '1']];
  const argument = name(feature.argument);
  const one = `CASE WHEN ${argument} IS NOT NULL THEN 1 END`;
  if (feature.compute.function === 'count') return [['count', one]];
  if (feature.addsFloats)
    return [
      [HIGH, name(`${HIGH}_${feature.argument}`)],
      [LOW, name(`${LOW}_${feature.argument}`)],
      ['count', one],
    ];
  return [
    ['packed', feature.isNarrow ? `${argument} * ${PACKING} + 1` : `CAST(${argument} AS HUGEINT) * ${PACKING} + 1`],
  ];
}

/** A feature's value from its counters; `rest` is the sum of the floats that have no whole-number form, if there may be some. */
export function valueOfCounters(feature: WindowFeature, column: (as: string) => string, rest?: string): string {
  const total = (part: string): string => `coalesce(${column(counterName(feature, part))}, 0)`;
  switch (feature.compute.function) {
    case 'count':
      return `CAST(${total('count')} AS BIGINT)`;
    case 'countDistinct':
      return `CAST(${total('distinct')} AS BIGINT)`;
    case 'approxCountDistinct':
      return estimate(column(counterName(feature, 'distinct')));
    case 'variance':
      return column(counterName(feature, 'value'));
    case 'stddev':
      return `sqrt(${column(counterName(feature, 'value'))})`;
    default:
      return valueOfSums(feature, { total, rest });
  }
}

function valueOfSums(
  feature: WindowFeature,
  { total, rest }: { readonly total: (part: string) => string; readonly rest: string | undefined },
): string {
  const packed = total('packed');
  const count = feature.addsFloats ? total('count') : `(${packed} & ${PACKING - 1})`;
  const sum = feature.addsFloats ? floatSumOf(total(HIGH), total(LOW), rest ?? 'NULL') : `(${packed} >> 32)`;
  const value =
    feature.compute.function === 'sum'
      ? `CAST(${sum} AS ${sqlType(feature.spec.type)})`
      : `CAST(${sum} AS DOUBLE) / ${count}`;
  return `CASE WHEN ${count} > 0 THEN ${value} END`;
}

/** Name of the column with the sum of the floats that have no whole-number form. */
export function restName(feature: WindowFeature): string {
  return counterName(feature, REST);
}
