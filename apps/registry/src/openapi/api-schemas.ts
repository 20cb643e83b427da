import {
  ERROR_CODES,
  entitySchema,
  featureServiceSchema,
  featureViewSchema,
  joinKeySchema,
  serviceViewSchema,
  sourceSchema,
} from '@larder/registry';
import {
  applyRequestSchema,
  applyResultSchema,
  changeSchema,
  consumerRecordSchema,
  consumerRecordsSchema,
  consumersReportSchema,
  diffResultSchema,
  featureSummariesSchema,
  historySchema,
  lineageNodeSchema,
  lineageSchema,
  materializationAnswerSchema,
  materializationWriteSchema,
  planRequestSchema,
  planResultSchema,
  problemSchema,
  projectSummariesSchema,
  rollbackRequestSchema,
  runRecordSchema,
  runRecordsSchema,
  searchHitsSchema,
  viewDescriptionSchema,
  viewFreshnessSchema,
  watchEventSchema,
} from '@larder/registry-client';
import { z } from 'zod';

const errorCodes = Object.keys(ERROR_CODES);

const errorSchema = z.object({
  error: z.object({
    code: z.enum(errorCodes),
    message: z.string(),
    details: z.looseObject({ problems: z.array(problemSchema).exactOptional() }),
    requestId: z.string(),
  }),
});

const definitionsShape = {
  formatVersion: z.literal(1),
  project: z.string(),
  entities: z.array(entitySchema),
  sources: z.array(sourceSchema),
  featureServices: z.array(featureServiceSchema),
};

const definitionsSchema = z.strictObject({ ...definitionsShape, featureViews: z.array(featureViewSchema) });

/** What the registry adds to a view's definition; the description has the definition's fields, too. */
const numberedViewSchema = z.looseObject({ id: z.int().positive(), version: z.int().positive().max(65_535) });

const formerViewSchema = z.object({
  view: numberedViewSchema,
  joinKeys: z.array(joinKeySchema),
  services: z.record(z.string(), z.array(serviceViewSchema)),
});

const snapshotSchema = z.object({
  ...definitionsShape,
  version: z.int().positive(),
  featureViews: z.array(numberedViewSchema),
  formerViews: z.array(formerViewSchema).exactOptional(),
});

/** The named schemas of the API's description. */
export const apiSchemas = {
  ApplyRequest: applyRequestSchema,
  ApplyResult: applyResultSchema,
  Change: changeSchema,
  ConsumerRecord: consumerRecordSchema,
  Consumers: consumerRecordsSchema,
  ConsumersReport: consumersReportSchema,
  ConsumersReported: z.object({ consumers: z.int().nonnegative() }),
  Definitions: definitionsSchema,
  DiffResult: diffResultSchema,
  Entity: entitySchema,
  Error: errorSchema,
  FeatureService: featureServiceSchema,
  FeatureView: featureViewSchema,
  Features: featureSummariesSchema,
  History: historySchema,
  Lineage: lineageSchema,
  LineageNode: lineageNodeSchema,
  Live: z.object({ live: z.boolean() }),
  Materialization: materializationAnswerSchema,
  MaterializationWrite: materializationWriteSchema,
  NumberedFeatureView: numberedViewSchema,
  PlanRequest: planRequestSchema,
  PlanResult: planResultSchema,
  Problem: problemSchema,
  Projects: projectSummariesSchema,
  Readiness: z.looseObject({ ready: z.boolean(), state: z.string(), checks: z.record(z.string(), z.unknown()) }),
  RollbackRequest: rollbackRequestSchema,
  Run: runRecordSchema,
  Runs: runRecordsSchema,
  SearchHits: searchHitsSchema,
  Snapshot: snapshotSchema,
  Source: sourceSchema,
  ViewDescription: viewDescriptionSchema,
  ViewFreshness: viewFreshnessSchema,
  WatchEvent: watchEventSchema,
} as const;

export type ApiSchemaName = keyof typeof apiSchemas;
