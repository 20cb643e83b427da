import type { ExpressionType, ScalarForms, ScalarType, Value } from './types.js';
import { commonType, elementOf, listOf } from './types.js';

/** A value of a type pattern such as `int`, `list<string>` or `list<A>`, where `A` is any one type. */
type Form<P extends string> = P extends ScalarType
  ? ScalarForms[P]
  : P extends `list<${infer E}>`
    ? readonly Form<E>[]
    : NonNullable<Value>;

/** One way to call a function: the types it takes, of a method its target first, and the type it gives. */
export interface Overload {
  readonly params: readonly string[];
  readonly result: string;
  /** The last parameter may be given several times. */
  readonly isVariadic: boolean;
  /** It takes time in proportion to its operands, which therefore cost steps. */
  readonly isSized: boolean;
  /** It looks for its second operand in its first, which takes time in proportion to both at worst. */
  readonly isSearch: boolean;
  readonly evaluate: (...args: Value[]) => Value;
}

/** How a function is written: `a + b` or `!a`, `name(a)`, or `a.name(b)`. */
export type CallStyle = 'operator' | 'function' | 'method';

export interface FunctionSpec {
  readonly style: CallStyle;
  readonly name: string;
  /** One sentence for the language's page. */
  readonly about: string;
  readonly overloads: readonly Overload[];
}

type OverloadTraits = Partial<Pick<Overload, 'isVariadic' | 'isSized' | 'isSearch'>>;

/** A function of non-null values; a null operand makes the call null without it. */
export function overload<const P extends readonly string[], const R extends string>(
  params: P,
  result: R,
  evaluate: (...args: { readonly [K in keyof P]: Form<P[K]> }) => Form<R> | null,
  { isVariadic = false, isSearch = false, isSized = isSearch }: OverloadTraits = {},
): Overload {
  // The checker calls it with values of exactly these types.
  return { params, result, isVariadic, isSized, isSearch, evaluate: evaluate as (...args: Value[]) => Value };
}

/** The type that a call with these operands has; undefined when the overload does not take them. */
export function resultOf(chosen: Overload, args: readonly ExpressionType[]): ExpressionType | undefined {
  const { params, result, isVariadic } = chosen;
  if (isVariadic ? args.length < params.length : args.length !== params.length) return undefined;
  const bound = new Bound();
  const isTaken = args.every((type, index) => bound.takes(params[index] ?? params[params.length - 1] ?? '', type));
  return isTaken ? bound.apply(result) : undefined;
}

/** What `A` stands for in one call. */
class Bound {
  private any: ExpressionType | undefined;

  takes(pattern: string, type: ExpressionType): boolean {
    if (type === 'unknown' || type === 'none') return true;
    if (pattern === 'A') {
      if (type === 'null') return false;
      this.any = this.any === undefined ? type : commonType(this.any, type);
      return this.any !== undefined;
    }
    const [element, actual] = [elementOf(pattern as ExpressionType), elementOf(type)];
    return element === undefined || actual === undefined ? pattern === type : this.takes(element, actual);
  }

  apply(pattern: string): ExpressionType {
    if (pattern === 'A') return this.any ?? 'none';
    const element = elementOf(pattern as ExpressionType);
    return element === undefined ? (pattern as ExpressionType) : listOf(this.apply(element));
  }
}
