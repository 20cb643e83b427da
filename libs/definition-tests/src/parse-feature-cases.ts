import type { Problem } from '@larder/registry';
import { LarderError } from '@larder/registry';
import { z } from 'zod';
import type { FeatureCase } from './feature-case.js';

const rows = z.record(z.string(), z.unknown());
const time = z.union([z.string(), z.date()]);

const caseSchema = z.strictObject({
  name: z.string().optional(),
  now: time.optional(),
  sources: z.record(z.string(), z.array(rows)),
  expect: z
    .array(
      z.strictObject({
        keys: rows,
        at: time.optional(),
        features: rows.refine((value) => Object.keys(value).length > 0, 'expected at least one feature'),
      }),
    )
    .min(1),
});

/**
 * A case of a test file that nobody type-checked: `sources`, `expect` and perhaps `name` and `now`. INVALID_ARGUMENT with every problem,
 * paths beginning with `path`.
 */
export function parseFeatureCase(path: string, value: unknown): FeatureCase {
  const parsed = caseSchema.safeParse(value);
  if (parsed.success) return parsed.data as FeatureCase;
  const problems = parsed.error.issues.flatMap((issue): Problem[] => {
    const place = [path, ...issue.path.map(String)].join('.');
    if (issue.code !== 'unrecognized_keys') return [{ path: place, message: issue.message }];
    return issue.keys.map((key) => ({ path: `${place}.${key}`, message: 'is no field of a case' }));
  });
  throw LarderError.fromProblems('tests', problems);
}
