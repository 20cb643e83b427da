import { floatSum } from './float-sum.js';
import type { Over } from './over.js';
import { overText } from './over.js';
import { name } from './sql-text.js';
import { sqlType } from './sql-types.js';
import type { WindowFeature } from './window-features.js';
import { isFloatType } from './window-features.js';

/**
 * Aggregates over the rows of a window, written so that every plan gives the same value.
 *
 * Integers are added exactly, in 128 bits; floats so that the order of the rows does not matter (float-sum.ts). NaN is a value: a
 * window that contains one has NaN for its sum, mean, minimum, maximum and quantiles. DuckDB orders NaN above everything, so max
 * finds it. Null is none: every aggregate passes over it.
 *
 * The feature's value over the rows that `over` chooses; `place` orders events by time, created time and load. Not for variances
 * and sketches.
 */
export function aggregateExpression(feature: WindowFeature, over: Over, place: string): string {
  const { compute, argument } = feature;
  const x = argument === undefined ? '*' : name(argument);
  const call = (aggregate: string, rest = ''): string => `${aggregate}(${x}${rest})${overText(over)}`;
  switch (compute.function) {
    case 'count':
      return call('count');
    case 'countDistinct':
      return `count(DISTINCT ${x})${overText(over)}`;
    case 'sum':
      return `CAST(${sumExpression(feature, over)} AS ${sqlType(feature.spec.type)})`;
    case 'mean':
      return `CAST(${sumExpression(feature, over)} AS DOUBLE) / ${call('count')}`;
    case 'min':
      return isFloatType(feature.argumentType)
        ? `CASE WHEN isnan(${call('max')}) THEN ${call('max')} ELSE ${call('min')} END`
        : call('min');
    case 'max':
      return call('max');
    case 'first':
      return call('arg_min', `, ${place}`);
    case 'last':
      return call('arg_max', `, ${place}`);
    case 'lastN':
      return call('arg_max', `, ${place}, ${compute.limit ?? 1}`);
    case 'quantile':
      return quantileExpression(feature, call);
    case 'topK':
      return mostFrequent(call('histogram'), compute.limit ?? 1);
    default:
      throw new Error(`${compute.function} is computed from counters`);
  }
}

function sumExpression(feature: WindowFeature, over: Over): string {
  const argument = feature.argument ?? '';
  return feature.addsFloats ? floatSum(argument, over) : `sum(${name(argument)})${overText(over)}`;
}

function quantileExpression(
  { spec, compute }: WindowFeature,
  call: (aggregate: string, rest?: string) => string,
): string {
  const { quantiles = [] } = compute;
  const [q = 0.5] = quantiles;
  const isList = spec.type !== 'float64';
  const nan = isList ? `[${quantiles.map(() => "'NaN'::DOUBLE").join(', ')}]` : "'NaN'::DOUBLE";
  const value = call('quantile_cont', isList ? `, [${quantiles.map(double).join(', ')}]` : `, ${double(q)}`);
  return `CASE WHEN isnan(${call('max')}) THEN ${nan} ELSE ${value} END`;
}

function double(value: number): string {
  return `${value}::DOUBLE`;
}

/** The keys of a histogram, by count from the greatest, then by value. */
function mostFrequent(histogram: string, limit: number): string {
  const entries = `list_transform(map_entries(${histogram}), lambda entry: {'n': -CAST(entry.value AS BIGINT), 'value': entry.key})`;
  return `list_transform(list_sort(${entries})[:${limit}], lambda entry: entry.value)`;
}
