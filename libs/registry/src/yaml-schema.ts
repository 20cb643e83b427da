import { z } from 'zod';
import {
  accuracySchema,
  describedShape,
  joinKeyTypeSchema,
  objectShape,
  onStaleSchema,
  sourceTimeShape,
  valueTypeSchema,
} from './definitions-schema.js';
import { parseDurationSeconds } from './duration.js';
import { isLarderError } from './larder-error.js';
import type { AggregateFunction } from './snapshot.js';
import { SCALAR_TYPES } from './value-type.js';
import { problemsFromZod } from './zod-problems.js';

/** The shape of the YAML form, object by object. Where the form of an object depends on its fields, the fields choose the schema, so that a message speaks of the form that was meant. */

const duration = z.unknown().transform((value, context): number => {
  try {
    return parseDurationSeconds(value as string);
  } catch (error) {
    if (!isLarderError(error)) throw error;
    context.addIssue({ code: 'custom', message: error.message });
    return z.NEVER;
  }
});

/** Problems of the chosen schema become problems at the same paths. */
function choose<T>(schemaOf: (value: unknown) => z.ZodType<T>): z.ZodType<T> {
  return z.unknown().transform((value, context): T => {
    const parsed = schemaOf(value).safeParse(value);
    if (parsed.success) return parsed.data;
    for (const { path, message } of problemsFromZod(parsed.error, value)) {
      context.addIssue({ code: 'custom', message, path: path === '' ? [] : path.split('.') });
    }
    return z.NEVER;
  });
}

function isItemText(text: string): boolean {
  return /^[^:]+(:[^:]+)?$/.test(text);
}

function hasField(value: unknown, field: string): boolean {
  return typeof value === 'object' && value !== null && Object.hasOwn(value, field);
}

export const yamlEntity = z.strictObject({
  joinKeys: z.record(z.string(), joinKeyTypeSchema),
  ...objectShape,
});

const parquetSource = z.strictObject({ parquet: z.string(), ...sourceTimeShape, ...objectShape });
const sqlSource = z.strictObject({
  sql: z.string(),
  reads: z.array(z.string()),
  ...sourceTimeShape,
  ...objectShape,
});
const pushSource = z.strictObject({ push: z.strictObject({ history: z.string() }), ...objectShape });
type YamlSource = z.infer<typeof parquetSource> | z.infer<typeof sqlSource> | z.infer<typeof pushSource>;

export const yamlSource = choose<YamlSource>((value) => {
  if (hasField(value, 'parquet')) return parquetSource;
  if (hasField(value, 'sql')) return sqlSource;
  if (hasField(value, 'push')) return pushSource;
  return z.never({ error: 'expected one of the fields parquet, sql and push' });
});

const featureShape = { default: z.unknown().optional(), ...describedShape };
const tumblingWindow = z.strictObject({ tumbling: duration });
type YamlWindow = 'lifetime' | number | z.infer<typeof tumblingWindow>;
const yamlWindow = choose<YamlWindow>((value) => {
  if (value === 'lifetime') return z.literal('lifetime');
  return typeof value === 'object' && value !== null ? tumblingWindow : duration;
});
const windowShape = { window: yamlWindow, filter: z.string().exactOptional(), ...featureShape };
const columnFeature = z.strictObject({ type: valueTypeSchema, column: z.string().exactOptional(), ...featureShape });
const countFeature = z.strictObject({
  count: z.literal('*', { error: 'expected "*": count counts rows' }),
  ...windowShape,
});
const listType = z.enum(SCALAR_TYPES);
const typed = { type: valueTypeSchema, ...windowShape };
const quantiles = z.union([z.number(), z.array(z.number())], { error: 'expected a number or a list of numbers' });

