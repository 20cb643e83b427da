import { inspect } from 'node:util';
import { tests } from '@bufbuild/cel-spec/testdata/conformance.js';
import type { FeatureValue, ValueTypeName } from '@larder/registry';
import { isLarderError } from '@larder/registry';
import { compileExpression, EvaluationError } from './index.js';

// The conformance tests of CEL itself: whatever of them Larder's language accepts has to give CEL's value.

type Suite = (typeof tests)['suites'] extends readonly (infer T)[] | undefined ? T : never;

interface Case {
  readonly name: string;
  readonly expr: string;
  readonly [key: string]: unknown;
}

const FAILED = 'no value';

/** Where Larder's language means to differ, and why. */
const DIFFERENT: ReadonlyMap<string, string> = new Map(
  [
    'timestamp_conversions/toString_timestamp_nanos',
    'timestamp_arithmetic/add_time_to_duration_nanos_negative',
    'timestamp_arithmetic/add_time_to_duration_nanos_positive',
    'timestamp_range/add_duration_nanos_over',
    'timestamp_range/add_duration_nanos_under',
  ].map((name) => [`/timestamps/${name}`, 'times are kept to the microsecond']),
);

const LISTS: readonly ValueTypeName[] = ['list<int64>', 'list<string>', 'list<float64>', 'list<bool>'];
const OUTPUTS: ReadonlyMap<string, readonly ValueTypeName[]> = new Map([
  ['bigint', ['int64']],
  ['number', ['float64']],
  ['boolean', ['bool']],
  ['string', ['string']],
  ['object', ['bytes', ...LISTS]],
]);
const ALL_OUTPUTS: readonly ValueTypeName[] = [...OUTPUTS.values(), ['timestamp' as const]].flat();

function casesOf(suite: Suite, path: string): Case[] {
  const own = (suite.tests ?? []).map(({ original }, index) => ({
    ...original,
    name: `${path}/${suite.name}/${original.name ?? index}`,
  }));
  return [...own, ...(suite.suites ?? []).flatMap((inner) => casesOf(inner, `${path}/${suite.name}`))];
}

/** Undefined for values that the language cannot hold. */
function expectedValue(value: unknown): FeatureValue | undefined {
  const [[kind, inner] = []] = Object.entries(value as Record<string, unknown>);
  if (kind === 'int64Value') return BigInt(String(inner));
  if (kind === 'doubleValue') return Number(inner);
  if (kind === 'boolValue') return inner === true;
  if (kind === 'stringValue') return String(inner);
  if (kind === 'bytesValue') return Uint8Array.from(Buffer.from(String(inner), 'base64'));
  if (kind !== 'listValue') return undefined;
  const values = ((inner as { values?: unknown[] }).values ?? []).map(expectedValue);
  return values.includes(undefined) ? undefined : (values as FeatureValue);
}

/** The value of the expression in the first output type that it has, `failed`, or undefined when it is not accepted. */
function valueOf(expr: string, outputs: readonly ValueTypeName[]): { value: FeatureValue } | undefined {
  for (const output of outputs) {
    try {
      return { value: compileExpression(expr, { inputs: {}, output }).evaluate({}) };
    } catch (error) {
      if (error instanceof EvaluationError) return { value: FAILED };
      if (!isLarderError(error) || error.code !== 'INVALID_ARGUMENT') throw error;
    }
  }
  return undefined;
}

describe('the conformance tests of CEL', () => {
  it('give the same values wherever the language accepts them', () => {
    const cases = (tests.suites ?? []).flatMap((suite) => casesOf(suite, ''));
    let agreed = 0;
    const differences: string[] = [];
    for (const { name, expr, value, evalError, typedResult } of cases) {
      if (typedResult !== undefined) continue;
      const expected = evalError === undefined ? expectedValue(value ?? { boolValue: true }) : FAILED;
      const outputs = (expected === FAILED ? undefined : OUTPUTS.get(typeof expected)) ?? ALL_OUTPUTS;
      const actual = expected === undefined ? undefined : valueOf(expr, outputs);
      if (actual === undefined) continue;
      try {
        expect(actual.value).toEqual(expected);
        agreed++;
      } catch {
        differences.push(`${name}: ${expr} is ${inspect(actual.value)}, expected ${inspect(expected)}`);
      }
    }
    expect(differences.filter((each) => !DIFFERENT.has(each.split(':')[0] ?? ''))).toEqual([]);
    expect(agreed).toBeGreaterThan(700);
  });
});
