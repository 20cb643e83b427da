import type { Deprecation, EntitySpec, FeatureViewSpec, SourceSpec } from '@larder/registry';
import { z } from 'zod';
import { storedMaterializationSchema } from './materialization-state.js';
import type {
  FeatureSummary,
  LastRun,
  Lineage,
  LineageNode,
  SearchHit,
  ViewDescription,
  ViewFreshness,
} from './registry-api.js';

/** What the registry answers about what there is: features, search, lineage, views. Fields that a later registry adds are passed over. */

const version = z.int().nonnegative();
const hitKind = z.enum(['entity', 'source', 'featureView', 'feature', 'featureService']);

export const featureSummariesSchema: z.ZodType<FeatureSummary[]> = z.array(
  z.object({
    feature: z.string(),
    entity: z.string(),
    type: z.string(),
    source: z.string(),
    cadence: z.string(),
    owner: z.string().nullable(),
    description: z.string().nullable(),
    version,
  }),
);

const lastRunSchema: z.ZodType<LastRun> = z.object({
  id: z.string(),
  status: z.string(),
  mode: z.string(),
  startedAt: z.string(),
  finishedAt: z.string().nullable(),
  rowsWritten: z.number().nonnegative().nullable(),
  error: z.string().nullable(),
});

export const viewFreshnessSchema: z.ZodType<ViewFreshness> = z.object({
  watermark: z.string().nullable(),
  asOf: z.string().nullable(),
  liveVersion: version.nullable(),
  lastRun: lastRunSchema.nullable(),
});

const deprecationSchema: z.ZodType<Deprecation> = z.object({
  after: z.string(),
  successor: z.string().exactOptional(),
  reason: z.string().exactOptional(),
});

export const searchHitsSchema: z.ZodType<SearchHit[]> = z.array(
  z.object({
    kind: hitKind,
    name: z.string(),
    type: z.string().exactOptional(),
    entities: z.array(z.string()),
    owner: z.string().nullable(),
    description: z.string().nullable(),
    tags: z.record(z.string(), z.string()),
    deprecated: deprecationSchema.nullable(),
    freshness: viewFreshnessSchema.nullable().exactOptional(),
  }),
);

const lineageKind = z.enum([...hitKind.options, 'consumer']);

export const lineageNodeSchema: z.ZodType<LineageNode> = z.object({
  kind: lineageKind,
  name: z.string(),
  get next(): z.ZodType<LineageNode[]> {
    return z.array(lineageNodeSchema);
  },
});

export const lineageSchema: z.ZodType<Lineage> = z.object({
  kind: lineageKind,
  name: z.string(),
  upstream: z.array(lineageNodeSchema),
  downstream: z.array(lineageNodeSchema),
});

/** The registry's own objects, which it has checked at apply. */
const isNamedObject = (value: unknown): boolean => typeof value === 'object' && value !== null && 'name' in value;
export const namedObjectSchemas = {
  view: z.custom<FeatureViewSpec>(isNamedObject),
  entity: z.custom<EntitySpec>(isNamedObject),
  source: z.custom<SourceSpec>(isNamedObject),
};

export const viewDescriptionSchema: z.ZodType<ViewDescription> = z.object({
  view: namedObjectSchemas.view,
  entities: z.array(namedObjectSchemas.entity),
  source: namedObjectSchemas.source,
  services: z.array(z.string()),
  materialization: storedMaterializationSchema.nullable(),
  freshness: viewFreshnessSchema.nullable(),
});
