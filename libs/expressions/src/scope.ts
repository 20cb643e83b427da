import type { ValueTypeName } from '@larder/registry';
import type { ExpressionType } from './types.js';
import { expressionType } from './types.js';

/** A name that a checked expression may use. */
export interface Variable {
  readonly slot: number;
  /** Undefined for an input whose type expressions cannot hold. */
  readonly type: ExpressionType | undefined;
  /** As declared, for messages. */
  readonly declared: string;
}

/** The inputs of an expression and the variables of the macros around the part that is being checked. */
export class Scope {
  private readonly used = new Map<string, Variable>();
  private readonly macroVariables: { readonly name: string; readonly variable: Variable }[] = [];
  private slots = 0;

  constructor(private readonly inputs: ReadonlyMap<string, ValueTypeName>) {}

  /** Inputs in use, in the order of their first use. */
  get usedInputs(): ReadonlyMap<string, Variable> {
    return this.used;
  }

  get slotCount(): number {
    return this.slots;
  }

  names(): string[] {
    return [...this.macroVariables.map(({ name }) => name), ...this.inputs.keys()];
  }

  /** The innermost variable of that name, else the input, which now counts as used. */
  find(name: string): Variable | undefined {
    const inner = this.macroVariables.findLast((each) => each.name === name);
    if (inner !== undefined) return inner.variable;
    const declared = this.inputs.get(name);
    if (declared === undefined) return undefined;
    const known = this.used.get(name);
    if (known !== undefined) return known;
    const variable = { slot: this.slots++, type: expressionType(declared), declared };
    this.used.set(name, variable);
    return variable;
  }

  has(name: string): boolean {
    return this.inputs.has(name) || this.macroVariables.some((each) => each.name === name);
  }

  /** Runs `check` with one more variable in scope, whose slot it gets. */
  with<T>({ name, type }: { name: string; type: ExpressionType }, check: (slot: number) => T): T {
    const slot = this.slots++;
    this.macroVariables.push({ name, variable: { slot, type, declared: type } });
    try {
      return check(slot);
    } finally {
      this.macroVariables.pop();
    }
  }
}
