export { RegistryClient } from './registry-client.js';
export type { ListOptions, RegistryClientOptions, TaggedSnapshot } from './registry-client.js';
export { openSnapshotWatch } from './snapshot-watch.js';
export type { SnapshotListener, SnapshotWatch, SnapshotWatchOptions } from './snapshot-watch.js';
export { applyRequestSchema, DEFAULT_LIST_LENGTH, MAX_LIST_LENGTH, planRequestSchema } from './registry-api.js';
export type {
  ApplyAnswer,
  ApplyRequest,
  FeatureSummary,
  HistoryEntry,
  PlanAnswer,
  PlanRequest,
  ProjectSummary,
  ViewDescription,
} from './registry-api.js';
export { materializationStateSchema, materializationWriteSchema } from './materialization-state.js';
export type {
  LoadedFile,
  MaterializationState,
  MaterializationWrite,
  StoredMaterialization,
} from './materialization-state.js';
export { isFinished, runRecordSchema } from './run-record.js';
export type { RunRecord, RunStatus } from './run-record.js';
export { createSnapshotRouter } from './snapshot-router.js';
