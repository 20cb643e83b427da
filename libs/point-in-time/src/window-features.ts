import type { AggregateFeature, FeatureSpec, FeatureViewSpec, Instant, ValueTypeName } from '@larder/registry';
import { LarderError, listElementType } from '@larder/registry';
import { sketchValue } from './distinct-count.js';
import { floatSumColumns } from './float-sum.js';
import type { HistoryColumn } from './history.js';
import type { SourceContext } from './source-context.js';
import { columnType, readableSource } from './source-context.js';
import { name } from './sql-text.js';
import { cast, isIntegerType, isNarrowIntegerType, sqlType } from './sql-types.js';
import { secondsBefore } from './time-before.js';
import type { TimeWindow } from './time-window.js';
import { reachSeconds, timeWindow } from './time-window.js';
import type { Spread } from './variance.js';
import { limbColumns, spreadOf } from './variance.js';

/**
 * How an aggregate can be computed.
 *
 * - `sum` (count, sum, mean), `spread` (variance, stddev), `distinct`: what an event adds can be taken away again;
 * - `ordered` (min, max, first, last, quantile): over any frame of rows in order of time;
 * - `list` (lastN): from the rows of the window;
 * - `frequency` (topK): from how often each value occurs among them.
 */
export type AggregateFamily = 'sum' | 'spread' | 'distinct' | 'ordered' | 'list' | 'frequency';

/** An aggregate feature with its argument. */
export interface WindowFeature {
  readonly spec: FeatureSpec;
  readonly compute: AggregateFeature;
  readonly window: TimeWindow;
  readonly family: AggregateFamily;
  /** Name of the argument's column in the history, null where an event does not count; undefined counts rows. */
  readonly argument: string | undefined;
  /** DuckDB type of the argument, where it is known. */
  readonly argumentType: string | undefined;
  /** The history's columns that the aggregate needs. */
  readonly columns: readonly HistoryColumn[];
  /** Sum or mean of floats. */
  readonly addsFloats: boolean;
  /** The argument's values fit into 32 bits. */
  readonly isNarrow: boolean;
  /** How the argument of a variance is cut. */
  readonly spread: Spread | undefined;
}

const FAMILIES: Readonly<Record<AggregateFeature['function'], AggregateFamily>> = {
  count: 'sum',
  sum: 'sum',
  mean: 'sum',
  variance: 'spread',
  stddev: 'spread',
  countDistinct: 'distinct',
  approxCountDistinct: 'distinct',
  min: 'ordered',
  max: 'ordered',
  first: 'ordered',
  last: 'ordered',
  quantile: 'ordered',
  lastN: 'list',
  topK: 'frequency',
};

/** A view's aggregate features with their arguments. INVALID_ARGUMENT when one is a plain column. */
export function windowFeatures(
  context: SourceContext,
  view: FeatureViewSpec,
  specs: readonly FeatureSpec[] = view.features,
): WindowFeature[] {
  return specs.map((spec) => {
    const { compute } = spec;
    if (compute.kind !== 'aggregate')
      throw new LarderError('INVALID_ARGUMENT', `${view.name}:${spec.name} is a plain column in a view of windows`);
    return { spec, compute, window: timeWindow(compute), ...argumentOf(context, view, { spec, compute }) };
  });
}

interface Computed {
  readonly spec: FeatureSpec;
  readonly compute: AggregateFeature;
}

type Argument = Omit<WindowFeature, keyof Computed | 'window'>;

function argumentOf(context: SourceContext, view: FeatureViewSpec, { spec, compute }: Computed): Argument {
  const family = FAMILIES[compute.function];
  const condition = filterColumn(view, compute.filter);
  const suffix = condition === undefined ? '' : condition.replace('#', '_');
  const only = (expression: string): string =>
    condition === undefined ? expression : `CASE WHEN ${name(condition)} THEN ${expression} END`;
  const none = { family, addsFloats: false, isNarrow: true, spread: undefined };
  if (compute.column === undefined) {
    if (condition === undefined) return { ...none, argument: undefined, argumentType: undefined, columns: [] };
    const argument = `has${suffix}`;
    return { ...none, argument, argumentType: 'BOOLEAN', columns: [{ expression: only('true'), as: argument }] };
  }
  const source = readableSource(context.snapshot, view.source);
  const actual = columnType(context, source, compute.column);
  const { role, type, expression } = readColumn(compute, spec.type, actual);
  const argument = `${role}_${compute.column}${suffix}`;
  const isFloat = type === 'DOUBLE';
  const isNarrow = isNarrowIntegerType(actual);
  const addsFloats = isFloat && family === 'sum';
  const own = { expression: only(expression), as: argument };
  const argumentFields = { family, argument, argumentType: type, isNarrow, addsFloats, spread: undefined };
  if (family === 'spread') {
    const spread = spreadOf(argument, isFloat ? 'float' : isNarrow ? 'narrow' : 'integer');
    return { ...argumentFields, columns: limbColumns(spread, only(expression)), spread };
  }
  const parts = addsFloats ? floatSumColumns(argument, only(expression)) : [];
  return { ...argumentFields, columns: [own, ...parts] };
}

