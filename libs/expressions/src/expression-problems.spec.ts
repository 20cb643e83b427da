import type { FeatureValue, ValueTypeName } from '@larder/registry';
import { compileExpression, EVALUATION_FAILURES, EvaluationError, EXPRESSION_LIMITS } from './index.js';

const INPUTS = {
  price: 'float64',
  count: 'int64',
  name: 'string',
  tags: 'list<string>',
  amount: 'decimal',
  document: 'json',
  when: 'timestamp',
  empty: 'list<int64>',
} as const satisfies Record<string, ValueTypeName>;

function problemsOf(text: string, output: ValueTypeName = 'float64'): string[] {
  try {
    compileExpression(text, { inputs: INPUTS, output });
  } catch (error) {
    expect(error).toMatchObject({ name: 'LarderError', code: 'INVALID_ARGUMENT' });
    const { problems } = (error as { details: { problems: { path: string; message: string }[] } }).details;
    return problems.map(({ path, message }) => `${path} ${message}`);
  }
  return [];
}

describe('what is wrong with an expression', () => {
  it('is told all at once, in the order of the text', () => {
    expect(problemsOf('prcie * 2.0 +\n  cuont * sqrt(name)')).toEqual([
      '1:1 unknown name prcie; did you mean price?',
      '2:3 unknown name cuont; did you mean count?',
      '2:11 unknown function sqrt; did you mean math.sqrt?',
    ]);
  });

  it.each<[string, string]>([
    [
      'price * 2',
      '1:7 * takes int, int | double, double; not double, int; write double(…) around the int, or 2.0 for 2',
    ],
    ['count', '1:1 the value is int, but the output is float64 (double); write double(…) around the int, or 2.0 for 2'],
    ['when - when', '1:1 the value is duration, but the output is float64 (double); write int(…) for its seconds'],
    ['amount', '1:1 amount is decimal, which expressions cannot compute with'],
    ['document == null ? 1.0 : 2.0', '1:1 document is json, which expressions cannot compute with'],
    ['price && true ? 1.0 : 2.0', '1:1 each side of && must be bool, not double'],
    ['count ? 1.0 : 2.0', '1:1 the condition before ? must be bool, not int'],
    [
      'true ? 1 : 2.0',
      '1:6 both sides of ?: have one type, not int and double; write double(…) around the int, or 2.0 for 2',
    ],
    [
      'price == 1 ? 1.0 : 2.0',
      '1:7 == compares one type, not double and int; write double(…) around the int, or 2.0 for 2',
    ],
    ['1 in tags ? 1.0 : 2.0', '1:3 "in" looks for an element of its type, not int and list<string>'],
    ['1 in count ? 1.0 : 2.0', '1:3 "in" looks into a list, not into int'],
    ['coalesce(1.0)', '1:1 coalesce takes two values or more'],
    [
      'coalesce(price, 1)',
      '1:1 the values of coalesce have one type, not double, int; write double(…) around the int, or 2.0 for 2',
    ],
    [
      'price + null',
      '1:7 + takes int, int | double, double | string, string | bytes, bytes | list<any>, list<any> | timestamp, duration | duration, timestamp | duration, duration; not double, null',
    ],
    ['[1, null].sum()', '1:5 a list holds no null'],
    ['[1, 2.0].sum()', '1:5 the elements of a list have one type: this one is double, those before int'],
    ['tags.map(x, null)', '1:13 a list holds no null'],
    ['tags.all(1, true) ? 1.0 : 2.0', '1:6 all takes a variable and what to do with it: list.all(x, …)'],
    ['tags.filter(x) ? 1.0 : 2.0', '1:6 filter takes a variable and what to do with it: list.filter(x, …)'],
    ['count.all(x, true) ? 1.0 : 2.0', '1:7 all goes through a list, not int'],
    ['tags.exists(x, x) ? 1.0 : 2.0', '1:16 the condition for an element must be bool, not string'],
    ['tags.size', '1:6 list<string> has no field size'],
    ['count == cuont ? 1.0 : 2.0', '1:10 unknown name cuont; did you mean count?'],
    ['[1, cuont] == [1] ? 1.0 : 2.0', '1:5 unknown name cuont; did you mean count?'],
    ['customer.age', '1:10 unknown name customer.age'],
    ['has(price.x)', '1:1 there is no has(); write x != null'],
    ['startsWith(name, "a") ? 1.0 : 2.0', '1:1 startsWith is a method; write x.startsWith(…)'],
    [
      'name.matches("^2024-") ? 1.0 : count',
      '1:24 both sides of ?: have one type, not double and int; write double(…) around the int, or 2.0 for 2',
    ],
    ['count.double()', '1:7 double is no method; write double(x)'],
    ['name.startWith("a") ? 1.0 : 2.0', '1:6 unknown function startWith; did you mean startsWith?'],
    ['math.squrt(price)', '1:6 unknown function math.squrt; did you mean math.sqrt?'],
    ['math.sqrt()', '1:6 math.sqrt takes double; not nothing'],
    ['when.getHours("Europe/Berlin")', '1:6 getHours takes timestamp | duration; not timestamp, string'],
    ['now()', '1:1 unknown function now'],
    ['name.matches(name) ? 1.0 : 2.0', '1:6 matches takes one pattern, written as a literal: x.matches("^a+$")'],
    ['name.matches("(") ? 1.0 : 2.0', '1:14 not a pattern of RE2: error parsing regexp: missing closing ): `(`'],
    [
      'name.matches("a{1000}") ? 1.0 : 2.0',
      '1:14 all patterns of an expression together have at most 400 characters, and their counts {n} add up to 100 at most',
    ],
    ['price.matches("a") ? 1.0 : 2.0', '1:7 matches takes string, not double'],
    ['', '1:1 expected a value, found the end'],
    ['1.0 +', '1:6 expected a value, found the end'],
    ['price > 1.0 ? 2.0', '1:18 expected ":", found the end'],
    ['(1.0', '1:5 expected ")", found the end'],
    ['1.0 2.0', '1:5 expected an operator or the end, found "2.0"'],
    ['true and false', '1:6 expected an operator or the end, found "and"; "and" is &&'],
    ['price = 1.0', '1:7 unexpected "="; equality is ==, and an expression assigns nothing'],
    ['{"a": 1}', '1:1 unexpected "{"; expressions have no maps and no messages'],
    ['price; 1', '1:6 unexpected ";"; an expression is one value, not statements'],
    ['1u', '1:1 expressions have no unsigned integers; leave the u out'],
    ['12abc', '1:1 not a number: 12a'],
    ['1e400', '1:1 1e400 is too large for a double'],
    ['9223372036854775808', '1:1 this number does not fit into int (64 bits)'],
    ['"open', '1:1 text without its closing "'],
    ['"a\nb"', '1:1 text without its closing "'],
    [String.raw`"\q"`, '1:2 a \\ that begins no escape; write \\\\, or r"…" for text without escapes'],
    [String.raw`"\ud800"`, '1:2 this escape is not a Unicode character'],
    [String.raw`b"\u0041"`, String.raw`1:3 bytes have no \u escape; write \x..`],
    ['import', '1:1 expected a value, found "import"'],
    ['f(1,)', '1:5 expected an argument, found ")"'],
    ['price @ 1', '1:7 unexpected "@"'],
  ])('%s', (text, problem) => {
    expect(problemsOf(text)).toEqual([problem]);
  });

  it.each<ValueTypeName>(['decimal', 'json', 'list<decimal>'])('is an output of type %s', (output) => {
    expect(problemsOf('1', output)).toEqual([`1:1 the output is ${output}, which expressions cannot compute`]);
  });

  it.each(['constructor', '__proto__', 'toString', 'hasOwnProperty', 'valueOf'])('is an input named %s', (name) => {
    const inputs = Object.fromEntries([[name, 'int64' as const]]);
    expect(() => compileExpression('1', { inputs, output: 'int64' })).toThrow(
      `expression: 1 problem\n  inputs.${name}: this name is not allowed`,
    );
  });

  it('is a type that does not exist', () => {
    const inputs = { a: 'int' as ValueTypeName };
    expect(() => compileExpression('1', { inputs, output: 'constructor' as ValueTypeName })).toThrow(
      'expression: 2 problems\n  inputs.a: unknown type int\n  output: unknown type constructor',
    );
  });

  it.each([
    'constructor',
    '__proto__',
    'price.constructor',
    'price.__proto__',
    'tags.constructor("return 1")',
    'toString()',
    'math.constructor(1)',
    'math',
    'tags["constructor"]',
    'tags.__proto__.polluted',
    'process.exit()',
    'globalThis',
    'this',
    'eval("1")',
    'tags.map(constructor, constructor.constructor)',
    'cel.bind(x, 1, x)',
    'type(1)',
    'dyn(1)',
  ])('is a way out: %s', (text) => {
    expect(problemsOf(text).join()).toMatch(/unknown (name|function)|has no field|takes list/);
  });
});

