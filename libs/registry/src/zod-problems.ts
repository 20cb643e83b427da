import type { z } from 'zod';
import type { Problem } from './larder-error.js';
import { shownName } from './nearest.js';

/**
 * Zod's issues as problems, paths joined with dots. Elements of a list that have a name are called by it, as validation
 * does: `features.watch_count.type`, not `features.3.type`.
 */
export function problemsFromZod(error: z.ZodError, input: unknown): Problem[] {
  return error.issues.flatMap((issue) => {
    const path = namedPath(issue.path, input);
    if (issue.code === 'unrecognized_keys') {
      return issue.keys.map((key) => ({ path: [...path, shownName(key)].join('.'), message: 'is no known field' }));
    }
    return [{ path: path.join('.'), message: messageOf(issue) }];
  });
}

/** The same for a whole document: what has no path is a problem of the document. */
export function documentProblems(error: z.ZodError, document: unknown): Problem[] {
  return problemsFromZod(error, document).map((each) => ({
    ...each,
    path: each.path === '' ? '(document)' : each.path,
  }));
}

function messageOf(issue: z.core.$ZodIssue): string {
  const isMissing = issue.code === 'invalid_type' && issue.message.endsWith('received undefined');
  if (isMissing) return `is missing; expected ${issue.expected}`;
  return issue.message.replace(/^Invalid (?:input|option): /, '');
}

function namedPath(path: readonly PropertyKey[], input: unknown): string[] {
  let at: unknown = input;
  return path.map((part) => {
    at = typeof at === 'object' && at !== null ? (at as Record<PropertyKey, unknown>)[part] : undefined;
    return typeof part === 'number' && hasName(at) ? at.name : String(part);
  });
}

function hasName(value: unknown): value is { readonly name: string } {
  return typeof value === 'object' && value !== null && 'name' in value && typeof value.name === 'string';
}
