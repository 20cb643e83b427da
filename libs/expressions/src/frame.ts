import { EvaluationError } from './evaluation-error.js';
import type { Value } from './types.js';

/** The state of one evaluation: its variables and the steps it may still take. */
export class Frame {
  constructor(
    readonly locals: Value[],
    private stepsLeft: number,
  ) {}

  /** Throws `budget` when the evaluation has no such steps left. */
  spend(steps: number): void {
    this.stepsLeft -= steps;
    if (this.stepsLeft < 0) throw new EvaluationError('budget', 'this evaluation: it takes too many steps');
  }
}

/** A checked part of an expression, ready to run. */
export type Run = (frame: Frame) => Value;
