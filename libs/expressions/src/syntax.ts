import type { ScalarType, Value } from './types.js';

/** The syntax tree of an expression. `at` is the offset in the text; operators are calls named after their sign: `_+_`, `!_`. */
export type Syntax = LiteralSyntax | NameSyntax | SelectSyntax | CallSyntax | ListSyntax;

interface Placed {
  readonly at: number;
}

export interface LiteralSyntax extends Placed {
  readonly kind: 'literal';
  readonly type: ScalarType | 'null';
  readonly value: Value;
}

export interface NameSyntax extends Placed {
  readonly kind: 'name';
  readonly name: string;
}

export interface SelectSyntax extends Placed {
  readonly kind: 'select';
  readonly operand: Syntax;
  readonly field: string;
}

export interface CallSyntax extends Placed {
  readonly kind: 'call';
  readonly name: string;
  /** What stands before the dot of `target.name(…)`. */
  readonly target?: Syntax;
  readonly args: readonly Syntax[];
}

export interface ListSyntax extends Placed {
  readonly kind: 'list';
  readonly elements: readonly Syntax[];
}

/** A text is not an expression: what is wrong and where. */
export class SyntaxProblem extends Error {
  constructor(
    readonly at: number,
    message: string,
  ) {
    super(message);
  }
}
