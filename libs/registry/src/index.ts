export { ERROR_CODES, isLarderError, LarderError } from './larder-error.js';
export type { ErrorCode, ErrorDetails, Problem } from './larder-error.js';
export {
  formatInstant,
  instantFromMicros,
  instantFromMillis,
  MICROS_PER_SECOND,
  millisFromInstant,
  parseInstant,
} from './instant.js';
export type { Clock, Instant } from './instant.js';
export { formatDurationSeconds, parseDurationSeconds } from './duration.js';
export type { DurationText } from './duration.js';
export { isValueTypeName, JOIN_KEY_TYPES, listElementType, SCALAR_TYPES } from './value-type.js';
export type {
  FeatureValue,
  JoinKeyTypeName,
  JsonValue,
  ScalarTypeName,
  ScalarValues,
  ValueTypeName,
} from './value-type.js';
export { valueFromJson, valueToJson } from './value-json.js';
export {
  bool,
  bytes,
  date,
  decimal,
  float32,
  float64,
  int32,
  int64,
  json,
  list,
  string,
  timestamp,
} from './columns.js';
export type { Column, ColumnFunction, ColumnOptions, DefaultInput } from './columns.js';
export { count, last, max, mean, min, sum } from './aggregates.js';
export type { Aggregate, WindowOptions } from './aggregates.js';
export { definition } from './definitions.js';
export type {
  Entity,
  FeatureService,
  FeatureView,
  FullValues,
  FullValuesOf,
  KeysOf,
  KeysOfColumns,
  RenamedKeys,
  ServiceItem,
  ServiceOf,
  ShortValues,
  Source,
  ValuesOf,
} from './definitions.js';
export { alias, cron, entity, every, featureService, featureView, onPush, parquet, push, sqlSource } from './define.js';
export { compileDefinitions, isDefinitionObject } from './compile-definitions.js';
export type { DefinitionObject, DefinitionObjects } from './compile-definitions.js';
export { parseYamlDefinitions } from './parse-yaml-definitions.js';
export { parseDefinitions } from './parse-definitions.js';
export { validateDefinitions } from './validate-definitions.js';
export { nearest } from './nearest.js';
export { parseSnapshot } from './parse-snapshot.js';
export { buildSnapshot } from './build-snapshot.js';
export type { NumberedSnapshot, ViewIds } from './build-snapshot.js';
export { sameMeaning } from './view-meaning.js';
export { planChanges } from './plan-changes.js';
export type { Change, FieldChange, ObjectKind } from './plan-changes.js';
export { canonicalJson } from './canonical-json.js';
export { cadenceTicks, formatCadence, lastTick, nextTick } from './cadence.js';
export { replaceSourcesInQuery, sourcesInQuery } from './sql-text.js';
export { fullFeatureName, parseFeatureReference } from './feature-reference.js';
export type { FeatureReference } from './feature-reference.js';
export { joinKeysOfView, requestJoinKeys } from './request-join-keys.js';
export type { ResolvedJoinKey } from './request-join-keys.js';
export { requiredJoinKeys, resolveFeatures } from './resolve-features.js';
export type { FeatureSelection, ResolvedFeature, ResolvedView, ResolveOptions } from './resolve-features.js';
export type {
  Accuracy,
  AggregateFeature,
  AggregateFunction,
  Cadence,
  ColumnFeature,
  ComputedFeature,
  Definitions,
  Described,
  EntitySpec,
  FeatureServiceSpec,
  FeatureSpec,
  FeatureViewDefinition,
  FeatureViewSpec,
  JoinKeySpec,
  OnStale,
  ParquetSourceSpec,
  PushSourceSpec,
  ServiceViewSpec,
  Snapshot,
  SourceSpec,
  SqlSourceSpec,
} from './snapshot.js';
