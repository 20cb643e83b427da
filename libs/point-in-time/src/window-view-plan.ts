import { historyQuery, historyTimes } from './history.js';
import type { HistoryOptions } from './history.js';
import { knownRowsQuery, latePlan } from './known-rows.js';
import { nested } from './sql-text.js';
import type { ViewPlan, ViewRequest } from './view-plan.js';
import { keyList, keysEqual, oldestFresh, partName, ROW_STATUS, requestedHistory } from './view-plan.js';
import type { WindowFeature } from './window-aggregates.js';
import { windowFeatures } from './window-aggregates.js';
import { bucketWindows } from './bucket-windows.js';
import { rangeWindows } from './range-windows.js';
import { sweepWindows } from './sweep-windows.js';
import type { WindowParts, WindowValues } from './window-parts.js';
import { windowParts } from './window-parts.js';

/**
 * A view of windows. All its aggregates read the same parts, in at most two ways:
 *
 * - counts, sums and means: one sweep over time with running sums;
 * - minimum and maximum, which cannot be subtracted: RANGE windows over one sort of events and spine where rows are known when they
 *   happen, otherwise an equi-join on (key, bucket of time as long as the longest window), two buckets per row of the spine.
 *
 * Never a range join: it looks at every pair of a key's rows.
 */
export function planWindowView(request: ViewRequest): ViewPlan {
  const { context, resolved } = request;
  const features = windowFeatures(
    context,
    resolved.view,
    resolved.features.map((each) => each.spec),
  );
  const windows = planWindows(request, features);
  const existence = planExistence(request);
  const late = latePlan(request, undefined);
  return {
    parts: [...existence.parts, ...windows.parts, ...late.parts],
    joins: [...existence.joins, ...windows.joins, ...late.joins],
    status: statusOf(request, existence),
    late: late.late,
    values: windows.values,
    hidesValues: true,
  };
}

type PlanWindows = (request: ViewRequest, shared: WindowParts, features: readonly WindowFeature[]) => WindowValues;

function planWindows(request: ViewRequest, features: readonly WindowFeature[]): WindowValues {
  const shared = windowParts(request, features);
  const sums = features.filter((each) => each.isSum);
  const extremes = features.filter((each) => !each.isSum);
  const plan = (build: PlanWindows, some: readonly WindowFeature[]): WindowValues =>
    some.length === 0 ? { parts: [], joins: [], values: [] } : build(request, shared, some);
  const swept = plan(sweepWindows, sums);
  const others = plan(shared.late ? bucketWindows : rangeWindows, extremes);
  const values = new Map([
    ...sums.map((each, index) => [each, swept.values[index]] as const),
    ...extremes.map((each, index) => [each, others.values[index]] as const),
  ]);
  return {
    parts: [...shared.parts, ...swept.parts, ...others.parts],
    joins: [...swept.joins, ...others.joins],
    values: features.map((each) => values.get(each) ?? 'NULL'),
  };
}

interface Existence extends Pick<ViewPlan, 'parts' | 'joins'> {
  /** True where an event is known. */
  readonly exists: string;
  /** True where the newest known row deletes the entity. */
  readonly deleted: string | undefined;
}

/** An entity exists from its first known event on, and, where rows can delete, while its newest known row does not. */
function planExistence(request: ViewRequest): Existence {
  const { context, resolved } = request;
  const options: HistoryOptions = { columns: [], ...requestedHistory(request) };
  const history = historyQuery(context, resolved.view, options);
  const at = `spine.${request.asOf}`;
  if (historyTimes(context, resolved.view).hasTombstone) {
    const part = partName(request, 'known_rows');
    const join = `ASOF LEFT JOIN ${part} ON ${keysEqual(resolved, part)} AND ${at} >= ${part}.known_time`;
    return {
      parts: [[part, knownRowsQuery(request, nested(history), ['tombstone'])]],
      joins: [join],
      exists: `${part}.known_time IS NOT NULL`,
      deleted: `${part}.tombstone`,
    };
  }
  const part = partName(request, 'entities');
  const query = `SELECT ${keyList(resolved)}, min(known_time) AS first_known\nFROM ${nested(history)}\nGROUP BY ${keyList(resolved)}`;
  return {
    parts: [[part, query]],
    joins: [`LEFT JOIN ${part} ON ${keysEqual(resolved, part)}`],
    exists: `${part}.first_known <= ${at}`,
    deleted: undefined,
  };
}

/** The age of windows counts from the instant they were computed as of: with temporal accuracy they are never old. */
function statusOf(request: ViewRequest, { exists, deleted }: Existence): string {
  const fresh = oldestFresh(request.resolved.view);
  const cases = [
    `WHEN ${exists} IS NOT TRUE THEN ${ROW_STATUS.noRow}`,
    ...(deleted === undefined ? [] : [`WHEN ${deleted} THEN ${ROW_STATUS.deleted}`]),
    ...(fresh === undefined ? [] : [`WHEN spine.${request.asOf} < ${fresh} THEN ${ROW_STATUS.expired}`]),
  ];
  return `CASE ${cases.join(' ')} ELSE ${ROW_STATUS.found} END`;
}