describe('an expression is refused', () => {
  const { maxDepth, maxLength, maxNodes } = EXPRESSION_LIMITS;

  it.each([
    ['(', '1', ')'],
    ['[', '1', ']'],
    ['math.abs(', '1', ')'],
    ['!(', 'true', ')'],
    ['!', 'true', ''],
    ['-', 'count', ''],
    ['true ? 1 : ', '2', ''],
    ['1 + ', '1', ''],
    ['tags.all(x, ', 'true', ')'],
    ['', 'tags', '[0]'],
  ])('when %j is repeated without end', (before, inner, after) => {
    for (const times of [maxDepth + 1, 5000, 100_000]) {
      const [problem] = problemsOf(before.repeat(times) + inner + after.repeat(times), 'int64');
      expect(problem).toMatch(/too (deep|long): /);
    }
  });

  it(`when it has more than ${maxNodes} parts or ${maxLength} characters`, () => {
    const list = (size: number) => `size([${new Array(size).fill('1').join(', ')}])`;
    expect(problemsOf(list(maxNodes - 2), 'int64')).toEqual([]);
    expect(problemsOf(list(maxNodes - 1), 'int64')).toEqual([
      expect.stringContaining(`too long: an expression has at most ${maxNodes} parts`),
    ]);
    expect(problemsOf(`1${' '.repeat(maxLength - 1)}`, 'int64')).toEqual([]);
    expect(problemsOf(`1${' '.repeat(maxLength)}`, 'int64')).toEqual([
      `1:1 too long: an expression has at most ${maxLength} characters`,
    ]);
  });
});

