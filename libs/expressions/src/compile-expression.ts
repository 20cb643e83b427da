import type { FeatureValue, Problem, ValueTypeName } from '@larder/registry';
import { isLarderError, isValueTypeName, LarderError } from '@larder/registry';
import { Checker } from './checker.js';
import { inputReader, outputWriter } from './feature-values.js';
import { conversionHint } from './forms.js';
import type { Run } from './frame.js';
import { Frame } from './frame.js';
import { parseExpression } from './parse-expression.js';
import { Scope } from './scope.js';
import type { Syntax } from './syntax.js';
import { SyntaxProblem } from './syntax.js';
import type { ExpressionType, Value } from './types.js';
import { commonType, expressionType } from './types.js';

/** What bounds every expression. */
export const EXPRESSION_LIMITS = {
  /** Characters of the text. */
  maxLength: 10_000,
  /** Literals, names, operators, calls and lists. */
  maxNodes: 1000,
  /** Parts inside parts. */
  maxDepth: 200,
  /** Steps of one evaluation, unless the options say otherwise. */
  stepBudget: 10_000,
} as const;

export interface ExpressionOptions {
  /** The names that the expression may use. */
  readonly inputs: Readonly<Record<string, ValueTypeName>>;
  readonly output: ValueTypeName;
  /** Steps of one evaluation; 10,000 by default. docs/expressions.md says what costs how many. */
  readonly stepBudget?: number;
}

/** A checked expression. It depends on its inputs alone and may be kept and evaluated any number of times. */
export interface CompiledExpression {
  /** The inputs that the expression uses, sorted. */
  readonly inputs: readonly string[];
  readonly output: ValueTypeName;
  /**
   * The value for one row. `values` holds each used input, null where unknown. Throws `EvaluationError` when the
   * expression has no value for these, and INVALID_ARGUMENT that names an input whose value is missing or of another type.
   */
  evaluate(values: Readonly<Record<string, FeatureValue>>): FeatureValue;
}

/**
 * Checks an expression of Larder's language (CEL; docs/expressions.md) against the types of its inputs and compiles it.
 * Takes time in proportion to the text, milliseconds at most. Throws INVALID_ARGUMENT with all problems; the path of each
 * is `line:column` in the text.
 */
export function compileExpression(text: string, options: ExpressionOptions): CompiledExpression {
  const inputs = checkedInputs(options);
  const scope = new Scope(inputs);
  const checker = new Checker(scope);
  const checked = checker.check(parse(text));
  const isOutputKnown = expressionType(options.output) !== undefined;
  if (!isOutputKnown) checker.fail(0, `the output is ${options.output}, which expressions cannot compute`);
  else checkOutput(checker, checked.type, options.output);
  if (checker.problems.length > 0) throw problemsError(text, checker.problems);
  return compiled(checked.run, scope, { ...options, inputs });
}

function compiled(
  run: Run,
  scope: Scope,
  { inputs, output, stepBudget = EXPRESSION_LIMITS.stepBudget }: Settings,
): CompiledExpression {
  const readers = [...scope.usedInputs].map(([name, { slot }]) => {
    return { name, slot, read: inputReader(name, inputs.get(name) ?? 'json') };
  });
  const write = outputWriter(output);
  return {
    inputs: readers.map(({ name }) => name).toSorted(),
    output,
    evaluate(values) {
      const locals = new Array<Value>(scope.slotCount).fill(null);
      for (const { name, slot, read } of readers) locals[slot] = read(values[name]);
      return write(run(new Frame(locals, stepBudget)));
    },
  };
}

interface Settings {
  readonly inputs: ReadonlyMap<string, ValueTypeName>;
  readonly output: ValueTypeName;
  readonly stepBudget?: number;
}

/** Names that every JavaScript object has are no inputs: they would be read from the prototype. */
function checkedInputs({ inputs, output }: ExpressionOptions): ReadonlyMap<string, ValueTypeName> {
  const entries = Object.entries(inputs);
  const problems = entries.flatMap(([name, type]): Problem[] => {
    if (name in Object.prototype) return [{ path: `inputs.${name}`, message: 'this name is not allowed' }];
    return isValueTypeName(type) ? [] : [{ path: `inputs.${name}`, message: `unknown type ${String(type)}` }];
  });
  if (!isValueTypeName(output)) problems.push({ path: 'output', message: `unknown type ${String(output)}` });
  if (problems.length > 0) throw LarderError.fromProblems('expression', problems);
  return new Map(entries);
}

function parse(text: string): Syntax {
  try {
    if (text.length > EXPRESSION_LIMITS.maxLength) {
      throw new SyntaxProblem(0, `too long: an expression has at most ${EXPRESSION_LIMITS.maxLength} characters`);
    }
    return parseExpression(text, EXPRESSION_LIMITS);
  } catch (error) {
    if (isLarderError(error) || !(error instanceof SyntaxProblem)) throw error;
    throw problemsError(text, [error]);
  }
}

function checkOutput(checker: Checker, type: ExpressionType, output: ValueTypeName): void {
  const wanted = expressionType(output) ?? 'unknown';
  if (commonType(type, wanted) === wanted || type.includes('unknown')) return;
  const hint = type === 'duration' ? '; write int(…) for its seconds' : conversionHint(`${type} ${wanted}`);
  checker.fail(0, `the value is ${type}, but the output is ${output}${wanted === output ? '' : ` (${wanted})`}${hint}`);
}

function problemsError(text: string, found: readonly { at: number; message: string }[]): LarderError {
  const sorted = found.toSorted((a, b) => a.at - b.at);
  return LarderError.fromProblems(
    'expression',
    sorted.map(({ at, message }) => ({ path: position(text, at), message })),
  );
}

/** `line:column` of an offset, both from 1. */
function position(text: string, at: number): string {
  const lines = text.slice(0, at).split(/\r\n|\r|\n/);
  return `${lines.length}:${(lines.at(-1) ?? '').length + 1}`;
}
