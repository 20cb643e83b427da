import { int64 } from './integers.js';
import type { FunctionSpec, Overload } from './overloads.js';
import { overload } from './overloads.js';

const variadic = { isVariadic: true };

function math(name: string, about: string, overloads: readonly Overload[]): FunctionSpec {
  return { style: 'function', name: `math.${name}`, about, overloads };
}

function ofDouble(evaluate: (value: number) => number): readonly Overload[] {
  return [overload(['double'], 'double', evaluate)];
}

/** To the nearest whole number, halves away from zero. */
function round(value: number): number {
  const whole = Math.trunc(value);
  return Math.abs(value - whole) >= 0.5 ? whole + Math.sign(value) : whole;
}

export const MATH_FUNCTIONS: readonly FunctionSpec[] = [
  math('abs', 'The number without its sign.', [
    overload(['int'], 'int', (a) => (a < 0n ? int64(-a, 'math.abs') : a)),
    overload(['double'], 'double', (a) => Math.abs(a)),
  ]),
  math('ceil', 'The next whole number at or above.', ofDouble(Math.ceil)),
  math('floor', 'The next whole number at or below.', ofDouble(Math.floor)),
  math('round', 'The nearest whole number, halves away from zero.', ofDouble(round)),
  math('trunc', 'The whole number towards zero.', ofDouble(Math.trunc)),
  math('sqrt', 'The square root; NaN below zero.', ofDouble(Math.sqrt)),
  math('ln', 'The natural logarithm; -∞ of zero, NaN below it.', ofDouble(Math.log)),
  math('exp', 'e to the power of the number.', ofDouble(Math.exp)),
  math('pow', 'The first number to the power of the second.', [
    overload(['double', 'double'], 'double', (a, b) => a ** b),
  ]),
  math('sign', '-1, 0 or 1.', [
    overload(['int'], 'int', (a) => (a > 0n ? 1n : a < 0n ? -1n : 0n)),
    overload(['double'], 'double', (a) => Math.sign(a)),
  ]),
  math('isNaN', 'True for NaN.', [overload(['double'], 'bool', (a) => Number.isNaN(a))]),
  math('isInf', 'True for ∞ and -∞.', [overload(['double'], 'bool', (a) => a === Infinity || a === -Infinity)]),
  math('isFinite', 'False for NaN, ∞ and -∞.', [overload(['double'], 'bool', (a) => Number.isFinite(a))]),
  math('least', 'The least of its arguments; NaN if one is.', [
    overload(['int'], 'int', (...all) => least(all), variadic),
    overload(['double'], 'double', (...all) => Math.min(...all), variadic),
  ]),
  math('greatest', 'The greatest of its arguments; NaN if one is.', [
    overload(['int'], 'int', (...all) => greatest(all), variadic),
    overload(['double'], 'double', (...all) => Math.max(...all), variadic),
  ]),
];

function least(all: readonly bigint[]): bigint {
  return all.reduce((a, b) => (b < a ? b : a));
}

function greatest(all: readonly bigint[]): bigint {
  return all.reduce((a, b) => (b > a ? b : a));
}
