import { nearest } from '@larder/registry';
import type { Checked, Checker } from './checker.js';
import { conversionHint } from './forms.js';
import { findFunction, FUNCTIONS } from './functions.js';
import { MACRO_NAMES } from './macros.js';
import type { FunctionSpec } from './overloads.js';
import { resultOf } from './overloads.js';
import { runOverload } from './run-call.js';
import type { CallSyntax, Syntax } from './syntax.js';
import { dottedName, shown } from './syntax-names.js';

/** Checks a call of a function, method or operator with overloads. */
export function checkCall(checker: Checker, call: CallSyntax): Checked {
  const namespaced = namespacedFunction(checker, call);
  const isMethod = call.target !== undefined && namespaced === undefined;
  const style = isMethod ? 'method' : /[^\w.]/.test(call.name) ? 'operator' : 'function';
  const spec = namespaced ?? findFunction(style, call.name);
  const operands: readonly Syntax[] = isMethod && call.target !== undefined ? [call.target, ...call.args] : call.args;
  if (spec === undefined) {
    const space = unknownSpace(checker, call);
    for (const operand of space === undefined ? operands : call.args) checker.check(operand);
    return checker.fail(call.at, unknownFunction(call, space));
  }
  return choose(checker, { spec, operands, at: call.at });
}

/** `math.abs(x)`, unless something of the author's is called `math`. */
function namespacedFunction(checker: Checker, { target, name }: CallSyntax): FunctionSpec | undefined {
  const space = target === undefined ? undefined : dottedName(target);
  return space === undefined || checker.scope.has(space) ? undefined : findFunction('function', `${space}.${name}`);
}

function choose(
  checker: Checker,
  { spec, operands, at }: { spec: FunctionSpec; operands: readonly Syntax[]; at: number },
): Checked {
  const args = operands.map((operand) => checker.check(operand));
  const types = args.map((arg) => arg.type);
  for (const each of spec.overloads) {
    const type = resultOf(each, types);
    if (type === undefined) continue;
    const run = runOverload(
      each,
      args.map((arg) => arg.run),
    );
    // A wrong operand fits every overload, so the type of the first is a guess.
    return { type: types.includes('unknown') ? 'unknown' : type, run };
  }
  return checker.fail(
    at,
    `${title(spec)} takes ${signatures(spec)}; not ${listed(types)}${conversionHint(types.join(' '))}`,
  );
}

function signatures({ overloads }: FunctionSpec): string {
  return overloads.map(({ params, isVariadic }) => `${listed(params)}${isVariadic ? ', …' : ''}`).join(' | ');
}

function listed(types: readonly string[]): string {
  return types.length === 0 ? 'nothing' : types.map((type) => type.replace('A', 'any')).join(', ');
}

/** An operator as its sign, anything else by its name. */
function title({ style, name }: FunctionSpec): string {
  return style === 'operator' ? name.replaceAll('_', '') : name;
}

/** `process` of `process.exit()`: names before a dot that are no input. */
function unknownSpace(checker: Checker, { target }: CallSyntax): string | undefined {
  const space = target === undefined ? undefined : dottedName(target);
  const head = space?.split('.')[0] ?? '';
  return space === undefined || checker.scope.has(space) || checker.scope.has(head) ? undefined : space;
}

function unknownFunction({ name }: CallSyntax, space: string | undefined): string {
  if (findFunction('function', name) !== undefined) return `${name} is no method; write ${name}(x)`;
  if (findFunction('function', `math.${name}`) !== undefined) {
    return `unknown function ${shown(name)}; did you mean math.${name}?`;
  }
  if (findFunction('method', name) !== undefined || MACRO_NAMES.includes(name) || name === 'matches') {
    return `${name} is a method; write x.${name}(…)`;
  }
  const full = space === undefined ? name : `${space}.${name}`;
  const known = [...FUNCTIONS.filter(({ style }) => style !== 'operator').map((spec) => spec.name), ...MACRO_NAMES];
  const near = nearest(full, [...known, 'matches', 'coalesce']);
  return `unknown function ${shown(full)}${near === undefined ? '' : `; did you mean ${near}?`}`;
}
