/** Why an expression has no value for a row, as a closed list of stable words. */
export const EVALUATION_FAILURES = [
  'division by zero',
  'overflow',
  'index out of range',
  'conversion',
  'budget',
] as const;

export type EvaluationFailure = (typeof EVALUATION_FAILURES)[number];

/**
 * An expression that is right has no value for this row. `failure` is the word that programs read; the message adds the
 * operation and never holds a value of the row.
 */
export class EvaluationError extends Error {
  override readonly name = 'EvaluationError';

  constructor(
    readonly failure: EvaluationFailure,
    operation: string,
  ) {
    super(`${failure} in ${operation}`);
  }
}

/** True for a failure that `false && …` and `true || …` make up for; a spent budget is not one. */
export function isAbsorbed(error: unknown): error is EvaluationError {
  return error instanceof EvaluationError && error.failure !== 'budget';
}
