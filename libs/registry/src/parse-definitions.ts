import { z } from 'zod';
import type { Problem } from './larder-error.js';
import { LarderError } from './larder-error.js';
import type { Definitions } from './snapshot.js';
import { validateDefinitions } from './validate-definitions.js';
import type { JsonValue, ValueTypeName } from './value-type.js';
import { isValueTypeName, JOIN_KEY_TYPES } from './value-type.js';

const described = { description: z.string().optional(), owner: z.string().optional(), tags: z.record(z.string(), z.string()).optional() };
const sourceTime = { eventTime: z.string(), createdTime: z.string().optional(), trustedHistoryBefore: z.string().optional(), tombstone: z.string().optional() };
const valueType = z.custom<ValueTypeName>((value) => typeof value === 'string' && isValueTypeName(value), 'unknown type');
const jsonValue: z.ZodType<JsonValue> = z.json();

const source = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('parquet'), name: z.string(), path: z.string(), ...sourceTime, ...described }),
  z.strictObject({ kind: z.literal('sql'), name: z.string(), query: z.string(), reads: z.array(z.string()), ...sourceTime, ...described }),
  z.strictObject({ kind: z.literal('push'), name: z.string(), history: z.string(), ...described }),
]);

const cadence = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('every'), seconds: z.int().positive() }),
  z.strictObject({ kind: z.literal('cron'), expression: z.string(), timeZone: z.string() }),
  z.strictObject({ kind: z.literal('push') }),
]);

const compute = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('column'), column: z.string() }),
  z.strictObject({
    kind: z.literal('aggregate'),
    function: z.enum(['count', 'sum', 'mean', 'min', 'max']),
    column: z.string().optional(),
    windowSeconds: z.int().positive(),
  }),
]);

const featureView = z.strictObject({
  name: z.string(),
  entities: z.array(z.string()),
  source: z.string(),
  filter: z.string().optional(),
  computation: z.enum(['columns', 'windows']),
  features: z.array(z.strictObject({ name: z.string(), type: valueType, default: jsonValue.optional(), compute, ...described })),
  ttlSeconds: z.int().positive().optional(),
  cadence,
  accuracy: z.enum(['temporal', 'snapshot']),
  delaySeconds: z.int().nonnegative(),
  online: z.boolean(),
  onStale: z.enum(['flag', 'null', 'default', 'fail']),
  ...described,
});

const definitionsSchema = z.strictObject({
  formatVersion: z.literal(1),
  project: z.string(),
  entities: z.array(z.strictObject({ name: z.string(), joinKeys: z.array(z.strictObject({ name: z.string(), type: z.enum(JOIN_KEY_TYPES) })), ...described })),
  sources: z.array(source),
  featureViews: z.array(featureView),
  featureServices: z.array(
    z.strictObject({
      name: z.string(),
      views: z.array(z.strictObject({ view: z.string(), alias: z.string(), joinKeys: z.record(z.string(), z.string()), features: z.array(z.string()) })),
      ...described,
    }),
  ),
});

/** Untrusted JSON as compiled definitions, shape and references checked; INVALID_ARGUMENT with every problem. */
export function parseDefinitions(input: unknown): Definitions {
  const parsed = definitionsSchema.safeParse(input);
  if (!parsed.success) throw LarderError.fromProblems('definitions', problemsFromZod(parsed.error));
  const definitions = withoutUndefined(parsed.data);
  const problems = validateDefinitions(definitions);
  if (problems.length > 0) throw LarderError.fromProblems('definitions', problems);
  return definitions;
}

/** Zod's issues as problems, paths joined with dots. */
export function problemsFromZod(error: z.ZodError): Problem[] {
  return error.issues.map((issue) => ({ path: issue.path.join('.') || '(document)', message: issue.message }));
}

function withoutUndefined(definitions: z.infer<typeof definitionsSchema>): Definitions {
  return JSON.parse(JSON.stringify(definitions)) as Definitions;
}
