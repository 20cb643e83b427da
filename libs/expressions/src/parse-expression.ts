import type { CallSyntax, Syntax } from './syntax.js';
import { SyntaxProblem } from './syntax.js';
import type { Token } from './tokens.js';
import { readTokens } from './tokens.js';

export interface SyntaxLimits {
  readonly maxNodes: number;
  readonly maxDepth: number;
}

const LEVELS: readonly ReadonlySet<string>[] = [
  new Set(['||']),
  new Set(['&&']),
  new Set(['<', '<=', '>=', '>', '==', '!=', 'in']),
  new Set(['+', '-']),
  new Set(['*', '/', '%']),
];

/** Names that CEL keeps for itself and its host languages; `in`, `true`, `false` and `null` are part of the grammar. */
const RESERVED = new Set(
  'as break const continue else false for function if import in let loop namespace null package return true var void while'.split(
    ' ',
  ),
);

const WORD_HINTS: ReadonlyMap<string, string> = new Map([
  ['and', '; "and" is &&'],
  ['or', '; "or" is ||'],
  ['not', '; "not" is !'],
  ['is', '; "is" is =='],
]);

/**
 * Parses CEL (https://github.com/google/cel-spec, its grammar without maps, messages and unsigned integers) by recursive
 * descent. Throws `SyntaxProblem`. Depth and size are bounded while parsing, so no text exhausts the stack.
 */
export function parseExpression(text: string, limits: SyntaxLimits): Syntax {
  return new ExpressionParser(readTokens(text), limits).parse();
}

class ExpressionParser {
  private next = 0;
  private nodes = 0;
  private nesting = 0;
  private readonly depths = new WeakMap<Syntax, number>();

  constructor(
    private readonly tokens: readonly Token[],
    private readonly limits: SyntaxLimits,
  ) {}

  parse(): Syntax {
    const root = this.conditional();
    if (this.token.kind !== 'end') throw this.unexpected('an operator or the end');
    return root;
  }

  private get token(): Token {
    return this.tokens[this.next] ?? { kind: 'end', text: '', at: 0 };
  }

  private conditional(): Syntax {
    this.enter();
    const condition = this.binary(0);
    const { at } = this.token;
    if (!this.take('?')) return this.leave(condition);
    const then = this.conditional();
    this.expect(':');
    return this.leave(this.call({ name: '_?_:_', args: [condition, then, this.conditional()], at }));
  }

  private binary(level: number): Syntax {
    const operators = LEVELS[level];
    if (operators === undefined) return this.unary();
    let left = this.binary(level + 1);
    for (;;) {
      const { kind, text, at } = this.token;
      if ((kind !== 'sign' && text !== 'in') || kind === 'literal' || !operators.has(text)) return left;
      this.next++;
      left = this.call({ name: `_${text}_`, args: [left, this.binary(level + 1)], at });
    }
  }

  private unary(): Syntax {
    const { text, at } = this.token;
    if (!this.atSign('!') && !this.atSign('-')) return this.member();
    this.enter();
    this.next++;
    const { token } = this;
    if (text === '-' && token.kind === 'literal' && (token.type === 'int' || token.type === 'double')) {
      return this.leave(this.member('-'));
    }
    return this.leave(this.call({ name: `${text}_`, args: [this.unary()], at }));
  }

  private member(sign = ''): Syntax {
    let operand = this.primary(sign);
    for (;;) {
      const { at } = this.token;
      if (this.take('.')) operand = this.selection(operand);
      else if (this.take('[')) {
        operand = this.call({ name: '_[_]', args: [operand, this.conditional()], at });
        this.expect(']');
      } else return operand;
    }
  }

  private selection(operand: Syntax): Syntax {
    const { kind, text: name, at } = this.token;
    if (kind !== 'name') throw this.unexpected('a name after the dot');
    this.next++;
    if (this.take('(')) return this.call({ name, target: operand, args: this.list(')'), at });
    return this.node({ kind: 'select', operand, field: name, at }, [operand]);
  }

