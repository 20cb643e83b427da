import type { AggregateFeature, FeatureSpec, FeatureViewSpec, Instant } from '@larder/registry';
import { LarderError } from '@larder/registry';
import { floatSum, floatSumColumns } from './float-sum.js';
import type { HistoryColumn } from './history.js';
import type { SourceContext } from './source-context.js';
import { columnType, readableSource } from './source-context.js';
import { name } from './sql-text.js';
import { cast, isIntegerType, isNarrowIntegerType, sqlType } from './sql-types.js';
import { secondsBefore } from './time-before.js';

/**
 * Aggregates over windows, written so that every plan gives the same value.
 *
 * Integers are added exactly, in 128 bits; floats so that the order of the rows does not matter (float-sum.ts). NaN is a value:
 * a window that contains one has NaN for its sum, mean, minimum and maximum. DuckDB orders NaN above everything, so max finds it.
 */
export interface WindowFeature {
  readonly spec: FeatureSpec;
  readonly compute: AggregateFeature;
  readonly windowSeconds: number;
  /** Name of the argument's column in the history; undefined counts rows. */
  readonly argument: string | undefined;
  /** DuckDB type of the argument. */
  readonly argumentType: string | undefined;
  /** Count, sum or mean: what an event adds can be taken away again. */
  readonly isSum: boolean;
  /** Sum or mean of floats. */
  readonly addsFloats: boolean;
  /** The argument's values fit into 32 bits. */
  readonly isNarrow: boolean;
}

/** A view's aggregate features with their arguments. INVALID_ARGUMENT when one is a plain column. */
export function windowFeatures(
  context: SourceContext,
  view: FeatureViewSpec,
  specs: readonly FeatureSpec[] = view.features,
): WindowFeature[] {
  const source = readableSource(context.snapshot, view.source);
  return specs.map((spec) => {
    const { compute } = spec;
    if (compute.kind !== 'aggregate')
      throw new LarderError('INVALID_ARGUMENT', `${view.name}:${spec.name} is a plain column in a view of windows`);
    const { windowSeconds } = compute;
    if (compute.column === undefined)
      return {
        spec,
        compute,
        windowSeconds,
        argument: undefined,
        argumentType: undefined,
        isSum: true,
        addsFloats: false,
        isNarrow: true,
      };
    const type = columnType(context, source, compute.column);
    const isInteger = isIntegerType(type);
    const argumentType = typeOfArgument(spec, compute, isInteger);
    return {
      spec,
      compute,
      windowSeconds,
      argument: `${compute.function === 'count' ? 'has' : argumentType.toLowerCase()}_${compute.column}`,
      argumentType,
      isSum: compute.function !== 'min' && compute.function !== 'max',
      addsFloats: argumentType === 'DOUBLE' && (compute.function === 'sum' || compute.function === 'mean'),
      isNarrow: isNarrowIntegerType(type),
    };
  });
}

/** The distinct arguments as columns of the history. */
export function argumentColumns(
  context: SourceContext,
  view: FeatureViewSpec,
  features: readonly WindowFeature[],
): HistoryColumn[] {
  const source = readableSource(context.snapshot, view.source);
  const columns = new Map<string, HistoryColumn>();
  for (const { argument, argumentType, compute, addsFloats } of features) {
    if (argument === undefined || argumentType === undefined || compute.column === undefined) continue;
    const column = name(compute.column);
    const expression =
      compute.function === 'count'
        ? `CASE WHEN ${column} IS NOT NULL THEN true END`
        : cast(column, argumentType, columnType(context, source, compute.column));
    columns.set(argument, { expression, as: argument });
    if (addsFloats) for (const part of floatSumColumns(argument, expression)) columns.set(part.as, part);
  }
  return [...columns.values()];
}

/** Largest window, in seconds. */
export function longestWindowSeconds(features: readonly WindowFeature[]): number {
  return Math.max(...features.map((each) => each.windowSeconds));
}

/** Events older than the longest window at the spine's first as-of time count in no window. */
export function windowLimit(
  request: { readonly earliestAsOf: Instant | undefined },
  features: readonly WindowFeature[],
): { readonly eventAfter?: Instant } {
  return request.earliestAsOf === undefined
    ? {}
    : { eventAfter: secondsBefore(request.earliestAsOf, longestWindowSeconds(features)) };
}

/**
 * A feature's value over the rows that `over` chooses: ` FILTER (WHERE …)` in a grouped query or ` OVER w` in a windowed one.
 */
export function aggregateExpression(feature: WindowFeature, over: string): string {
  const argument = feature.argument === undefined ? '*' : name(feature.argument);
  const call = (aggregate: string): string => `${aggregate}(${argument})${over}`;
  switch (feature.compute.function) {
    case 'count':
      return call('count');
    case 'sum':
      return `CAST(${sumExpression(feature, over)} AS ${sqlType(feature.spec.type)})`;
    case 'mean':
      return `CAST(${sumExpression(feature, over)} AS DOUBLE) / ${call('count')}`;
    case 'min':
      return isFloat(feature)
        ? `CASE WHEN isnan(${call('max')}) THEN ${call('max')} ELSE ${call('min')} END`
        : call('min');
    case 'max':
      return call('max');
  }
}

function sumExpression(feature: WindowFeature, over: string): string {
  const argument = feature.argument ?? '';
  return feature.addsFloats ? floatSum(argument, over) : `sum(${name(argument)})${over}`;
}

function isFloat(feature: WindowFeature): boolean {
  return feature.argumentType === 'DOUBLE' || feature.argumentType === 'FLOAT';
}

function typeOfArgument(spec: FeatureSpec, compute: AggregateFeature, isInteger: boolean): string {
  if (compute.function === 'min' || compute.function === 'max') return sqlType(spec.type);
  if (compute.function === 'count') return 'BOOLEAN';
  return isInteger ? 'BIGINT' : 'DOUBLE';
}
