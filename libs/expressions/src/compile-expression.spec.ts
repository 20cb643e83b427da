import type { FeatureValue, ValueTypeName } from '@larder/registry';
import { compileExpression } from './index.js';

// A table of expressions and their values: what the language's page promises, one line each.

const INPUTS = {
  a: 'int64',
  b: 'float64',
  i: 'int32',
  f: 'float32',
  s: 'string',
  t: 'bool',
  when: 'timestamp',
  since: 'timestamp',
  day: 'date',
  raw: 'bytes',
  ints: 'list<int64>',
  small: 'list<int32>',
  doubles: 'list<float64>',
  words: 'list<string>',
  'user.age': 'int32',
} as const satisfies Record<string, ValueTypeName>;

const ROW: Record<keyof typeof INPUTS, FeatureValue> = {
  a: 12n,
  b: 2.5,
  i: 7,
  f: 0.5,
  s: 'Café 😀',
  t: true,
  when: micros('2026-05-07T22:03:04.056Z'),
  since: micros('2026-05-07T20:00:00Z'),
  day: '2024-02-29',
  raw: Uint8Array.of(104, 105),
  ints: [3n, 1n, 2n],
  small: [1, 2],
  doubles: [1.5, -2],
  words: ['b', 'a'],
  'user.age': 41,
};

const NO_ROW: Record<string, FeatureValue> = Object.fromEntries(Object.keys(INPUTS).map((name) => [name, null]));

function micros(text: string): FeatureValue {
  return (BigInt(Date.parse(text)) * 1000n) as FeatureValue & bigint;
}

function valueOf(text: string, output: ValueTypeName, row: Record<string, FeatureValue> = ROW): FeatureValue {
  return compileExpression(text, { inputs: INPUTS, output }).evaluate(row);
}

type Line = readonly [text: string, output: ValueTypeName, value: FeatureValue];

describe('arithmetic', () => {
  it.each<Line>([
    ['a > 10 ? b * 2.0 : 0.0', 'float64', 5],
    ['a + 1', 'int64', 13n],
    ['a + i', 'int32', 19],
    ['-a % 5', 'int64', -2n],
    ['-a / 5', 'int64', -2n],
    ['-9223372036854775808', 'int64', -(2n ** 63n)],
    ['9223372036854775807 - 1 + 1', 'int64', 2n ** 63n - 1n],
    ['0x1F', 'int64', 31n],
    ['-9223372036854775808 % -1', 'int64', 0n],
    ['2147483647', 'int32', 2147483647],
    ['b / 0.0', 'float64', Infinity],
    ['-b / 0.0', 'float64', -Infinity],
    ['0.0 / 0.0', 'float64', NaN],
    ['0.0 / 0.0 == 0.0 / 0.0', 'bool', false],
    ['0.0 / 0.0 < 1.0 || 0.0 / 0.0 >= 1.0', 'bool', false],
    ['f + 0.1', 'float32', Math.fround(0.6)],
    ['1e3 + .5', 'float64', 1000.5],
    ['2.0 * (b + 1.0) - 1.0', 'float64', 6],
    ['10 - 2 - 3', 'int64', 5n],
    ['2 + 3 * 4', 'int64', 14n],
    ['--a', 'int64', 12n],
    ['!!t', 'bool', true],
    ['user.age + 1', 'int32', 42],
    ['false ? 1 : true ? 2 : 3', 'int64', 2n],
    ['math.abs(-3) + math.abs(a)', 'int64', 15n],
    ['math.ceil(b) + math.floor(b) + math.trunc(-b)', 'float64', 3],
    ['math.round(b)', 'float64', 3],
    ['math.round(-2.5)', 'float64', -3],
    ['math.round(0.49999999999999994)', 'float64', 0],
    ['math.sqrt(9.0) + math.exp(0.0) + math.pow(2.0, 10.0)', 'float64', 1028],
    ['math.ln(0.0)', 'float64', -Infinity],
    ['math.sign(-a) + 1', 'int64', 0n],
    ['math.sign(-b)', 'float64', -1],
    ['math.isNaN(0.0 / 0.0) && math.isInf(1.0 / 0.0) && math.isFinite(b)', 'bool', true],
    ['math.least(a, 5, 20)', 'int64', 5n],
    ['math.greatest(b, 5.5)', 'float64', 5.5],
    ['math.greatest(a)', 'int64', 12n],
  ])('%s', (text, output, value) => {
    expect(valueOf(text, output)).toEqual(value);
  });
});

