import type { HistoryColumn } from './history.js';
import type { Over } from './over.js';
import { overText } from './over.js';
import { name } from './sql-text.js';

/**
 * Sums of floats that do not depend on the order of their addends, so that a training set, a materialization and any number of
 * threads give the same bits.
 *
 * A value from 2^-60 up to 2^64 in size, or zero, is cut at 2^-32 into two whole numbers without losing a bit: `high` in units of
 * 2^-32 and `low` in units of 2^-128. These are added exactly in 128 bits, and only their sums are rounded. What is smaller or
 * larger, NaN and the infinities are added as floats, in `rest`, in the order of their size.
 */
/** Prefixes of the columns that hold the parts of a value. */
export const HIGH = 'high';
export const LOW = 'low';
export const REST = 'rest';

const TWO_32 = '4294967296.0::DOUBLE';
const TWO_64 = '18446744073709551616.0::DOUBLE';
const TWO_96 = '79228162514264337593543950336.0::DOUBLE';
const TWO_128 = '3.4028236692093846e38::DOUBLE';
const SMALLEST = '8.673617379884035e-19::DOUBLE';

/** The columns that `floatSum` adds up, from an expression of type DOUBLE; `argument` names the column that holds the expression itself. */
export function floatSumColumns(argument: string, expression: string): HistoryColumn[] {
  const isCut = `(abs(${expression}) >= ${SMALLEST} AND abs(${expression}) < ${TWO_64})`;
  const high = `trunc(${expression} * ${TWO_32})`;
  const whole = (value: string): string =>
    `CASE WHEN ${isCut} THEN CAST(${value} AS HUGEINT) WHEN ${expression} IS NOT NULL THEN 0 END`;
  return [
    { expression: whole(high), as: `${HIGH}_${argument}` },
    { expression: whole(`trunc((${expression} * ${TWO_32} - ${high}) * ${TWO_96})`), as: `${LOW}_${argument}` },
    { expression: `CASE WHEN NOT ${isCut} THEN ${expression} END`, as: `${REST}_${argument}` },
  ];
}

/** The sum over the rows that `over` chooses; null when there is no value. */
export function floatSum(argument: string, over: Over): string {
  const sum = (part: string): string => `sum(${name(`${part}_${argument}`)})${overText(over)}`;
  return floatSumOf(sum(HIGH), sum(LOW), restSum(argument, over));
}

/** The sum of the values without a whole-number form; null when there is none. */
export function restSum(argument: string, over: Over): string {
  const rest = name(`${REST}_${argument}`);
  const isRest = `${rest} IS NOT NULL`;
  const where = over.where === undefined ? isRest : `${over.where} AND ${isRest}`;
  return `list_sum(list_sort(list(${rest})${overText({ ...over, where })}))`;
}

/** The sum of floats from the sums of its parts. */
export function floatSumOf(high: string, low: string, rest: string): string {
  return `(CAST(${high} AS DOUBLE) / ${TWO_32} + CAST(${low} AS DOUBLE) / ${TWO_128} + coalesce(${rest}, 0))`;
}
