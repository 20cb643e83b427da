import type { Problem } from '@larder/registry';
import type { z } from 'zod';

/** Zod's issues as problems: one per unknown field, paths joined with dots, `root` for the value itself. */
export function problemsFromZod(error: z.ZodError, root: string): Problem[] {
  return error.issues.flatMap((issue) => {
    const path = issue.path.map(String);
    if (issue.code === 'unrecognized_keys') {
      return issue.keys.map((key) => ({ path: [...path, key].join('.'), message: 'unknown field' }));
    }
    return [{ path: path.join('.') || root, message: plainMessage(issue.message) }];
  });
}

function plainMessage(message: string): string {
  return message.replace(/^Invalid input: /, '');
}
