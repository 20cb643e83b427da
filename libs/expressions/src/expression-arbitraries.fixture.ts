import fc from 'fast-check';

/** Types of the generated expressions. */
export type GeneratedType = 'int' | 'double' | 'bool' | 'string' | 'list<int>' | 'timestamp' | 'duration';

type Text = fc.Arbitrary<string>;
type Parts = Record<GeneratedType, Text>;

const LEAVES: Parts = {
  int: fc.oneof(
    fc.constantFrom('a', 'i', '0', '1', '-1', '2', '9223372036854775807', '-9223372036854775808', '0x7f'),
    fc.integer().map(String),
  ),
  double: fc.oneof(
    fc.constantFrom('b', '0.0', '1.5', '-2.0', '1e300', '(0.0 / 0.0)', '(1.0 / 0.0)'),
    fc.integer({ min: -1000, max: 1000 }).map((value) => `${value}.25`),
  ),
  bool: fc.constantFrom('t', 'true', 'false'),
  string: fc.constantFrom('s', '""', '"abc"', "'éß'", String.raw`"\x41\n"`, String.raw`r"\d"`, '"12"'),
  'list<int>': fc.constantFrom('ints', '[1, 2, 3]', '[]'),
  timestamp: fc.constantFrom(
    'timestamp("2026-05-07T22:03:04.056Z")',
    'timestamp("1969-12-31T23:59:59.5Z")',
    'timestamp("2024-02-29T00:00:00Z")',
    'timestamp("2150-12-31T00:00:00Z")',
  ),
  duration: fc.constantFrom('duration("1h30m")', 'duration("-1.5s")', 'duration("250ms")', 'duration("26298000s")'),
};

const GETTERS = 'FullYear Month Date DayOfMonth DayOfYear DayOfWeek Hours Minutes Seconds Milliseconds'.split(' ');

/** The text of a call whose operands are generated. */
function form(parts: readonly Text[], text: (...operands: string[]) => string): Text {
  return fc.tuple(...parts).map((operands) => `(${text(...operands)})`);
}

function infix(left: Text, signs: readonly string[], right: Text): Text {
  return form([left, fc.constantFrom(...signs), right], (a, sign, b) => `${a} ${sign} ${b}`);
}

function numbers(p: Parts): Pick<Parts, 'int' | 'double'> {
  return {
    int: fc.oneof(
      infix(p.int, ['+', '-', '*', '/', '%'], p.int),
      form([p.int], (a) => `-(${a} / 2)`),
      form([p.string], (s) => `size(${s})`),
      form([p['list<int>']], (list) => `${list}.size()`),
      form([p['list<int>'], p.int], (list, at) => `${list}[${at}]`),
      form([p.double], (a) => `int(${a})`),
      form([p.timestamp, fc.constantFrom(...GETTERS)], (time, part) => `${time}.get${part}()`),
      form([p.duration, fc.constantFrom('Hours', 'Minutes', 'Seconds')], (time, part) => `${time}.get${part}()`),
      form([p.timestamp], (time) => `int(${time})`),
    ),
    double: fc.oneof(
      infix(p.double, ['+', '-', '*', '/'], p.double),
      form([p.double], (a) => `-${a}`),
      form([p.int], (a) => `double(${a})`),
    ),
  };
}

function conditions(p: Parts): Text {
  const signs = ['<', '<=', '>', '>=', '==', '!='];
  return fc.oneof(
    infix(p.int, signs, p.int),
    infix(p.double, signs, p.double),
    infix(p.string, signs, p.string),
    infix(p.timestamp, signs, p.timestamp),
    infix(p.duration, signs, p.duration),
    infix(p['list<int>'], ['==', '!='], p['list<int>']),
    infix(p.bool, ['&&', '||', '=='], p.bool),
    infix(p.int, ['in'], p['list<int>']),
    form([p.bool], (a) => `!${a}`),
    form(
      [p.string, fc.constantFrom('startsWith', 'endsWith', 'contains'), p.string],
      (s, name, part) => `${s}.${name}(${part})`,
    ),
    form([p.string, fc.constantFrom('^a', '[0-9]+', 'b|c$', '.')], (s, pattern) => `${s}.matches("${pattern}")`),
    form(
      [p['list<int>'], fc.constantFrom('all', 'exists', 'exists_one'), p.int],
      (list, name, than) => `${list}.${name}(x, x > ${than})`,
    ),
  );
}

function others(p: Parts): Pick<Parts, 'string' | 'list<int>' | 'timestamp' | 'duration'> {
  return {
    string: fc.oneof(
      infix(p.string, ['+'], p.string),
      form([p.int], (a) => `string(${a})`),
      form([p.bool], (a) => `string(${a})`),
      form([p.string, fc.constantFrom('lowerAscii', 'upperAscii', 'trim')], (s, name) => `${s}.${name}()`),
      form([p.string, fc.constantFrom('0', '1', '3')], (s, at) => `${s}.substring(${at})`),
    ),
    'list<int>': fc.oneof(
      infix(p['list<int>'], ['+'], p['list<int>']),
      form([p.int, p.int], (a, b) => `[${a}, ${b}]`),
      form([p['list<int>'], p.int], (list, than) => `${list}.filter(x, x > ${than})`),
      form([p['list<int>'], p.int], (list, by) => `${list}.map(x, x + ${by})`),
      form([p['list<int>'], p.int], (list, by) => `${list}.map(x, x < 3, x * ${by})`),
    ),
    timestamp: fc.oneof(
      infix(p.timestamp, ['+', '-'], p.duration),
      form([p.duration, p.timestamp], (a, b) => `${a} + ${b}`),
    ),
    duration: fc.oneof(infix(p.timestamp, ['-'], p.timestamp), infix(p.duration, ['+', '-'], p.duration)),
  };
}

/** Expressions of each type, at most so deep, over the inputs a, i, b, t, s and ints. */
export function expressionsOf(depth: number): Parts {
  if (depth === 0) return LEAVES;
  const p = expressionsOf(depth - 1);
  const grown: Parts = { ...numbers(p), bool: conditions(p), ...others(p) };
  const either = (type: GeneratedType) =>
    fc.oneof(
      { weight: 2, arbitrary: LEAVES[type] },
      { weight: 5, arbitrary: grown[type] },
      { weight: 1, arbitrary: form([p.bool, p[type], p[type]], (test, a, b) => `${test} ? ${a} : ${b}`) },
    );
  return {
    int: either('int'),
    double: either('double'),
    bool: either('bool'),
    string: either('string'),
    'list<int>': either('list<int>'),
    timestamp: either('timestamp'),
    duration: either('duration'),
  };
}
