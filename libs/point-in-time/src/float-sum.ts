import type { HistoryColumn } from './history.js';
import { name } from './sql-text.js';

/**
 * Sums of floats that do not depend on the order of their addends, so that a training set, a materialization and any number of
 * threads give the same bits.
 *
 * A value from 2^-60 up to 2^64 in size, or zero, is cut at 2^-32 into two whole numbers without losing a bit: `high` in units of
 * 2^-32 and `low` in units of 2^-128. These are added exactly in 128 bits, and only their sums are rounded. What is smaller or
 * larger, NaN and the infinities are added as floats, in `rest`.
 */
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
    { expression: whole(high), as: highColumn(argument) },
    { expression: whole(`trunc((${expression} * ${TWO_32} - ${high}) * ${TWO_96})`), as: lowColumn(argument) },
    { expression: `CASE WHEN NOT ${isCut} THEN ${expression} END`, as: restColumn(argument) },
  ];
}

/** The sum over the rows that `over` chooses, such as ` OVER w`; null when there is no value. */
export function floatSum(argument: string, over: string): string {
  const sum = (column: string): string => `sum(${name(column)})${over}`;
  const scaled = (column: string, unit: string): string => `CAST(${sum(column)} AS DOUBLE) / ${unit}`;
  const exact = `${scaled(highColumn(argument), TWO_32)} + ${scaled(lowColumn(argument), TWO_128)}`;
  return `(${exact} + coalesce(${sum(restColumn(argument))}, 0))`;
}

function highColumn(argument: string): string {
  return `high_${argument}`;
}

function lowColumn(argument: string): string {
  return `low_${argument}`;
}

function restColumn(argument: string): string {
  return `rest_${argument}`;
}
