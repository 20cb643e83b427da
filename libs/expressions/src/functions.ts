import { CONVERSIONS } from './conversions.js';
import { LIST_FUNCTIONS } from './list-functions.js';
import { MATH_FUNCTIONS } from './math-functions.js';
import { OPERATORS } from './operators.js';
import type { CallStyle, FunctionSpec } from './overloads.js';
import { TEXT_FUNCTIONS } from './text-functions.js';
import { TIME_FUNCTIONS } from './time-functions.js';

/** Every operator and function that has overloads; the forms with rules of their own are in forms.ts and macros.ts. */
export const FUNCTIONS: readonly FunctionSpec[] = [
  ...OPERATORS,
  ...TEXT_FUNCTIONS,
  ...MATH_FUNCTIONS,
  ...CONVERSIONS,
  ...TIME_FUNCTIONS,
  ...LIST_FUNCTIONS,
];

const BY_CALL = new Map(FUNCTIONS.map((spec) => [`${spec.style} ${spec.name}`, spec]));

export function findFunction(style: CallStyle, name: string): FunctionSpec | undefined {
  return BY_CALL.get(`${style} ${name}`);
}