function failureOf(text: string, output: ValueTypeName, row: Record<string, FeatureValue> = {}): string | FeatureValue {
  const values = { price: 1.5, count: 2n, name: 'abc', tags: ['a'], when: 0n as FeatureValue, empty: [], ...row };
  try {
    return compileExpression(text, { inputs: INPUTS, output }).evaluate(values);
  } catch (error) {
    if (error instanceof EvaluationError) return error.failure;
    throw error;
  }
}

describe('an evaluation fails', () => {
  const cases: [string, ValueTypeName, string][] = [
    ['count / 0', 'int64', 'division by zero'],
    ['count % 0', 'int64', 'division by zero'],
    ['9223372036854775807 + 1', 'int64', 'overflow'],
    ['-9223372036854775808 - 1', 'int64', 'overflow'],
    ['-(-9223372036854775807 - 1)', 'int64', 'overflow'],
    ['9223372036854775807 * count', 'int64', 'overflow'],
    ['-9223372036854775808 / -1', 'int64', 'overflow'],
    ['math.abs(-9223372036854775808)', 'int64', 'overflow'],
    ['[9223372036854775807, 1].sum()', 'int64', 'overflow'],
    ['2147483648', 'int32', 'overflow'],
    ['-2147483649', 'int32', 'overflow'],
    ['[2147483648]', 'list<int32>', 'overflow'],
    ['1e39', 'float32', 'overflow'],
    ['int(1e19)', 'int64', 'overflow'],
    ['int("9223372036854775808")', 'int64', 'overflow'],
    ['int(1.0 / 0.0)', 'int64', 'overflow'],
    ['timestamp(253402300800)', 'timestamp', 'overflow'],
    ['timestamp("9999-12-31T23:59:59Z") + duration("1s")', 'timestamp', 'overflow'],
    ['int(duration("87660000h") + duration("1s"))', 'int64', 'overflow'],
    ['tags[1]', 'string', 'index out of range'],
    ['tags[-1]', 'string', 'index out of range'],
    ['tags[9223372036854775807]', 'string', 'index out of range'],
    ['name.substring(4)', 'string', 'index out of range'],
    ['name.substring(2, 1)', 'string', 'index out of range'],
    ['name.substring(-1)', 'string', 'index out of range'],
    ['int("x")', 'int64', 'conversion'],
    ['int("0x10")', 'int64', 'conversion'],
    ['int("")', 'int64', 'conversion'],
    ['int(0.0 / 0.0)', 'int64', 'conversion'],
    ['double("1,5")', 'float64', 'conversion'],
    ['bool("yes")', 'bool', 'conversion'],
    ['timestamp("yesterday")', 'timestamp', 'conversion'],
    ['date("2026-02-30")', 'date', 'conversion'],
    ['date("2026")', 'date', 'conversion'],
    ['int(duration("1 h"))', 'int64', 'conversion'],
    ['int(duration(""))', 'int64', 'conversion'],
    [String.raw`string(b"\xff")`, 'string', 'conversion'],
    ['count / 0 > 1 && true', 'bool', 'division by zero'],
    ['null && count / 0 > 1', 'bool', 'division by zero'],
    ['[1, 0].all(x, 1 / x > 0)', 'bool', 'division by zero'],
    ['tags.map(x, int(x))', 'list<int64>', 'conversion'],
  ];

  it.each(cases)('%s', (text, output, failure) => {
    expect(failureOf(text, output)).toBe(failure);
    expect(EVALUATION_FAILURES).toContain(failure);
  });

  it.each([
    ['count / 0 > 1 && false', false],
    ['false && count / 0 > 1', false],
    ['count / 0 > 1 || true', true],
    ['[1, 0, -1].all(x, 1 / x > 0)', false],
    ['[0, 1].exists(x, 1 / x > 0)', true],
    ['count == 2 || count / 0 > 1', true],
  ])('not where the other side decides: %s', (text, value) => {
    expect(failureOf(text, 'bool')).toBe(value);
  });
});