interface ReadColumn {
  /** Tells apart the ways in which one column is read. */
  readonly role: string;
  readonly type: string | undefined;
  readonly expression: string;
}

/** A column as an aggregate takes it. All NaNs and all zeros are one value wherever values are compared. */
function readColumn(compute: AggregateFeature, declared: ValueTypeName, actual: string | undefined): ReadColumn {
  const column = name(compute.column ?? '');
  const as = (type: string): string => cast(column, type, actual);
  switch (compute.function) {
    case 'count':
      return { role: 'has', type: 'BOOLEAN', expression: `CASE WHEN ${column} IS NOT NULL THEN true END` };
    case 'countDistinct':
      return { role: 'value', type: actual, expression: oneNaN(column, actual) };
    case 'approxCountDistinct':
      return { role: 'sketch', type: 'BIGINT', expression: sketchValue(oneNaN(column, actual)) };
    case 'sum':
    case 'mean':
    case 'variance':
    case 'stddev': {
      const type = isIntegerType(actual) ? 'BIGINT' : 'DOUBLE';
      return { role: type.toLowerCase(), type, expression: as(type) };
    }
    case 'quantile':
      return { role: 'ordered_double', type: 'DOUBLE', expression: oneNaN(as('DOUBLE'), 'DOUBLE') };
    default: {
      const isList = compute.function === 'lastN' || compute.function === 'topK';
      const type = sqlType(isList ? (listElementType(declared) ?? declared) : declared);
      const isOrdered = compute.function === 'min' || compute.function === 'max';
      const prefix = isOrdered && isFloatType(type) ? 'ordered_' : '';
      return {
        role: prefix + type.toLowerCase(),
        type,
        expression: isOrdered ? oneNaN(as(type), type) : as(type),
      };
    }
  }
}

function oneNaN(expression: string, type: string | undefined): string {
  return isFloatType(type)
    ? `CASE WHEN isnan(${expression}) THEN 'NaN'::${type} ELSE ${expression} + 0.0::${type} END`
    : expression;
}

/** True for DuckDB's types of binary fractions. */
export function isFloatType(type: string | undefined): type is 'DOUBLE' | 'FLOAT' {
  return type === 'DOUBLE' || type === 'FLOAT';
}

/** The column that tells which rows meet a feature's condition; equal conditions share one. */
function filterColumn(view: FeatureViewSpec, filter: string | undefined): string | undefined {
  return filter === undefined ? undefined : `#if_${viewFilters(view).indexOf(filter)}`;
}

/** The conditions of a view's features as columns over the source's rows. */
export function filterColumns(view: FeatureViewSpec): HistoryColumn[] {
  return viewFilters(view).map((expression, index) => ({ expression, as: `#if_${index}` }));
}

function viewFilters(view: FeatureViewSpec): string[] {
  const filters = view.features.flatMap(({ compute }) =>
    compute.kind === 'aggregate' && compute.filter !== undefined ? [compute.filter] : [],
  );
  return [...new Set(filters)];
}

/** The distinct columns that some features need. */
export function argumentColumns(features: readonly WindowFeature[]): HistoryColumn[] {
  return [...new Map(features.flatMap((each) => each.columns).map((column) => [column.as, column])).values()];
}

/** What happened longer before the spine's first as-of time than the longest window reaches counts in no window. */
export function windowLimit(
  request: { readonly earliestAsOf: Instant | undefined },
  features: readonly WindowFeature[],
): { readonly eventAfter?: Instant } {
  const reach = reachSeconds(features.map((each) => each.window));
  return request.earliestAsOf === undefined || reach === undefined
    ? {}
    : { eventAfter: secondsBefore(request.earliestAsOf, reach) };
}
