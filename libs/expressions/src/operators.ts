import { divide, int64, remainder } from './integers.js';
import type { FunctionSpec, Overload } from './overloads.js';
import { overload } from './overloads.js';
import { compareBytes, compareText, joinBytes } from './texts.js';
import { checkedDuration, checkedTime } from './times.js';

const sized = { isSized: true };

function operator(name: string, about: string, overloads: readonly Overload[]): FunctionSpec {
  return { style: 'operator', name, about, overloads };
}

/** An order as one overload per type that has one. */
function order(holds: (sign: number) => boolean): readonly Overload[] {
  const compare = <T extends bigint | number | string | boolean>(a: T, b: T) => (a < b ? -1 : a > b ? 1 : 0);
  return [
    overload(['int', 'int'], 'bool', (a, b) => holds(compare(a, b))),
    // NaN is neither below, equal nor above.
    overload(['double', 'double'], 'bool', (a, b) => a === a && b === b && holds(compare(a, b))),
    overload(['string', 'string'], 'bool', (a, b) => holds(compareText(a, b)), sized),
    overload(['bytes', 'bytes'], 'bool', (a, b) => holds(compareBytes(a, b)), sized),
    overload(['bool', 'bool'], 'bool', (a, b) => holds(compare(a, b))),
    overload(['timestamp', 'timestamp'], 'bool', (a, b) => holds(compare(a, b))),
    overload(['duration', 'duration'], 'bool', (a, b) => holds(compare(a, b))),
    overload(['date', 'date'], 'bool', (a, b) => holds(compare(a, b))),
  ];
}

/** Operators that are null when an operand is; the others (`==`, `!=`, `in`, `&&`, `||`, `?:`) have rules of their own. */
export const OPERATORS: readonly FunctionSpec[] = [
  operator('_+_', 'Sum; text, bytes and lists are joined.', [
    overload(['int', 'int'], 'int', (a, b) => int64(a + b, 'a + b')),
    overload(['double', 'double'], 'double', (a, b) => a + b),
    overload(['string', 'string'], 'string', (a, b) => a + b, sized),
    overload(['bytes', 'bytes'], 'bytes', joinBytes, sized),
    overload(['list<A>', 'list<A>'], 'list<A>', (a, b) => [...a, ...b], sized),
    overload(['timestamp', 'duration'], 'timestamp', (a, b) => checkedTime(a + b, 'a + b')),
    overload(['duration', 'timestamp'], 'timestamp', (a, b) => checkedTime(a + b, 'a + b')),
    overload(['duration', 'duration'], 'duration', (a, b) => checkedDuration(a + b, 'a + b')),
  ]),
  operator('_-_', 'Difference; of two timestamps the duration between them.', [
    overload(['int', 'int'], 'int', (a, b) => int64(a - b, 'a - b')),
    overload(['double', 'double'], 'double', (a, b) => a - b),
    overload(['timestamp', 'timestamp'], 'duration', (a, b) => checkedDuration(a - b, 'a - b')),
    overload(['timestamp', 'duration'], 'timestamp', (a, b) => checkedTime(a - b, 'a - b')),
    overload(['duration', 'duration'], 'duration', (a, b) => checkedDuration(a - b, 'a - b')),
  ]),
  operator('_*_', 'Product.', [
    overload(['int', 'int'], 'int', (a, b) => int64(a * b, 'a * b')),
    overload(['double', 'double'], 'double', (a, b) => a * b),
  ]),
  operator('_/_', 'Quotient; of ints cut towards zero, of doubles as IEEE 754 has it.', [
    overload(['int', 'int'], 'int', divide),
    overload(['double', 'double'], 'double', (a, b) => a / b),
  ]),
  operator('_%_', 'Remainder, with the sign of the left operand.', [overload(['int', 'int'], 'int', remainder)]),
  operator('-_', 'The opposite number.', [
    overload(['int'], 'int', (a) => int64(-a, '-a')),
    overload(['double'], 'double', (a) => -a),
  ]),
  operator('!_', 'Not.', [overload(['bool'], 'bool', (a) => !a)]),
  operator(
    '_<_',
    'Below.',
    order((sign) => sign < 0),
  ),
  operator(
    '_<=_',
    'At most.',
    order((sign) => sign <= 0),
  ),
  operator(
    '_>_',
    'Above.',
    order((sign) => sign > 0),
  ),
  operator(
    '_>=_',
    'At least.',
    order((sign) => sign >= 0),
  ),
];
