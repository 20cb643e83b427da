import { nearest } from '@larder/registry';
import { checkCall } from './check-call.js';
import { checkForm } from './forms.js';
import type { Run } from './frame.js';
import { checkMacro } from './macros.js';
import { runConstant, runList, runVariable } from './run-forms.js';
import type { Scope } from './scope.js';
import type { ListSyntax, Syntax } from './syntax.js';
import { dottedName, shown } from './syntax-names.js';
import type { ExpressionType, Value } from './types.js';
import { commonType, listOf } from './types.js';

/** A checked part: its type and how it runs. */
export interface Checked {
  readonly type: ExpressionType;
  readonly run: Run;
}

/** Stands for a part with a problem: fits everywhere, so that one mistake is told once. */
export const WRONG: Checked = { type: 'unknown', run: runConstant(null) };

/** Checks the types of a syntax tree and turns it into closures in one walk, collecting all problems. */
export class Checker {
  readonly problems: { readonly at: number; readonly message: string }[] = [];
  /** Characters of all patterns of `matches` so far, and the sum of their counted repetitions. */
  readonly patterns = { length: 0, repeats: 0 };

  constructor(readonly scope: Scope) {}

  check(node: Syntax): Checked {
    switch (node.kind) {
      case 'literal':
        return { type: node.type, run: runConstant(node.value) };
      case 'name':
        return this.variable(node.name, node.at);
      case 'select':
        return this.selection(node);
      case 'list':
        return this.list(node);
      case 'call':
        return checkForm(this, node) ?? checkMacro(this, node) ?? checkCall(this, node);
    }
  }

  /** Notes a problem; the part counts as wrong. */
  fail(at: number, message: string): Checked {
    this.problems.push({ at, message });
    return WRONG;
  }

  /** Checks a part that has to be of a type, or null. */
  expect(node: Syntax, type: ExpressionType, what: string): Checked {
    const checked = this.check(node);
    if (commonType(checked.type, type) !== undefined) return checked;
    return this.fail(node.at, `${what} must be ${type}, not ${checked.type}`);
  }

  private variable(name: string, at: number): Checked {
    const variable = this.scope.find(name);
    if (variable === undefined) {
      const near = nearest(name, this.scope.names());
      return this.fail(at, `unknown name ${shown(name)}${near === undefined ? '' : `; did you mean ${near}?`}`);
    }
    if (variable.type === undefined) {
      return this.fail(at, `${name} is ${variable.declared}, which expressions cannot compute with`);
    }
    return { type: variable.type, run: runVariable(variable.slot) };
  }

  /** `a.b` is the input of that whole name; values have no fields. */
  private selection(node: Syntax & { kind: 'select' }): Checked {
    const path = dottedName(node);
    const head = path?.split('.')[0];
    if (path !== undefined && head !== undefined && (this.scope.has(path) || !this.scope.has(head))) {
      return this.variable(path, node.at);
    }
    const { type } = this.check(node.operand);
    return type === 'unknown' ? WRONG : this.fail(node.at, `${type} has no field ${shown(node.field)}`);
  }

  private list({ elements, at }: ListSyntax): Checked {
    const checked = elements.map((element) => this.check(element));
    let type: ExpressionType = 'none';
    for (const [index, each] of checked.entries()) {
      const place = elements[index]?.at ?? at;
      if (each.type === 'null') return this.fail(place, 'a list holds no null');
      const common = commonType(type, each.type);
      if (common === undefined) {
        return this.fail(place, `the elements of a list have one type: this one is ${each.type}, those before ${type}`);
      }
      type = common;
    }
    const constants: Value[] = elements.flatMap((element) => (element.kind === 'literal' ? [element.value] : []));
    const isConstant = constants.length === elements.length;
    const run = runList(isConstant ? [] : checked.map((each) => each.run));
    return { type: listOf(type), run: isConstant ? constantList(run, constants) : run };
  }
}

/** Costs what a list of variables costs, but is built once. */
function constantList(empty: Run, values: readonly Value[]): Run {
  return (frame) => {
    empty(frame);
    return values;
  };
}
