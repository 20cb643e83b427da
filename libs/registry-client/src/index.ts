export { RegistryClient } from './registry-client.js';
export type { ListOptions, PlanOptions, RegistryClientOptions, TaggedSnapshot } from './registry-client.js';
export { openSnapshotWatch } from './snapshot-watch.js';
export type { SnapshotListener, SnapshotOrigin, SnapshotWatch, SnapshotWatchOptions } from './snapshot-watch.js';
export { matchesProject, openProjectWatches } from './project-watches.js';
export type { ProjectListener, ProjectWatches, ProjectWatchesOptions } from './project-watches.js';
export { describeSnapshots } from './snapshot-detail.js';
export { consumerName, ConsumerReporter } from './consumer-reporter.js';
export type { ConsumerCounter, ConsumerReading, ConsumerReporterOptions } from './consumer-reporter.js';
export { inspectionRequestSchema, inspectionResultSchema } from './source-inspection.js';
export type { InspectionRequest, InspectionResult, ViewEstimate } from './source-inspection.js';
export { createSnapshotRouter } from './snapshot-router.js';
export { DEFAULT_LIST_LENGTH, MAX_LIST_LENGTH } from './registry-api.js';
export {
  applyRequestSchema,
  consumersReportSchema,
  MAX_REPORTED_CONSUMERS,
  planRequestSchema,
  rollbackRequestSchema,
} from './request-schemas.js';
export type { Unchecked } from './request-schemas.js';
export {
  applyResultSchema,
  changeSchema,
  consumerRecordSchema,
  consumerRecordsSchema,
  diffResultSchema,
  historySchema,
  planResultSchema,
  problemSchema,
  projectSummariesSchema,
} from './answer-schemas.js';
export {
  featureSummariesSchema,
  lineageNodeSchema,
  lineageSchema,
  namedObjectSchemas,
  searchHitsSchema,
  viewDescriptionSchema,
  viewFreshnessSchema,
} from './catalogue-schemas.js';
export { watchEventSchema } from './follow-versions.js';
export type {
  ApplyRequest,
  ApplyResult,
  ConsumerRecord,
  ConsumersReport,
  DiffResult,
  FeatureSummary,
  LastRun,
  Lineage,
  LineageNode,
  MaterializationEstimate,
  PlannedMaterialization,
  PlannedService,
  PlanRequest,
  PlanResult,
  ProjectSummary,
  RollbackRequest,
  SearchHit,
  SearchQuery,
  SourceChecks,
  VersionRecord,
  ViewDescription,
  ViewFreshness,
  WatchEvent,
} from './registry-api.js';
export {
  liveVersion,
  materializationAnswerSchema,
  materializationStateSchema,
  materializationWriteSchema,
} from './materialization-state.js';
export type {
  BegunGeneration,
  LoadedFile,
  MaterializationAnswer,
  MaterializationState,
  MaterializationWrite,
  StoredMaterializationState,
} from './materialization-state.js';
export { isFinished, runRecordSchema, runRecordsSchema } from './run-record.js';
export type { RunError, RunRecord, RunStatus } from './run-record.js';
