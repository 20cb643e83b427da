import type { FeatureValue } from '@larder/registry';
import { isLarderError } from '@larder/registry';
import fc from 'fast-check';
import { expressionsOf } from './expression-arbitraries.fixture.js';
import { compileExpression, EvaluationError, EXPRESSION_LIMITS } from './index.js';

const INPUTS = { a: 'int64', i: 'int32', b: 'float64', t: 'bool', s: 'string', ints: 'list<int64>' } as const;
const ROW: Record<string, FeatureValue> = { a: 1n, i: 2, b: 3, t: true, s: 'abc', ints: [1n, 2n, 3n] };

/** Longer than any text may take, even where the code has not been compiled yet. */
const MAX_COMPILE_MS = 50;

/** True when it compiles, false for INVALID_ARGUMENT; any other error passes through. */
function isAccepted(text: string): boolean {
  try {
    compileExpression(text, { inputs: INPUTS, output: 'int64' });
    return true;
  } catch (error) {
    if (isLarderError(error) && error.code === 'INVALID_ARGUMENT') return false;
    throw error;
  }
}

function stepsLeave(text: string, stepBudget: number, row = ROW): FeatureValue {
  try {
    return compileExpression(text, { inputs: INPUTS, output: 'int64', stepBudget }).evaluate(row);
  } catch (error) {
    if (error instanceof EvaluationError && error.failure === 'budget') return 'budget';
    throw error;
  }
}

const PIECES = fc.constantFrom(
  'a',
  'ints',
  's',
  '1',
  '2.0',
  '"x"',
  "'''",
  '"',
  'b"',
  'r"',
  '\\',
  '\\u',
  '(',
  ')',
  '[',
  ']',
  ',',
  '.',
  '?',
  ':',
  '+',
  '-',
  '*',
  '/',
  '%',
  '<',
  '==',
  '&&',
  '||',
  '!',
  ' in ',
  'null',
  'true',
  '.map(x,',
  '.all(x,',
  'size(',
  '\n',
  '{',
  '}',
  '//',
  '0x',
  '1e',
  'matches("',
  '(a+)+',
  'math.',
  '__proto__',
  'constructor',
  '\ud800',
  '😀',
  '\0',
);

describe('any text', () => {
  it.each([
    ['text', fc.string({ unit: 'binary', maxLength: 200 })],
    ['pieces of expressions', fc.array(PIECES, { maxLength: 60 }).map((pieces) => pieces.join(''))],
    ['a long row of one piece', fc.tuple(PIECES, PIECES, fc.nat(4000)).map(([a, b, n]) => a.repeat(n) + b.repeat(n))],
    [
      'an expression with a piece in it',
      fc
        .tuple(expressionsOf(3).int, PIECES, fc.nat())
        .map(([text, piece, at]) => text.slice(0, at % (text.length + 1)) + piece + text.slice(at % (text.length + 1))),
    ],
  ])('that is %s compiles or is INVALID_ARGUMENT', (_, texts) => {
    fc.assert(
      fc.property(texts, (text) => {
        expect(typeof isAccepted(text)).toBe('boolean');
      }),
      { numRuns: 1500 },
    );
  });

  const { maxLength, maxNodes } = EXPRESSION_LIMITS;
  it.each([
    ['parts', `size([${new Array(maxNodes - 2).fill('1').join(', ')}])`],
    ['conditions', `${'a < 1 ? 1 : '.repeat(150)}2`],
    ['brackets', '('.repeat(maxLength)],
    ['names to guess', `${'inst + '.repeat(450)}1`],
    ['unknown functions', `${'siez(s) + '.repeat(300)}1`],
    ['loops in loops', `${'ints.map(x, '.repeat(60)}1${').sum()'.repeat(60)}`],
    ['open quotes', '"'.repeat(maxLength - 1)],
    ['escapes', `size("${String.raw`\x41`.repeat(2400)}")`],
    ['bytes', `size(b"${String.raw`\xff`.repeat(2400)}")`],
    ['comments', '//\n'.repeat(3300)],
    ['digits', '1'.repeat(maxLength)],
    ['a name', 'a'.repeat(maxLength)],
    ['a pattern', `s.matches("${String.raw`(\\pL|\\pN){50}`.repeat(2)}") ? 1 : 2`],
    ['patterns', `s.matches("${String.raw`(\\pL|\\pN)`.repeat(35)}") ? 1 : 2`],
    ['a hostile pattern', `s.matches("${'((a*)*)*'.repeat(45)}") ? 1 : 2`],
  ])('of %s is judged at once', (_, text) => {
    const times = [1, 2, 3].map(() => {
      const start = performance.now();
      isAccepted(text);
      return performance.now() - start;
    });
    expect(Math.min(...times)).toBeLessThan(MAX_COMPILE_MS);
  });
});

