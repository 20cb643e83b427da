import type { Accuracy, ResolvedFeature, ResolvedView } from '@larder/registry';
import { asOfTime } from './as-of-time.js';
import { lateColumn, statusColumn, valueColumn } from './joined-columns.js';
import { planPlainView } from './plain-view-plan.js';
import { readableSource } from './source-context.js';
import type { SourceContext } from './source-context.js';
import type { SpineRelation } from './spine.js';
import { checkSpineColumns, ROW_COLUMN, spineItems, TIME_COLUMN } from './spine.js';
import { name, nested, selectLines, withParts } from './sql-text.js';
import { defaultLiteral, sqlType } from './sql-types.js';
import type { StatisticsQuery } from './statistics.js';
import { buildStatisticsQuery } from './statistics.js';
import type { ViewPlan, ViewRequest } from './view-plan.js';
import { ROW_STATUS } from './view-plan.js';
import { planWindowView } from './window-view-plan.js';

export interface TrainingSetRequest {
  /** Views and features as `resolveFeatures` gives them. */
  readonly views: readonly ResolvedView[];
  readonly spine: SpineRelation;
  /** Default true: only rows known at a row's time count. */
  readonly knowledgeTime?: boolean;
  /** For all views; each view's own by default. */
  readonly accuracy?: Accuracy;
}

/** A column of the result. */
export interface OutputColumn {
  readonly name: string;
  /** DuckDB's type; undefined for a column of the spine whose type is not known. */
  readonly type: string | undefined;
}

/**
 * A training set as SQL: every row of the spine exactly once, in its order, with its own columns and then the features in the
 * order of the request.
 */
export interface TrainingSetQuery {
  /** The whole query in one statement. */
  readonly sql: string;
  readonly columns: readonly OutputColumn[];
}

/** The same in three steps, for a result with statistics: keep the rows of `joined` as a relation, then read both others from it. */
export interface TrainingSetPlan {
  readonly joined: string;
  /** The result's rows, from the name of a relation that holds `joined`. */
  readonly output: (relation: string) => string;
  readonly statistics: (relation: string) => StatisticsQuery;
  readonly columns: readonly OutputColumn[];
  readonly views: readonly PlannedView[];
}

/** How a view took part. */
export interface PlannedView {
  readonly alias: string;
  readonly view: string;
  readonly viewVersion: number;
  readonly accuracy: Accuracy;
  readonly features: readonly ResolvedFeature[];
}

/** One statement for a training set. INVALID_ARGUMENT lists everything that the spine lacks. */
export function buildTrainingSetQuery(context: SourceContext, request: TrainingSetRequest): TrainingSetQuery {
  const plan = planTrainingSet(context, request, false);
  return { sql: plan.output(nested(plan.joined)), columns: plan.columns };
}

/** The same result in steps, with statuses and statistics; costs one more pass over the late rows. */
export function buildTrainingSetPlan(context: SourceContext, request: TrainingSetRequest): TrainingSetPlan {
  return planTrainingSet(context, request, true);
}

interface JoinedView extends PlannedView {
  readonly resolved: ResolvedView;
  readonly plan: ViewPlan;
}

function planTrainingSet(context: SourceContext, request: TrainingSetRequest, report: boolean): TrainingSetPlan {
  const { spine } = request;
  checkSpineColumns(spine, request.views);
  const merged = mergeByAlias(request.views);
  const times = merged.map((resolved, index) =>
    asOfTime(resolved.view, request.accuracy ?? resolved.view.accuracy, { spine, index }),
  );
  const views = merged.map((resolved, index): JoinedView => {
    const time = times[index] ?? { column: TIME_COLUMN, earliest: undefined };
    const viewRequest: ViewRequest = {
      context,
      resolved,
      index,
      asOf: time.column,
      knowledgeTime: request.knowledgeTime ?? true,
      report,
      minTime: spine.minTime,
      maxTime: spine.maxTime,
      earliestAsOf: time.earliest,
      ...shapeOf(context, resolved, spine),
    };
    const plan = resolved.view.computation === 'windows' ? planWindowView(viewRequest) : planPlainView(viewRequest);
    const { view, alias, features } = resolved;
    return {
      alias,
      view: view.name,
      viewVersion: view.version,
      accuracy: request.accuracy ?? view.accuracy,
      features,
      resolved,
      plan,
    };
  });
  const spineParts = buildSpineParts(spine, merged, times);
  return {
    joined: withParts([...spineParts, ...views.flatMap((each) => each.plan.parts)], joinedSelect(spine, views), [
      'spine',
    ]),
    output: (relation) => outputSelect(request, views, relation),
    statistics: (relation) => buildStatisticsQuery(views, relation),
    columns: outputColumns(request),
    views: views.map(({ alias, view, viewVersion, accuracy, features }) => ({
      alias,
      view,
      viewVersion,
      accuracy,
      features,
    })),
  };
}

