export { RegistryClient } from './registry-client.js';
export type { ListOptions, RegistryClientOptions, TaggedSnapshot } from './registry-client.js';
export { openSnapshotWatch } from './snapshot-watch.js';
export type { SnapshotListener, SnapshotOrigin, SnapshotWatch, SnapshotWatchOptions } from './snapshot-watch.js';
export { createSnapshotRouter } from './snapshot-router.js';
export { applyRequestSchema, DEFAULT_LIST_LENGTH, MAX_LIST_LENGTH, planRequestSchema } from './registry-api.js';
export type {
  ApplyRequest,
  ApplyResult,
  FeatureSummary,
  PlanRequest,
  PlanResult,
  ProjectSummary,
  Unchecked,
  VersionRecord,
  ViewDescription,
} from './registry-api.js';
export { materializationStateSchema, materializationWriteSchema } from './materialization-state.js';
export type {
  LoadedFile,
  MaterializationAnswer,
  MaterializationState,
  MaterializationWrite,
  StoredMaterializationState,
} from './materialization-state.js';
export { isFinished, runRecordSchema } from './run-record.js';
export type { RunError, RunRecord, RunStatus } from './run-record.js';
