import { z } from 'zod';
import type {
  Cadence,
  EntitySpec,
  FeatureServiceSpec,
  FeatureSpec,
  FeatureViewDefinition,
  JoinKeySpec,
  ServiceViewSpec,
  SourceSpec,
} from './snapshot.js';
import { AGGREGATE_FUNCTIONS } from './snapshot.js';
import type { JsonValue, ValueTypeName } from './value-type.js';
import { isValueTypeName, JOIN_KEY_TYPES } from './value-type.js';

/** The shape of the compiled document, object by object: every field is known, has its type, and nothing else is there. */

export const describedShape = {
  description: z.string().exactOptional(),
  owner: z.string().exactOptional(),
  tags: z.record(z.string(), z.string()).exactOptional(),
  deprecated: z
    .strictObject({
      after: z.string(),
      successor: z.string().exactOptional(),
      reason: z.string().exactOptional(),
    })
    .exactOptional(),
};

export const objectShape = { ...describedShape, protect: z.boolean().exactOptional() };

export const sourceTimeShape = {
  eventTime: z.string(),
  createdTime: z.string().exactOptional(),
  trustedHistoryBefore: z.string().exactOptional(),
  tombstone: z.string().exactOptional(),
};

export const valueTypeSchema = z.custom<ValueTypeName>((value) => typeof value === 'string' && isValueTypeName(value), {
  error: ({ input }) =>
    `unknown type ${JSON.stringify(input)}; expected int64, string, list<string> or another value type`,
});

export const accuracySchema = z.enum(['temporal', 'snapshot']);
export const onStaleSchema = z.enum(['flag', 'null', 'default', 'fail']);
export const joinKeyTypeSchema = z.enum(JOIN_KEY_TYPES);

const jsonValue: z.ZodType<JsonValue> = z.json();
const positive = z.int().positive();

export const joinKeySchema: z.ZodType<JoinKeySpec> = z.strictObject({ name: z.string(), type: joinKeyTypeSchema });

export const entitySchema: z.ZodType<EntitySpec> = z.strictObject({
  name: z.string(),
  joinKeys: z.array(joinKeySchema),
  ...objectShape,
});

export const sourceSchema: z.ZodType<SourceSpec> = z.discriminatedUnion('kind', [
  z.strictObject({
    kind: z.literal('parquet'),
    name: z.string(),
    path: z.string(),
    ...sourceTimeShape,
    ...objectShape,
  }),
  z.strictObject({
    kind: z.literal('sql'),
    name: z.string(),
    query: z.string(),
    reads: z.array(z.string()),
    ...sourceTimeShape,
    ...objectShape,
  }),
  z.strictObject({ kind: z.literal('push'), name: z.string(), history: z.string(), ...objectShape }),
]);

const cadenceSchema: z.ZodType<Cadence> = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('every'), seconds: positive }),
  z.strictObject({ kind: z.literal('cron'), expression: z.string(), timeZone: z.string() }),
  z.strictObject({ kind: z.literal('push') }),
]);

const computeSchema: z.ZodType<FeatureSpec['compute']> = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('column'), column: z.string() }),
  z.strictObject({
    kind: z.literal('aggregate'),
    function: z.enum(AGGREGATE_FUNCTIONS),
    column: z.string().exactOptional(),
    windowSeconds: positive.exactOptional(),
    windowKind: z.enum(['tumbling', 'lifetime']).exactOptional(),
    limit: positive.exactOptional(),
    quantiles: z.array(z.number()).exactOptional(),
    filter: z.string().exactOptional(),
  }),
]);

const featureSchema: z.ZodType<FeatureSpec> = z.strictObject({
  name: z.string(),
  type: valueTypeSchema,
  default: jsonValue.exactOptional(),
  compute: computeSchema,
  ...describedShape,
});

export const featureViewSchema: z.ZodType<FeatureViewDefinition> = z.strictObject({
  name: z.string(),
  entities: z.array(z.string()),
  source: z.string(),
  filter: z.string().exactOptional(),
  computation: z.enum(['columns', 'windows']),
  features: z.array(featureSchema),
  ttlSeconds: positive.exactOptional(),
  cadence: cadenceSchema,
  accuracy: accuracySchema,
  delaySeconds: z.int().nonnegative(),
  online: z.boolean(),
  onStale: onStaleSchema,
  similarTo: z.array(z.string()).exactOptional(),
  ...objectShape,
});

export const serviceViewSchema: z.ZodType<ServiceViewSpec> = z.strictObject({
  view: z.string(),
  alias: z.string(),
  joinKeys: z.record(z.string(), z.string()),
  features: z.array(z.string()),
});

export const featureServiceSchema: z.ZodType<FeatureServiceSpec> = z.strictObject({
  name: z.string(),
  views: z.array(serviceViewSchema),
  ...objectShape,
});
