import { LarderError } from '@larder/registry';
import type { z } from 'zod';
import { problemsFromZod } from './problems.js';

/**
 * A request's body as the type of `schema`. Throws INVALID_ARGUMENT with every problem, each naming its field; an absent
 * body says which content type is expected.
 */
export function validateBody<T>(schema: z.ZodType<T>, body: unknown): T {
  if (body === undefined) {
    const message = 'expected a JSON body with the header content-type: application/json';
    throw LarderError.fromProblems('request body', [{ path: 'body', message }]);
  }
  return validate(schema, body, 'body');
}

/** A request's query parameters as the type of `schema`, whose inputs are texts. Throws INVALID_ARGUMENT with every problem. */
export function validateQuery<T>(schema: z.ZodType<T>, query: unknown): T {
  return validate(schema, query, 'query');
}

function validate<T>(schema: z.ZodType<T>, input: unknown, part: 'body' | 'query'): T {
  const parsed = schema.safeParse(input);
  if (parsed.success) return parsed.data;
  throw LarderError.fromProblems(`request ${part}`, problemsFromZod(parsed.error, part));
}
