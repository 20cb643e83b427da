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
export {
  approxCountDistinct,
  count,
  countDistinct,
  first,
  last,
  lastN,
  max,
  mean,
  min,
  quantile,
  stddev,
  sum,
  topK,
  tumbling,
  variance,
} from './aggregates.js';
export type { Aggregate, TumblingWindow, WindowInput, WindowOptions } from './aggregates.js';
export { aggregateText } from './aggregate-text.js';
export { definition, origin } from './definitions.js';
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
export { parseYamlDocument } from './yaml-document.js';
export type { YamlDocument } from './yaml-document.js';
export {
  entitySchema,
  featureServiceSchema,
  featureViewSchema,
  joinKeySchema,
  serviceViewSchema,
  sourceSchema,
  valueTypeSchema,
} from './definitions-schema.js';
export { checkShape } from './check-definitions.js';
export type { Findings, Shaped } from './check-definitions.js';
export { parseDefinitions } from './parse-definitions.js';
export { likenessWarnings } from './validate-likeness.js';
export { validateDefinitions } from './validate-definitions.js';
export { nearest } from './nearest.js';
export { parseSnapshot } from './parse-snapshot.js';
export { buildSnapshot } from './build-snapshot.js';
export type { LoadedVersions } from './former-views.js';
export type { NumberedSnapshot, ViewHistory, ViewIds, ViewVersion } from './build-snapshot.js';
export { sameMeaning, viewMeaning } from './view-meaning.js';
export { planChanges } from './plan-changes.js';
export type { Change, FieldChange, ObjectKind, ObjectName } from './plan-changes.js';
export { mergeDefinitions } from './merge-definitions.js';
export type { Merge, MergeOptions } from './merge-definitions.js';
export { serviceImpacts } from './service-impact.js';
export { lineageOf } from './lineage.js';
export type { KnownConsumer, Lineage, LineageKind, LineageNode } from './lineage.js';
export { searchSnapshot } from './search-snapshot.js';
export type { SearchedKind, SearchQuery, SearchResult } from './search-snapshot.js';
export type { ServiceImpact } from './service-impact.js';
export { canonicalJson } from './canonical-json.js';
export { cadenceTicks, formatCadence, lastTick, nextTick } from './cadence.js';
export { replaceSourcesInQuery, sourcesInQuery } from './sql-text.js';
export { fullFeatureName, parseFeatureReference } from './feature-reference.js';
export type { FeatureReference } from './feature-reference.js';
export { joinKeysOfView, requestJoinKeys } from './request-join-keys.js';
export type { ResolvedJoinKey } from './request-join-keys.js';
export type { LiveVersions } from './live-views.js';
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
  Deprecation,
  Described,
  EntitySpec,
  FeatureServiceSpec,
  FeatureSpec,
  FeatureViewDefinition,
  FeatureViewSpec,
  FormerView,
  JoinKeySpec,
  OnStale,
  ParquetSourceSpec,
  Protected,
  PushSourceSpec,
  ServiceViewSpec,
  Snapshot,
  SourceSpec,
  SqlSourceSpec,
} from './snapshot.js';