describe('the step budget', () => {
  it.each<[text: string, steps: number]>([
    ['a', 0],
    ['1', 0],
    ['a + 1', 1],
    ['-a * (a + i)', 3],
    ['t ? a + 1 : a + 1 + 1 + 1', 2],
    ['t || a / 0 > 1 ? 1 : 2', 2],
    ['coalesce(a, 1 + 1)', 1],
    ['size([1, 2])', 2],
    ['size([a, 2])', 2],
    ['math.least(a, 2, 3)', 1],
    ['ints[0]', 1],
    // One for sum, one per element.
    ['ints.sum()', 4],
    // map 1, elements 3, additions 3; sum 1 and its elements 3.
    ['ints.map(x, x + 1).sum()', 11],
    ['a in ints ? 1 : 2', 1 + 1 + 3],
    ['ints == ints ? 1 : 2', 1 + 1 + 3],
    ['ints.exists(x, x == 2) ? 1 : 2', 1 + 1 + 2 * 2],
    // Texts of 3 characters cost nothing more, of 300 three more; here operands 300 and result 600.
    ['size(s) + 1', 2],
    [`size("${'x'.repeat(300)}")`, 1 + 3],
    [`size("${'x'.repeat(300)}" + s)`, 1 + 3 + 3 + (1 + 3)],
    [`"${'x'.repeat(300)}" == "${'y'.repeat(300)}" ? 1 : 2`, 1 + 1 + 3],
    [`"${'x'.repeat(300)}".contains("${'y'.repeat(100)}") ? 1 : 2`, 1 + 1 + 3 + 1 + 3],
    [`"${'x'.repeat(50)}".matches("x") ? 1 : 2`, 1 + 1 + 50],
    [`"${'x'.repeat(50)}".matches("x{60}") ? 1 : 2`, 1 + 1 + 2 * 50],
  ])('%s takes exactly %i steps', (text, steps) => {
    expect(stepsLeave(text, steps)).not.toBe('budget');
    if (steps > 0) expect(stepsLeave(text, steps - 1)).toBe('budget');
  });

  it('is 10,000 by default, and each evaluation has its own', () => {
    const compiled = compileExpression('ints.map(x, x).sum()', { inputs: INPUTS, output: 'int64' });
    const ones = (size: number) => ({ ints: new Array<bigint>(size).fill(1n) });
    expect(compiled.evaluate(ones(4999))).toBe(4999n);
    expect(compiled.evaluate(ones(4999))).toBe(4999n);
    expect(() => compiled.evaluate(ones(5000))).toThrow('budget in this evaluation');
  });

  it('cannot be got around by a side that decides', () => {
    const text = '(ints.all(x, ints.all(y, ints.all(z, z + y + x > 0))) || true) || true ? 1 : 2';
    expect(stepsLeave(text, 10_000, { ...ROW, ints: new Array<bigint>(100).fill(1n) })).toBe('budget');
  });

  it('ends text and lists that grow by doubling', () => {
    const text = `size(["xy"]${'.map(x, x + x)'.repeat(60)}[0])`;
    const list = `size([[1]]${'.map(x, x + x)'.repeat(60)}[0])`;
    const start = performance.now();
    expect([stepsLeave(text, 10_000), stepsLeave(list, 10_000)]).toEqual(['budget', 'budget']);
    expect(performance.now() - start).toBeLessThan(1000);
  });

  it.each([
    ['s.contains("b") ? 1 : 2', 'a', 2n],
    [`s.contains(s.substring(25000) + "b" + s.substring(25000)) ? 1 : 2`, 'a', 'budget'],
    [`size(s.split(s.substring(25000) + "b" + s.substring(25000)))`, 'a', 'budget'],
    ['int(double(s + "x"))', '1', 'conversion'],
    ['int(double(s + "x"))', '1.', 'conversion'],
    ['int(s)', '1', 'conversion'],
    ['int(timestamp(s))', ' ', 'conversion'],
    ['int(duration(s))', '1h', 'conversion'],
    ['size((s + "x" + s).trim())', ' ', 1n],
  ])('bounds %s for 50,000 characters', (text, letter, result) => {
    const compiled = compileExpression(text, { inputs: INPUTS, output: 'int64' });
    const start = performance.now();
    let found: unknown;
    try {
      found = compiled.evaluate({ s: letter.repeat(50_000 / letter.length) });
    } catch (error) {
      found = error instanceof EvaluationError ? error.failure : error;
    }
    expect(found).toBe(result);
    expect(performance.now() - start).toBeLessThan(200);
  });

  it('ends a hostile text for a pattern', () => {
    const start = performance.now();
    expect(stepsLeave('s.matches("(a+)+$") ? 1 : 2', 10_000, { s: `${'a'.repeat(20_000)}b` })).toBe('budget');
    expect(stepsLeave('s.matches("(a+)+$") ? 1 : 2', 10_000, { s: `${'a'.repeat(9_000)}b` })).toBe(2n);
    expect(performance.now() - start).toBeLessThan(1000);
  });
});