describe('text and bytes', () => {
  it.each<Line>([
    ['size(s)', 'int64', 6n],
    ['s.size() == 6', 'bool', true],
    ['s + "!" + \'?\'', 'string', 'Café 😀!?'],
    ['s.startsWith("Caf") && s.endsWith("😀") && s.contains("é ")', 'bool', true],
    ['s.lowerAscii()', 'string', 'café 😀'],
    ['s.upperAscii()', 'string', 'CAFé 😀'],
    ['"  x ".trim()', 'string', 'x'],
    ['s.substring(5)', 'string', '😀'],
    ['s.substring(1, 3)', 'string', 'af'],
    ['"a,b".split(",")', 'list<string>', ['a', 'b']],
    ['s.split("")[5]', 'string', '😀'],
    ['words.join("-") + words.join()', 'string', 'b-aba'],
    ['s.matches("^C.*é")', 'bool', true],
    ['s.matches("x")', 'bool', false],
    ['"\\uffff" < "😀"', 'bool', true],
    ['"a" < "b" && "a" <= "a" && "b" > "a" && !("a" >= "b")', 'bool', true],
    [String.raw`"\x41\u00e9\U0001F600\101\n\"\\"`, 'string', 'Aé😀A\n"\\'],
    [String.raw`r"\d" + R'\'`, 'string', '\\d\\'],
    ['"""a"\nb"""', 'string', 'a"\nb'],
    ["'''it's'''", 'string', "it's"],
    ['raw == b"hi" && b"a" < b"b"', 'bool', true],
    [String.raw`b"\xff\377é" + raw`, 'bytes', Uint8Array.of(255, 255, 0xc3, 0xa9, 104, 105)],
    ['size(raw) + raw.size()', 'int64', 4n],
    ['string(raw)', 'string', 'hi'],
    ['bytes("é")', 'bytes', Uint8Array.of(0xc3, 0xa9)],
  ])('%s', (text, output, value) => {
    expect(valueOf(text, output)).toEqual(value);
  });
});

describe('conversions', () => {
  it.each<Line>([
    ['int(-2.9) + int("+12") + int(a)', 'int64', 22n],
    ['int(timestamp("1969-12-31T23:59:59.5Z"))', 'int64', -1n],
    ['int(9223372036854774784.0)', 'int64', 9223372036854774784n],
    ['double(a) + double("1.5e1") + double(b)', 'float64', 29.5],
    ['double("NaN")', 'float64', NaN],
    ['double(when - since)', 'float64', 7384.056],
    ['string(a) + string(b) + string(t) + string(s)', 'string', '122.5trueCafé 😀'],
    ['string(when)', 'string', '2026-05-07T22:03:04.056Z'],
    ['string(when - since) + string(duration("-0.25s"))', 'string', '7384.056s-0.250s'],
    ['string(day)', 'string', '2024-02-29'],
    ['bool("True") && !bool("0") && bool(t)', 'bool', true],
    ['timestamp("2026-01-01")', 'timestamp', micros('2026-01-01T00:00:00Z')],
    ['timestamp(-1)', 'timestamp', -1_000_000n as FeatureValue],
    ['timestamp(day) == timestamp("2024-02-29T00:00:00Z")', 'bool', true],
    ['date(when)', 'date', '2026-05-07'],
    ['date("2026-05-07") == date(when)', 'bool', true],
  ])('%s', (text, output, value) => {
    expect(valueOf(text, output)).toEqual(value);
  });
});

