import type { Problem } from '@larder/registry';
import type { z } from 'zod';

/** Zod's issues as problems: one per unknown field, paths joined with dots, `root` for the value itself. */
export function problemsFromZod(error: z.ZodError, root: string): Problem[] {
  return error.issues.flatMap((issue) => {
    const path = issue.path.map(String);
    if (issue.code === 'unrecognized_keys') {
      return issue.keys.map((key) => ({ path: [...path, key].join('.'), message: 'is no known field' }));
    }
    return [{ path: path.join('.') || root, message: plainMessage(issue) }];
  });
}

function plainMessage(issue: z.core.$ZodIssue): string {
  const isMissing = issue.code === 'invalid_type' && issue.message.endsWith('received undefined');
  return isMissing
    ? `is missing; expected ${issue.expected}`
    : issue.message.replace(/^Invalid (?:input|option): /, '');
}
