import type { Change, ObjectName, Problem, ServiceImpact } from '@larder/registry';
import { z } from 'zod';
import type {
  ApplyResult,
  ConsumerRecord,
  DiffResult,
  MaterializationEstimate,
  PlannedMaterialization,
  PlannedService,
  PlanResult,
  ProjectSummary,
  SourceChecks,
  VersionRecord,
} from './registry-api.js';
import { consumerKindSchema } from './request-schemas.js';

/** What the registry answers about versions: plan, apply, diff, history. Fields that a later registry adds are passed over. */

const version = z.int().nonnegative();
const count = z.number().nonnegative();
const objectKind = z.enum(['entity', 'source', 'featureView', 'featureService']);

export const changeSchema: z.ZodType<Change> = z.object({
  action: z.enum(['add', 'change', 'retire']),
  kind: objectKind,
  name: z.string(),
  fields: z.array(
    z.object({ field: z.string(), before: z.unknown().exactOptional(), after: z.unknown().exactOptional() }),
  ),
  rematerialize: z.boolean(),
});

export const problemSchema: z.ZodType<Problem> = z.object({
  path: z.string(),
  message: z.string(),
  file: z.string().exactOptional(),
  line: z.int().exactOptional(),
});

const objectNameSchema: z.ZodType<ObjectName> = z.object({ kind: objectKind, name: z.string() });

const sourceChecksSchema: z.ZodType<SourceChecks> = z.object({
  status: z.enum(['done', 'skipped', 'unavailable', 'not configured']),
  reason: z.string().exactOptional(),
});

const estimateSchema: z.ZodType<MaterializationEstimate> = z.object({
  files: count,
  sourceRows: count,
  sourceBytes: count,
  entities: count,
  onlineBytes: count,
  entitiesFrom: z.enum(['last run', 'data']),
});

const plannedMaterializationSchema: z.ZodType<PlannedMaterialization> = z.object({
  view: z.string(),
  version,
  liveVersion: version.nullable(),
  estimate: estimateSchema.exactOptional(),
});

export const consumerRecordSchema: z.ZodType<ConsumerRecord> = z.object({
  consumer: z.string(),
  kind: consumerKindSchema,
  featureService: z.string().nullable(),
  views: z.array(z.string()),
  lastSeenAt: z.string(),
  reads: count,
});

export const consumerRecordsSchema: z.ZodType<ConsumerRecord[]> = z.array(consumerRecordSchema);

const serviceImpactFields = {
  service: z.string(),
  breaking: z.array(z.string()),
  compatible: z.array(z.string()),
} satisfies Record<keyof ServiceImpact, z.ZodType>;

const plannedServiceSchema: z.ZodType<PlannedService> = z.object({
  ...serviceImpactFields,
  consumers: z.array(consumerRecordSchema),
});

export const planResultSchema: z.ZodType<PlanResult> = z.object({
  baseVersion: version,
  changes: z.array(changeSchema),
  kept: z.array(objectNameSchema),
  problems: z.array(problemSchema),
  warnings: z.array(problemSchema),
  materializations: z.array(plannedMaterializationSchema),
  services: z.array(plannedServiceSchema),
  sourceChecks: sourceChecksSchema,
});

export const applyResultSchema: z.ZodType<ApplyResult> = z.object({
  version,
  changes: z.array(changeSchema),
  kept: z.array(objectNameSchema),
  warnings: z.array(problemSchema),
  sourceChecks: sourceChecksSchema,
});

export const diffResultSchema: z.ZodType<DiffResult> = z.object({
  from: version,
  to: version,
  changes: z.array(changeSchema),
});

export const historySchema: z.ZodType<VersionRecord[]> = z.array(
  z.object({
    version,
    appliedAt: z.string(),
    author: z.string().exactOptional(),
    gitCommit: z.string().exactOptional(),
    changes: z.array(changeSchema),
    rollbackTo: version.exactOptional(),
    sourceChecksSkipped: z.boolean().exactOptional(),
  }),
);

export const projectSummariesSchema: z.ZodType<ProjectSummary[]> = z.array(
  z.object({ project: z.string(), version, appliedAt: z.string() }),
);