  private primary(sign: string): Syntax {
    const { token } = this;
    const { at } = token;
    if (token.kind === 'literal') return this.literal(token, sign);
    if (token.kind === 'name') return this.nameOrCall(token.text, at);
    if (this.take('(')) {
      const inner = this.conditional();
      this.expect(')');
      return inner;
    }
    if (this.take('[')) {
      const elements = this.list(']');
      return this.node({ kind: 'list', elements, at }, elements);
    }
    throw this.unexpected('a value');
  }

  private literal(token: Token & { kind: 'literal' }, sign: string): Syntax {
    this.next++;
    const { type, at } = token;
    const value = sign === '-' && typeof token.value !== 'object' ? negated(token.value) : token.value;
    if (typeof value === 'bigint' && BigInt.asIntN(64, value) !== value) {
      throw new SyntaxProblem(at, 'this number does not fit into int (64 bits)');
    }
    return this.node({ kind: 'literal', type, value, at }, []);
  }

  private nameOrCall(name: string, at: number): Syntax {
    const constant = name === 'true' || name === 'false' || name === 'null';
    if (!constant && RESERVED.has(name)) throw this.unexpected('a value');
    this.next++;
    if (name === 'null') return this.node({ kind: 'literal', type: 'null', value: null, at }, []);
    if (constant) return this.node({ kind: 'literal', type: 'bool', value: name === 'true', at }, []);
    if (this.take('(')) return this.call({ name, args: this.list(')'), at });
    return this.node({ kind: 'name', name, at }, []);
  }

  /** The rest of a list whose opening bracket is taken; one comma may follow the last element of `[…]`. */
  private list(closing: ')' | ']'): Syntax[] {
    const elements: Syntax[] = [];
    while (!this.take(closing)) {
      elements.push(this.conditional());
      if (!this.take(',')) {
        this.expect(closing);
        break;
      }
      if (closing === ')' && this.atSign(closing)) throw this.unexpected('an argument');
    }
    return elements;
  }

  private call({ name, target, args, at }: Omit<CallSyntax, 'kind'>): Syntax {
    const call: Syntax = { kind: 'call', name, args, at, ...(target === undefined ? {} : { target }) };
    return this.node(call, target === undefined ? args : [target, ...args]);
  }

  private node(node: Syntax, children: readonly Syntax[]): Syntax {
    if (++this.nodes > this.limits.maxNodes) {
      throw new SyntaxProblem(node.at, `too long: an expression has at most ${this.limits.maxNodes} parts`);
    }
    const depth = 1 + Math.max(0, ...children.map((child) => this.depths.get(child) ?? 0));
    if (depth > this.limits.maxDepth) throw this.tooDeep();
    this.depths.set(node, depth);
    return node;
  }

  private enter(): void {
    if (++this.nesting > this.limits.maxDepth) throw this.tooDeep();
  }

  private leave(node: Syntax): Syntax {
    this.nesting--;
    return node;
  }

  private tooDeep(): SyntaxProblem {
    return new SyntaxProblem(this.token.at, `too deep: parts are nested at most ${this.limits.maxDepth} deep`);
  }

  private atSign(text: string): boolean {
    return this.token.kind === 'sign' && this.token.text === text;
  }

  private take(text: string): boolean {
    const isThere = this.atSign(text);
    if (isThere) this.next++;
    return isThere;
  }

  private expect(text: string): void {
    if (!this.take(text)) throw this.unexpected(`"${text}"`);
  }

  private unexpected(expected: string): SyntaxProblem {
    const { kind, text, at } = this.token;
    const found = kind === 'end' ? 'the end' : JSON.stringify(text.length <= 40 ? text : `${text.slice(0, 40)}…`);
    return new SyntaxProblem(at, `expected ${expected}, found ${found}${WORD_HINTS.get(text) ?? ''}`);
  }
}

function negated(value: string | number | bigint | boolean): number | bigint | string | boolean {
  return typeof value === 'number' || typeof value === 'bigint' ? -value : value;
}