/** Each aggregate by the field that names its column. */
const AGGREGATES = {
  count: countFeature,
  countDistinct: z.strictObject({ countDistinct: z.string(), ...windowShape }),
  approxCountDistinct: z.strictObject({ approxCountDistinct: z.string(), ...windowShape }),
  sum: z.strictObject({ sum: z.string(), ...typed }),
  mean: z.strictObject({ mean: z.string(), ...windowShape }),
  variance: z.strictObject({ variance: z.string(), ...windowShape }),
  stddev: z.strictObject({ stddev: z.string(), ...windowShape }),
  min: z.strictObject({ min: z.string(), ...typed }),
  max: z.strictObject({ max: z.string(), ...typed }),
  first: z.strictObject({ first: z.string(), ...typed }),
  last: z.strictObject({ last: z.string(), ...typed }),
  lastN: z.strictObject({ lastN: z.string(), n: z.int(), ...windowShape, type: listType }),
  quantile: z.strictObject({ quantile: z.string(), q: quantiles, ...windowShape }),
  topK: z.strictObject({ topK: z.string(), k: z.int(), ...windowShape, type: listType }),
} as const satisfies Record<AggregateFunction, z.ZodType>;

export type YamlAggregate = z.infer<(typeof AGGREGATES)[AggregateFunction]>;
export type YamlFeature = z.infer<typeof valueTypeSchema> | z.infer<typeof columnFeature> | YamlAggregate;

const yamlFeature = choose<YamlFeature>((value) => {
  if (typeof value !== 'object' || value === null) return valueTypeSchema;
  const found = Object.entries(AGGREGATES).find(([name]) => hasField(value, name));
  return found?.[1] ?? columnFeature;
});

const everyCadence = z.strictObject({ every: duration });
const cronCadence = z.strictObject({ cron: z.string(), timeZone: z.string().default('UTC') });
export type YamlCadence = 'push' | z.infer<typeof everyCadence> | z.infer<typeof cronCadence>;

const yamlCadence = choose<YamlCadence>((value) => {
  if (hasField(value, 'every')) return everyCadence;
  if (hasField(value, 'cron')) return cronCadence;
  return z.literal('push', { error: 'expected push, { every: 1h } or { cron: "0 5 * * *" }' });
});

export const yamlFeatureView = z.strictObject({
  entities: z.array(z.string()),
  source: z.string(),
  filter: z.string().exactOptional(),
  features: z.record(z.string(), yamlFeature),
  cadence: yamlCadence,
  ttl: duration.exactOptional(),
  accuracy: accuracySchema.default('temporal'),
  delay: duration.exactOptional(),
  online: z.boolean().default(true),
  onStale: onStaleSchema.default('flag'),
  similarTo: z.array(z.string()).exactOptional(),
  ...objectShape,
});
export type YamlFeatureView = z.infer<typeof yamlFeatureView>;

const yamlRole = z.strictObject({
  view: z.string(),
  as: z.string().exactOptional(),
  joinKeys: z.record(z.string(), z.string()).default({}),
  features: z.array(z.string()).exactOptional(),
});
export type YamlServiceItem = string | z.infer<typeof yamlRole>;

const yamlServiceItem = choose<YamlServiceItem>((value) => {
  if (typeof value === 'object' && value !== null) return yamlRole;
  return z.string({ error: 'expected view, view:feature or { view, as, joinKeys, features }' }).refine(isItemText, {
    error: 'not a feature reference; expected view or view:feature',
  });
});
const serviceObject = z.strictObject({ features: z.array(yamlServiceItem), ...objectShape });

/** A list of items, or an object that has one in `features`; read as the latter. */
export const yamlFeatureService = z.preprocess(
  (value) => (Array.isArray(value) ? { features: value } : value),
  serviceObject,
);

export type YamlEntity = z.infer<typeof yamlEntity>;
export type YamlSourceInput = z.infer<typeof yamlSource>;
export type YamlFeatureService = z.infer<typeof yamlFeatureService>;

/** Every field of the YAML form, for the page that explains them. */
export function yamlFields(): string[] {
  const objects = [
    yamlEntity,
    parquetSource,
    sqlSource,
    pushSource,
    yamlFeatureView,
    columnFeature,
    ...Object.values(AGGREGATES),
    tumblingWindow,
    everyCadence,
    cronCadence,
    yamlRole,
    serviceObject,
  ];
  return [...new Set(objects.flatMap((each) => Object.keys(each.shape)))];
}
