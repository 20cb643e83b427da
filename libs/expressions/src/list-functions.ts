import { int64 } from './integers.js';
import type { FunctionSpec, Overload } from './overloads.js';
import { overload } from './overloads.js';
import { EvaluationError } from './evaluation-error.js';
import { compareText } from './texts.js';

const sized = { isSized: true };

function method(name: string, about: string, overloads: readonly Overload[]): FunctionSpec {
  return { style: 'method', name, about, overloads };
}

/** Null for an empty list. */
function best<T>(list: readonly T[], isBetter: (a: T, b: T) => boolean): T | null {
  let found: T | null = null;
  for (const each of list) if (found === null || isBetter(each, found)) found = each;
  return found;
}

type Choice = <T>(sign: (a: T, b: T) => number) => (list: readonly T[]) => T | null;

function extremes(choose: Choice, ofNumbers: (...numbers: number[]) => number): readonly Overload[] {
  const byOperator = choose<bigint | string>((a, b) => (a < b ? -1 : a > b ? 1 : 0));
  const bigints = (list: readonly bigint[]) => byOperator(list) as bigint | null;
  return [
    overload(['list<int>'], 'int', bigints, sized),
    overload(
      ['list<double>'],
      'double',
      (list) => (list.length === 0 ? null : list.reduce((a, b) => ofNumbers(a, b))),
      sized,
    ),
    overload(['list<string>'], 'string', choose(compareText), sized),
    overload(['list<timestamp>'], 'timestamp', bigints, sized),
    overload(['list<duration>'], 'duration', bigints, sized),
    overload(['list<date>'], 'date', (list) => byOperator(list) as string | null, sized),
  ];
}

const lowest: Choice = (sign) => (list) => best(list, (a, b) => sign(a, b) < 0);
const highest: Choice = (sign) => (list) => best(list, (a, b) => sign(a, b) > 0);

export const LIST_FUNCTIONS: readonly FunctionSpec[] = [
  {
    style: 'operator',
    name: '_[_]',
    about: 'The element at a position, from 0.',
    overloads: [
      overload(['list<A>', 'int'], 'A', (list, index) => {
        const element = index < 0n ? undefined : list[Number(index)];
        if (element === undefined) throw new EvaluationError('index out of range', 'list[index]');
        return element;
      }),
    ],
  },
  method('sum', 'The sum of the elements, added from left to right; 0 for an empty list.', [
    overload(
      ['list<int>'],
      'int',
      (list) =>
        int64(
          list.reduce((a, b) => a + b, 0n),
          'sum',
        ),
      sized,
    ),
    overload(['list<double>'], 'double', (list) => list.reduce((a, b) => a + b, 0), sized),
  ]),
  method('min', 'The least element; null for an empty list, NaN if an element is.', extremes(lowest, Math.min)),
  method('max', 'The greatest element; null for an empty list, NaN if an element is.', extremes(highest, Math.max)),
];