describe('times', () => {
  it.each<Line>([
    ['when.getFullYear() * 100 + when.getMonth()', 'int64', 202604n],
    ['when.getDate() - when.getDayOfMonth()', 'int64', 1n],
    ['when.getDayOfWeek()', 'int64', 4n],
    ['day.getDayOfYear()', 'int64', 59n],
    ['timestamp("2024-12-31").getDayOfYear()', 'int64', 365n],
    ['when.getHours() * 10000 + when.getMinutes() * 100 + when.getSeconds()', 'int64', 220304n],
    ['when.getMilliseconds()', 'int64', 56n],
    ['timestamp("1969-12-31T23:59:59.999999Z").getSeconds()', 'int64', 59n],
    ['(when - since).getHours()', 'int64', 2n],
    ['(when - since).getMinutes()', 'int64', 123n],
    ['int(when - since)', 'int64', 7384n],
    ['(since - when).getMilliseconds()', 'int64', -56n],
    ['when - duration("2h3m4.056s") == since', 'bool', true],
    [
      'duration("1h") + since > since && duration("1h") + duration("1m") - duration("61m") == duration("0")',
      'bool',
      true,
    ],
    ['when > since && day < date("2024-03-01") && duration("1ms") < duration("1s")', 'bool', true],
  ])('%s', (text, output, value) => {
    expect(valueOf(text, output)).toEqual(value);
  });
});

describe('lists', () => {
  it.each<Line>([
    ['size(ints) + words.size()', 'int64', 5n],
    ['ints[0]', 'int64', 3n],
    ['ints + [a]', 'list<int64>', [3n, 1n, 2n, 12n]],
    ['small', 'list<int32>', [1, 2]],
    ['small.map(x, double(x))', 'list<float32>', [1, 2]],
    ['[]', 'list<string>', []],
    ['[1, a] + []', 'list<int64>', [1n, 12n]],
    ['2 in ints && !(5 in ints) && "a" in words && !(1 in [])', 'bool', true],
    ['[[1, 2], [3]][1] == [3] && [1] != [1, 2] && [1, 2] in [[1, 2]]', 'bool', true],
    ['ints.all(x, x > 0) && ints.exists(x, x == 2) && ints.exists_one(x, x == 2)', 'bool', true],
    ['ints.exists_one(x, x > 1)', 'bool', false],
    ['[].all(x, false) && ![].exists(x, true)', 'bool', true],
    ['ints.filter(x, x > 1)', 'list<int64>', [3n, 2n]],
    ['ints.map(x, x * x)', 'list<int64>', [9n, 1n, 4n]],
    ['ints.map(x, x > 1, string(x))', 'list<string>', ['3', '2']],
    ['ints.map(x, ints.map(y, x * y).sum()).sum()', 'int64', 36n],
    ['ints.map(a, a + 1)', 'list<int64>', [4n, 2n, 3n]],
    ['ints.sum() + [].sum()', 'int64', 6n],
    ['doubles.sum()', 'float64', -0.5],
    ['ints.min() * 10 + ints.max()', 'int64', 13n],
    ['doubles.min()', 'float64', -2],
    ['[0.0 / 0.0, 1.0].max()', 'float64', NaN],
    ['words.min() + words.max()', 'string', 'ab'],
    ['[when, since].min() == since && [when - since, duration("1s")].min() == duration("1s")', 'bool', true],
    ['[day, date(when)].max()', 'date', '2026-05-07'],
    ['ints.filter(x, false).min()', 'int64', null],
    ['[9223372036854775807, 1, -1].sum()', 'int64', 2n ** 63n - 1n],
  ])('%s', (text, output, value) => {
    expect(valueOf(text, output)).toEqual(value);
  });
});

