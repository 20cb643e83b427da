import { RE2JS } from '@bufbuild/re2';
import type { Checked, Checker } from './checker.js';
import { runCoalesce, runConditional, runEquality, runLogic, runMatches, runMembership } from './run-forms.js';
import type { CallSyntax, Syntax } from './syntax.js';
import type { ExpressionType } from './types.js';
import { commonType, elementOf } from './types.js';

type Form = (checker: Checker, call: CallSyntax) => Checked;

const MAX_PATTERN_LENGTH = 400;
const MAX_PATTERN_REPEATS = 100;
/** Large patterns take 6 µs per character at worst, small ones a tenth of it (2026-11). */
const PATTERN_SIZE_PER_STEP = 50;

/** Operators and functions whose operands need not all have a value, or not all run. */
const FORMS: ReadonlyMap<string, Form> = new Map<string, Form>([
  ['_&&_', (checker, call) => logic(checker, call, false)],
  ['_||_', (checker, call) => logic(checker, call, true)],
  ['_?_:_', conditional],
  ['_==_', (checker, call) => equality(checker, call, true)],
  ['_!=_', (checker, call) => equality(checker, call, false)],
  ['_in_', membership],
  ['coalesce', coalesce],
]);

/** Undefined when the call is none of these forms. */
export function checkForm(checker: Checker, call: CallSyntax): Checked | undefined {
  if (call.target !== undefined) return call.name === 'matches' ? matches(checker, call, call.target) : undefined;
  if (call.name === 'has') return checker.fail(call.at, 'there is no has(); write x != null');
  return FORMS.get(call.name)?.(checker, call);
}

function operands(call: CallSyntax): readonly [Syntax, Syntax] {
  const [left, right] = call.args;
  if (left === undefined || right === undefined) throw new RangeError(`${call.name} without two operands`);
  return [left, right];
}

function logic(checker: Checker, call: CallSyntax, decisive: boolean): Checked {
  const what = `each side of ${decisive ? '||' : '&&'}`;
  const [left, right] = operands(call).map((node) => checker.expect(node, 'bool', what)) as [Checked, Checked];
  return { type: 'bool', run: runLogic(left.run, right.run, decisive) };
}

function conditional(checker: Checker, call: CallSyntax): Checked {
  const [test, then] = operands(call);
  const condition = checker.expect(test, 'bool', 'the condition before ?');
  const chosen = checker.check(then);
  const otherwise = checker.check(call.args[2] ?? then);
  const type = commonType(chosen.type, otherwise.type);
  if (type === undefined) {
    const sides = `${chosen.type} and ${otherwise.type}`;
    return checker.fail(call.at, `both sides of ?: have one type, not ${sides}${conversionHint(sides)}`);
  }
  return { type, run: runConditional(condition.run, chosen.run, otherwise.run) };
}

function equality(checker: Checker, call: CallSyntax, isEqual: boolean): Checked {
  const [left, right] = operands(call).map((node) => checker.check(node)) as [Checked, Checked];
  if (commonType(left.type, right.type) === undefined) {
    const sides = `${left.type} and ${right.type}`;
    return checker.fail(call.at, `${isEqual ? '==' : '!='} compares one type, not ${sides}${conversionHint(sides)}`);
  }
  return { type: 'bool', run: runEquality(left.run, right.run, isEqual) };
}

function membership(checker: Checker, call: CallSyntax): Checked {
  const [element, list] = operands(call).map((node) => checker.check(node)) as [Checked, Checked];
  const inside: ExpressionType | undefined = list.type === 'unknown' ? 'unknown' : elementOf(list.type);
  if (inside === undefined) return checker.fail(call.at, `"in" looks into a list, not into ${list.type}`);
  if (commonType(element.type, inside) === undefined) {
    const sides = `${element.type} and ${list.type}`;
    return checker.fail(call.at, `"in" looks for an element of its type, not ${sides}${conversionHint(sides)}`);
  }
  return { type: 'bool', run: runMembership(element.run, list.run) };
}

function coalesce(checker: Checker, call: CallSyntax): Checked {
  if (call.args.length < 2) return checker.fail(call.at, 'coalesce takes two values or more');
  const values = call.args.map((arg) => checker.check(arg));
  const type = values.reduce<ExpressionType | undefined>(
    (common, value) => (common === undefined ? undefined : commonType(common, value.type)),
    'none',
  );
  if (type === undefined) {
    const types = values.map((value) => value.type).join(', ');
    return checker.fail(call.at, `the values of coalesce have one type, not ${types}${conversionHint(types)}`);
  }
  return { type, run: runCoalesce(values.map((value) => value.run)) };
}

/** The pattern is a literal, so that it is compiled once and bounded before any row is seen. */
function matches(checker: Checker, call: CallSyntax, target: Syntax): Checked {
  const text = checker.check(target);
  const [pattern] = call.args;
  if (text.type !== 'string' && text.type !== 'unknown') {
    return checker.fail(call.at, `matches takes string, not ${text.type}`);
  }
  if (call.args.length !== 1 || pattern?.kind !== 'literal' || typeof pattern.value !== 'string') {
    return checker.fail(call.at, 'matches takes one pattern, written as a literal: x.matches("^a+$")');
  }
  const { patterns } = checker;
  const repeats = countedRepeats(pattern.value);
  patterns.length += pattern.value.length;
  patterns.repeats += repeats;
  if (patterns.length > MAX_PATTERN_LENGTH || patterns.repeats > MAX_PATTERN_REPEATS) {
    const limits = `${MAX_PATTERN_LENGTH} characters, and their counts {n} add up to ${MAX_PATTERN_REPEATS} at most`;
    return checker.fail(pattern.at, `all patterns of an expression together have at most ${limits}`);
  }
  const stepsPerCharacter = 1 + Math.trunc((pattern.value.length + repeats) / PATTERN_SIZE_PER_STEP);
  try {
    return { type: 'bool', run: runMatches(text.run, RE2JS.compile(pattern.value), stepsPerCharacter) };
  } catch (error) {
    const reason = error instanceof Error ? error.message : 'it does not parse';
    return checker.fail(pattern.at, `not a pattern of RE2: ${reason}`);
  }
}

/** The sum of all `{n}` and `{least,most}`. */
function countedRepeats(pattern: string): number {
  const counts = [...pattern.matchAll(/\{(\d+),?(\d*)/g)].map(([, least, most]) => Number(most || least));
  return counts.reduce((sum, count) => sum + count, 0);
}

/** What to do about an int beside a double. */
export function conversionHint(types: string): string {
  return /\bint\b/.test(types) && /\bdouble\b/.test(types) ? '; write double(…) around the int, or 2.0 for 2' : '';
}
