import { EvaluationError, isAbsorbed } from './evaluation-error.js';
import type { Frame, Run } from './frame.js';
import { areEqual } from './sizes.js';
import type { Value } from './types.js';

// Operators with rules of their own for null and for failures.

/**
 * `&&` (decisive: false) and `||` (decisive: true) in three-valued logic. The decisive value on either side decides,
 * whatever the other is, a failure included; then a failure counts, then null. The right side runs only when needed.
 */
export function runLogic(left: Run, right: Run, decisive: boolean): Run {
  return (frame) => {
    frame.spend(1);
    let a: Value;
    try {
      a = left(frame);
    } catch (error) {
      if (isAbsorbed(error) && right(frame) === decisive) return decisive;
      throw error;
    }
    if (a === decisive) return decisive;
    const b = right(frame);
    return b === decisive ? decisive : a === null ? null : b;
  };
}

/** `a ? b : c`: null when the condition is; only the chosen side runs. */
export function runConditional(condition: Run, then: Run, otherwise: Run): Run {
  return (frame) => {
    frame.spend(1);
    const chosen = condition(frame);
    return chosen === null ? null : chosen === true ? then(frame) : otherwise(frame);
  };
}

/** The first value that is not null; what stands after it does not run. */
export function runCoalesce(args: readonly Run[]): Run {
  return (frame) => {
    frame.spend(1);
    for (const arg of args) {
      const value = arg(frame);
      if (value !== null) return value;
    }
    return null;
  };
}

/** `==` and `!=` are never null: null equals null alone. */
export function runEquality(left: Run, right: Run, isEqual: boolean): Run {
  return (frame) => {
    const a = left(frame);
    const b = right(frame);
    frame.spend(1);
    return areEqual(a, b, frame) === isEqual;
  };
}

/** `x in list`: null when the list is; false for a null x, since no list holds one. */
export function runMembership(element: Run, list: Run): Run {
  return (frame) => {
    const wanted = element(frame);
    const elements = list(frame);
    frame.spend(1);
    if (!Array.isArray(elements)) return null;
    frame.spend(elements.length);
    return (elements as readonly Value[]).some((each) => areEqual(wanted, each, frame));
  };
}

/** `[a, b]`: null when an element is, since no list holds a null. */
export function runList(elements: readonly Run[]): Run {
  return (frame) => {
    const values = elements.map((element) => element(frame));
    frame.spend(1);
    return values.includes(null) ? null : values;
  };
}

/** `text.matches("…")` with a compiled pattern. */
export function runMatches(text: Run, pattern: { test(text: string): boolean }, stepsPerCharacter: number): Run {
  return (frame) => {
    const value = text(frame);
    frame.spend(1);
    if (typeof value !== 'string') return null;
    frame.spend(value.length * stepsPerCharacter);
    return pattern.test(value);
  };
}

/** A value that is always the same. */
export function runConstant(value: Value): Run {
  return () => value;
}

/** A variable: an input of the expression or of a macro. */
export function runVariable(slot: number): Run {
  return (frame: Frame) => {
    const value = frame.locals[slot];
    if (value === undefined) throw new EvaluationError('conversion', 'a variable without a value');
    return value;
  };
}
