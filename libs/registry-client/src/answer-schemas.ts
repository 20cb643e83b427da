import type { Change, EntitySpec, FeatureViewSpec, SourceSpec } from '@larder/registry';
import { z } from 'zod';
import { storedMaterializationSchema } from './materialization-state.js';
import type {
  ApplyResult,
  FeatureSummary,
  VersionRecord,
  PlanResult,
  ProjectSummary,
  ViewDescription,
} from './registry-api.js';

/** What the client expects of the registry's answers. Fields that a later registry adds are passed over. */

const version = z.int().nonnegative();

const changeSchema: z.ZodType<Change> = z.object({
  action: z.enum(['add', 'change', 'retire']),
  kind: z.enum(['entity', 'source', 'featureView', 'featureService']),
  name: z.string(),
  fields: z.array(
    z.object({ field: z.string(), before: z.unknown().exactOptional(), after: z.unknown().exactOptional() }),
  ),
  rematerialize: z.boolean(),
});

const changes = z.array(changeSchema);

export const planResultSchema: z.ZodType<PlanResult> = z.object({ baseVersion: version, changes });

export const applyResultSchema: z.ZodType<ApplyResult> = z.object({ version, changes });

export const projectSummariesSchema: z.ZodType<ProjectSummary[]> = z.array(
  z.object({ project: z.string(), version, appliedAt: z.string() }),
);

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

export const historySchema: z.ZodType<VersionRecord[]> = z.array(
  z.object({
    version,
    appliedAt: z.string(),
    author: z.string().exactOptional(),
    gitCommit: z.string().exactOptional(),
    changes,
  }),
);

/** The registry's own objects, which it has checked at apply. */
const isNamedObject = (value: unknown): boolean => typeof value === 'object' && value !== null && 'name' in value;
const viewSchema = z.custom<FeatureViewSpec>(isNamedObject);
const entitySchema = z.custom<EntitySpec>(isNamedObject);
const sourceSchema = z.custom<SourceSpec>(isNamedObject);

export const viewDescriptionSchema: z.ZodType<ViewDescription> = z.object({
  view: viewSchema,
  entities: z.array(entitySchema),
  source: sourceSchema,
  services: z.array(z.string()),
  materialization: storedMaterializationSchema.nullable(),
});
