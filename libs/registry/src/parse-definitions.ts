import { checkDefinitions } from './check-definitions.js';
import type { Definitions } from './snapshot.js';

/**
 * Untrusted JSON as compiled definitions in canonical order, shape and rules checked; INVALID_ARGUMENT with every problem.
 * The front door of the registry's API.
 */
export function parseDefinitions(input: unknown): Definitions {
  return checkDefinitions(input);
}
