import type { Run } from './frame.js';
import type { Overload } from './overloads.js';
import { searchSteps, sizeSteps } from './sizes.js';
import type { Value } from './types.js';

/**
 * A call of an overload: all operands first, then null if one of them is. One and two operands have closures of their
 * own: they are nearly all calls, and an array per call doubles their time.
 */
export function runOverload(overload: Overload, args: readonly Run[]): Run {
  const { evaluate } = overload;
  const [first, second] = args;
  if (overload.isSized || first === undefined || args.length > 2) return runAny(overload, args);
  if (second === undefined) {
    return (frame) => {
      const a = first(frame);
      frame.spend(1);
      return a === null ? null : evaluate(a);
    };
  }
  return (frame) => {
    const a = first(frame);
    const b = second(frame);
    frame.spend(1);
    return a === null || b === null ? null : evaluate(a, b);
  };
}

/** Of sized calls the operands are paid for before the work, the result after it. */
function runAny({ evaluate, isSized, isSearch }: Overload, args: readonly Run[]): Run {
  return (frame) => {
    const values = args.map((arg) => arg(frame));
    frame.spend(1);
    if (values.includes(null)) return null;
    if (!isSized) return evaluate(...values);
    frame.spend(values.reduce<number>((steps, value) => steps + sizeSteps(value), 0));
    if (isSearch) frame.spend(searchSteps(values[0], values[1]));
    const result: Value = evaluate(...values);
    frame.spend(sizeSteps(result));
    return result;
  };
}
