import { isLarderError, LarderError } from '@larder/registry';
import type { Locate } from './definition-origins.js';

/** The same error with the file and line of each problem it lists. */
export function withPlaces<E>(error: E, locate: Locate): E | LarderError {
  if (!isLarderError(error) || error.details.problems === undefined) return error;
  const problems = error.details.problems.map(locate);
  const subject = /^[\w ]+(?=: )/.exec(error.message)?.[0] ?? 'definitions';
  const { message } = LarderError.fromProblems(subject, problems);
  return new LarderError(error.code, message, { ...error.details, problems }, { cause: error });
}
