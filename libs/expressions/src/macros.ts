import type { Checked, Checker } from './checker.js';
import type { Run } from './frame.js';
import type { Loop } from './run-macros.js';
import { runExistsOne, runFilter, runMap, runQuantifier } from './run-macros.js';
import type { CallSyntax, Syntax } from './syntax.js';
import type { ExpressionType } from './types.js';
import { elementOf, listOf } from './types.js';

interface MacroCall {
  readonly list: Checked;
  readonly element: ExpressionType;
  readonly variable: string;
  readonly parts: readonly Syntax[];
}

type Macro = (checker: Checker, call: MacroCall) => Checked;

const MACROS: ReadonlyMap<string, Macro> = new Map<string, Macro>([
  ['all', (checker, call) => condition(checker, call, (loop) => runQuantifier(loop, false))],
  ['exists', (checker, call) => condition(checker, call, (loop) => runQuantifier(loop, true))],
  ['exists_one', (checker, call) => condition(checker, call, runExistsOne)],
  ['filter', (checker, call) => ({ ...condition(checker, call, runFilter), type: listOf(call.element) })],
  ['map', map],
]);

/** Names of all macros. */
export const MACRO_NAMES: readonly string[] = [...MACROS.keys()];

/** `list.all(x, condition)` and its kin; undefined when the call is none. */
export function checkMacro(checker: Checker, { target, name, args, at }: CallSyntax): Checked | undefined {
  const macro = target === undefined ? undefined : MACROS.get(name);
  if (macro === undefined || target === undefined) return undefined;
  const list = checker.check(target);
  const [variable, ...parts] = args;
  const isCounted = parts.length === 1 || (name === 'map' && parts.length === 2);
  if (variable?.kind !== 'name' || !isCounted) {
    return checker.fail(at, `${name} takes a variable and what to do with it: list.${name}(x, …)`);
  }
  const element = list.type === 'unknown' ? 'unknown' : elementOf(list.type);
  if (element === undefined) return checker.fail(at, `${name} goes through a list, not ${list.type}`);
  return macro(checker, { list, element, variable: variable.name, parts });
}

/** Checks parts in which the variable holds the element. */
function inLoop<T>(checker: Checker, call: MacroCall, check: (slot: number) => T): T {
  return checker.scope.with({ name: call.variable, type: call.element }, check);
}

function condition(checker: Checker, call: MacroCall, run: (loop: Loop) => Run): Checked {
  return inLoop(checker, call, (slot) => {
    const { list, parts } = call;
    const body = parts[0] === undefined ? undefined : checker.expect(parts[0], 'bool', 'the condition for an element');
    return { type: 'bool', run: body === undefined ? list.run : run({ list: list.run, slot, body: body.run }) };
  });
}

function map(checker: Checker, call: MacroCall): Checked {
  return inLoop(checker, call, (slot) => {
    const [first, second] = call.parts;
    const test = second === undefined || first === undefined ? undefined : first;
    const value = second ?? first;
    const when = test === undefined ? undefined : checker.expect(test, 'bool', 'the condition for an element');
    if (value === undefined) return call.list;
    const body = checker.check(value);
    if (body.type === 'null') return checker.fail(value.at, 'a list holds no null');
    return { type: listOf(body.type), run: runMap({ list: call.list.run, slot, body: body.run }, when?.run) };
  });
}
