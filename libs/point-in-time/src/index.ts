export type { ReadableSource, SourceContext } from './source-context.js';
export { readableSource } from './source-context.js';
export { sourceRows } from './source-relation.js';
export { buildIgnoredRowsQuery, usedColumns } from './history.js';
export type { HashPartition, ViewQuery } from './view-query.js';
export { buildNewestRowsQuery } from './newest-rows.js';
export type { NewestRowsOptions } from './newest-rows.js';
export { buildWindowsAsOfQuery } from './windows-as-of.js';
export type { AsOfOptions } from './view-query.js';
export { buildTrainingSetPlan, buildTrainingSetQuery } from './training-set.js';
export type {
  OutputColumn,
  PlannedView,
  TrainingSetPlan,
  TrainingSetQuery,
  TrainingSetRequest,
} from './training-set.js';
export { buildViewRowsQuery } from './view-rows.js';
export type { TimeRange } from './view-rows.js';
export type { SpineRelation } from './spine.js';
export type { FeatureStatistics, StatisticsQuery } from './statistics.js';
export { isIntegerType, sqlType } from './sql-types.js';
export { instantLiteral } from './sql-types.js';
export { name as quoteName, text as quoteText } from './sql-text.js';