describe('nulls', () => {
  it.each<Line>([
    ['a + 1', 'int64', null],
    ['-a', 'int64', null],
    ['a < 1', 'bool', null],
    ['!t', 'bool', null],
    ['size(s)', 'int64', null],
    ['math.least(a, 1)', 'int64', null],
    ['s.substring(0, 1)', 'string', null],
    ['s.matches("x")', 'bool', null],
    ['ints[0]', 'int64', null],
    ['[a, 1]', 'list<int64>', null],
    ['small', 'list<int32>', null],
    ['f', 'float32', null],
    ['null', 'int32', null],
    ['a == null', 'bool', true],
    ['a != null', 'bool', false],
    ['null == a', 'bool', true],
    ['a == 1', 'bool', false],
    ['a != 1', 'bool', true],
    ['a == i', 'bool', true],
    ['a in [1]', 'bool', false],
    ['1 in ints', 'bool', null],
    ['false && t', 'bool', false],
    ['t && false', 'bool', false],
    ['true && t', 'bool', null],
    ['t && true', 'bool', null],
    ['true || t', 'bool', true],
    ['t || true', 'bool', true],
    ['false || t', 'bool', null],
    ['t || t', 'bool', null],
    ['t ? 1 : 2', 'int64', null],
    ['t == null ? 1 : 2', 'int64', 1n],
    ['true ? null : 1', 'int64', null],
    ['coalesce(a, null, 5)', 'int64', 5n],
    ['coalesce(1, 1 / 0)', 'int64', 1n],
    ['ints.all(x, x > 0)', 'bool', null],
    ['ints.filter(x, true)', 'list<int64>', null],
    ['[1, 2].filter(x, a > x)', 'list<int64>', []],
    ['[1, 2].map(x, a + x)', 'list<int64>', null],
    ['[1, 2].all(x, a > x)', 'bool', null],
    ['[1, 2].all(x, x > 1 && a > x)', 'bool', false],
    ['[1, 2].exists(x, a > x || x == 2)', 'bool', true],
    ['[1, 2].exists_one(x, a > x)', 'bool', null],
    ['[1, 2].exists_one(x, true || a > x)', 'bool', false],
  ])('of a row without values: %s', (text, output, value) => {
    expect(valueOf(text, output, NO_ROW)).toEqual(value);
  });
});

describe('a compiled expression', () => {
  it('tells the inputs that it uses, and reads no other', () => {
    const compiled = compileExpression('b > 1.0 ? user.age : i + user.age', { inputs: INPUTS, output: 'int32' });
    expect(compiled.inputs).toEqual(['b', 'i', 'user.age']);
    expect(compiled.evaluate({ b: 2, i: 1, 'user.age': 5 })).toBe(5);
    expect(compileExpression('ints.map(a, a)', { inputs: INPUTS, output: 'list<int64>' }).inputs).toEqual(['ints']);
  });

  it('allows comments and any white space', () => {
    expect(valueOf('a // twelve\n\t+ 1 // and one', 'int64')).toBe(13n);
  });

  it.each<[string, FeatureValue | undefined]>([
    ['a', 'text'],
    ['a', 1.5],
    ['a', 2n ** 63n],
    ['a', undefined],
    ['i', 3_000_000_000],
    ['small', [1, 2.5]],
    ['day', 'yesterday'],
    ['t', 1],
  ])('refuses for %s the value %s', (name, value) => {
    const row = value === undefined ? {} : { [name]: value };
    const output = INPUTS[name as keyof typeof INPUTS];
    expect(() => valueOf(name, output, row)).toThrow(
      expect.objectContaining({
        code: 'INVALID_ARGUMENT',
        message: expect.stringContaining(`input ${name}: expected`),
      }),
    );
  });

  it('takes int64 as a number too where it is exact', () => {
    expect(valueOf('a + 1', 'int64', { a: 41 })).toBe(42n);
  });
});
