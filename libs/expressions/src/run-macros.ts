import type { EvaluationError } from './evaluation-error.js';
import { isAbsorbed } from './evaluation-error.js';
import type { Frame, Run } from './frame.js';
import type { Value } from './types.js';

/** A loop over a list: what it runs per element, and the variable that holds the element. */
export interface Loop {
  readonly list: Run;
  readonly slot: number;
  readonly body: Run;
}

/** Runs `visit` per element until it says true; false when there is no list. One step for the loop and one per element. */
function forEach({ list, slot }: Loop, frame: Frame, visit: (element: Value) => boolean): boolean {
  const elements = list(frame);
  frame.spend(1);
  if (!Array.isArray(elements)) return false;
  for (const element of elements as readonly Value[]) {
    frame.spend(1);
    frame.locals[slot] = element;
    if (visit(element)) break;
  }
  return true;
}

/**
 * `all` (decisive: false) and `exists` (decisive: true): the conditions of all elements joined by `&&` or `||`, so a
 * decisive element wins over failures and nulls of others, a failure over a null.
 */
export function runQuantifier(loop: Loop, decisive: boolean): Run {
  return (frame) => {
    let failure: EvaluationError | undefined;
    let result: Value = !decisive;
    const isList = forEach(loop, frame, () => {
      try {
        const value = loop.body(frame);
        if (value === decisive) result = decisive;
        else if (value === null) result = null;
        return value === decisive;
      } catch (error) {
        if (!isAbsorbed(error)) throw error;
        failure ??= error;
        return false;
      }
    });
    if (!isList) return null;
    if (result !== decisive && failure !== undefined) throw failure;
    return result;
  };
}

/** `exists_one`: null when nulls leave it open whether exactly one condition holds. */
export function runExistsOne(loop: Loop): Run {
  return (frame) => {
    let [held, open] = [0, 0];
    const isList = forEach(loop, frame, () => {
      const value = loop.body(frame);
      if (value === true) held++;
      if (value === null) open++;
      return false;
    });
    if (!isList || (open > 0 && held <= 1)) return null;
    return held === 1;
  };
}

/** `filter`: an element whose condition is null is left out, as in SQL's WHERE. */
export function runFilter(loop: Loop): Run {
  return (frame) => {
    const kept: Value[] = [];
    const isList = forEach(loop, frame, (element) => {
      if (loop.body(frame) === true) kept.push(element);
      return false;
    });
    return isList ? kept : null;
  };
}

/** `map`, with a condition or without: null when a value is, since no list holds a null. */
export function runMap(loop: Loop, condition: Run | undefined): Run {
  return (frame) => {
    const values: Value[] = [];
    const isList = forEach(loop, frame, () => {
      if (condition === undefined || condition(frame) === true) values.push(loop.body(frame));
      return false;
    });
    return isList && !values.includes(null) ? values : null;
  };
}
