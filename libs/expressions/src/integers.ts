import { EvaluationError } from './evaluation-error.js';

/** The integer if it fits into 64 bits; throws `overflow` otherwise. */
export function int64(value: bigint, operation: string): bigint {
  if (BigInt.asIntN(64, value) !== value) throw new EvaluationError('overflow', operation);
  return value;
}

/** The quotient, cut towards zero. */
export function divide(a: bigint, b: bigint): bigint {
  if (b === 0n) throw new EvaluationError('division by zero', 'a / b');
  return int64(a / b, 'a / b');
}

/** The remainder of `divide`; it has the sign of `a`. */
export function remainder(a: bigint, b: bigint): bigint {
  if (b === 0n) throw new EvaluationError('division by zero', 'a % b');
  return a % b;
}