/** Share of the view's rows up to which a spine is small: 0.3 M × 10 M rows took 0.64 of the time when the view was reduced to its keys first, 1 M × 10 M 1.2 (CPU, 2026-11). */
const SMALL_SPINE_SHARE = 0.05;
/** Features from which on it pays to join narrow rows first and to fetch the winners' features afterwards. */
const WIDE_FEATURES = 3;

function shapeOf(
  context: SourceContext,
  resolved: ResolvedView,
  spine: SpineRelation,
): Pick<ViewRequest, 'reduce' | 'fetchLater'> {
  const source = readableSource(context.snapshot, resolved.view.source);
  const rows = context.rowCounts?.get(source.name);
  const reduce = spine.rows !== undefined && (rows === undefined || spine.rows <= rows * SMALL_SPINE_SHARE);
  return { reduce, fetchLater: !reduce && source.kind === 'parquet' && resolved.features.length >= WIDE_FEATURES };
}

/** One join per view and role, however its features are spread over the request. */
function mergeByAlias(views: readonly ResolvedView[]): ResolvedView[] {
  const merged = new Map<string, ResolvedView>();
  for (const view of views) {
    const same = merged.get(view.alias);
    merged.set(view.alias, same === undefined ? view : { ...same, features: [...same.features, ...view.features] });
  }
  return [...merged.values()];
}

function buildSpineParts(
  spine: SpineRelation,
  views: readonly ResolvedView[],
  times: readonly ReturnType<typeof asOfTime>[],
): (readonly [string, string])[] {
  const rows = `${selectLines(spineItems(spine, views))}\nFROM ${nested(spine.sql)}`;
  const items = times.flatMap((time) => time.item ?? []);
  if (items.length === 0) return [['spine', rows]];
  const joins = times.flatMap((time) => time.join ?? []);
  return [
    ['spine_rows', rows],
    ['spine', [selectLines(['spine_rows.*', ...items]), 'FROM spine_rows', ...joins].join('\n')],
  ];
}

function joinedSelect(spine: SpineRelation, views: readonly JoinedView[]): string {
  const items = [
    `spine.${ROW_COLUMN}`,
    ...spine.columns.map((column) => `spine.${name(column.name)}`),
    ...views.flatMap(({ plan }, index) => [
      `${plan.status} AS ${statusColumn(index)}`,
      ...(plan.late === undefined ? [] : [`${plan.late} AS ${lateColumn(index)}`]),
      ...plan.values.map((value, feature) => `${value} AS ${valueColumn(index, feature)}`),
    ]),
  ];
  return [selectLines(items), 'FROM spine', ...views.flatMap(({ plan }) => plan.joins)].join('\n');
}

function outputSelect(request: TrainingSetRequest, views: readonly JoinedView[], relation: string): string {
  const values = new Map<string, string>();
  for (const [index, { resolved, plan }] of views.entries()) {
    for (const [position, feature] of resolved.features.entries())
      values.set(feature.outputName, outputValue(resolved, feature, { plan, index, position }));
  }
  const features = request.views.flatMap((view) =>
    view.features.map(({ outputName }) => `${values.get(outputName) ?? 'NULL'} AS ${name(outputName)}`),
  );
  return `${selectLines([...request.spine.columns.map((column) => name(column.name)), ...features])}\nFROM ${relation}\nORDER BY ${ROW_COLUMN}`;
}

/** The value of a found row, or the default. A view that answers stale reads with null does so offline too. */
function outputValue(
  { view }: ResolvedView,
  { spec }: ResolvedFeature,
  { plan, index, position }: { readonly plan: ViewPlan; readonly index: number; readonly position: number },
): string {
  const column = valueColumn(index, position);
  const value = plan.hidesValues ? `CASE WHEN ${statusColumn(index)} = ${ROW_STATUS.found} THEN ${column} END` : column;
  const literal = defaultLiteral(spec);
  if (literal === undefined) return value;
  const replaced = `coalesce(${value}, ${literal})`;
  if (view.onStale !== 'null' || view.ttlSeconds === undefined) return replaced;
  return `CASE WHEN ${statusColumn(index)} <> ${ROW_STATUS.expired} THEN ${replaced} END`;
}

function outputColumns({ spine, views }: TrainingSetRequest): OutputColumn[] {
  const features = views.flatMap((view) =>
    view.features.map(({ outputName, spec }) => ({ name: outputName, type: sqlType(spec.type) })),
  );
  return [...spine.columns.map((column) => ({ name: column.name, type: column.type })), ...features];
}
