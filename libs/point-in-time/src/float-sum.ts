import type { HistoryColumn } from './history.js';
import { name } from './sql-text.js';

/**
 * Sums of floats that do not depend on the order of their addends, so that a training set, a materialization and any number of
 * threads give the same bits. Each value is cut at 2^-32 into two whole numbers, `high` (in units of 2^-32) and `low` (of 2^-128),
 * which are added exactly in 128 bits; only their sums are rounded. That holds for values below 2^64 whose largest in the window
 * is at least 2^-60: nothing below 2^-128 matters beside it. Otherwise, and with NaN or an infinity, the plain sum is the answer.
 */
const TWO_32 = '4294967296.0::DOUBLE';
const TWO_64 = '18446744073709551616.0::DOUBLE';
const TWO_96 = '79228162514264337593543950336.0::DOUBLE';
const TWO_128 = '3.4028236692093846e38::DOUBLE';
const SMALLEST = '8.673617379884035e-19::DOUBLE';

/** The columns that `floatSum` adds up, from an expression of type DOUBLE; `argument` names the column that holds the expression itself. */
export function floatSumColumns(argument: string, expression: string): HistoryColumn[] {
  const high = `trunc(${expression} * ${TWO_32})`;
  const whenSmall = (value: string): string =>
    `CASE WHEN abs(${expression}) < ${TWO_64} THEN CAST(${value} AS HUGEINT) END`;
  return [
    { expression: whenSmall(high), as: highColumn(argument) },
    { expression: whenSmall(`trunc((${expression} * ${TWO_32} - ${high}) * ${TWO_96})`), as: lowColumn(argument) },
  ];
}

/** The sum over the rows that `over` chooses, such as ` OVER w`; null when there is no value. */
export function floatSum(argument: string, over: string): string {
  const sum = (column: string): string => `sum(${name(column)})${over}`;
  const largest = `max(abs(${name(argument)}))${over}`;
  const exact = `CAST(${sum(highColumn(argument))} AS DOUBLE) / ${TWO_32} + CAST(${sum(lowColumn(argument))} AS DOUBLE) / ${TWO_128}`;
  return `CASE WHEN ${largest} >= ${SMALLEST} AND ${largest} < ${TWO_64} THEN ${exact} ELSE ${sum(argument)} END`;
}

function highColumn(argument: string): string {
  return `high_${argument}`;
}

function lowColumn(argument: string): string {
  return `low_${argument}`;
}
