import { historyQuery, historyTimes } from './history.js';
import type { HistoryOptions } from './history.js';
import { knownRowsQuery, latePlan } from './known-rows.js';
import { nested } from './sql-text.js';
import type { ViewPlan, ViewRequest } from './view-plan.js';
import { keyList, keysEqual, oldestFresh, partName, ROW_STATUS, requestedHistory } from './view-plan.js';
import { bucketWindows, frequencyWindows } from './bucket-windows.js';
import { rangeWindows } from './range-windows.js';
import { sweepWindows } from './sweep-windows.js';
import type { WindowFeature } from './window-features.js';
import { windowFeatures } from './window-features.js';
import type { WindowParts, WindowValues } from './window-parts.js';
import { windowParts } from './window-parts.js';

/**
 * A view of windows. All its aggregates read the same parts, in at most three ways:
 *
 * - counts, sums, means, variances and distinct counts: one sweep over time with running sums;
 * - minimum, maximum, first, last and quantiles, which cannot be subtracted: RANGE windows over one sort of events and spine, where
 *   rows are known when they happen or the window is a lifetime;
 * - these over tumbling windows or late rows, and lists: an equi-join on (key, bucket of time).
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
  const planOf = (feature: WindowFeature): PlanWindows => choosePlan(feature, shared.late);
  const planned = PLANS.map((plan) => {
    const own = features.filter((each) => planOf(each) === plan);
    const nothing: WindowValues = { parts: [], joins: [], values: [] };
    return { own, ...(own.length === 0 ? nothing : plan(request, shared, own)) };
  });
  const values = new Map(planned.flatMap((plan) => plan.own.map((each, index) => [each, plan.values[index]] as const)));
  return {
    parts: [...shared.parts, ...planned.flatMap((plan) => plan.parts)],
    joins: planned.flatMap((plan) => plan.joins),
    values: features.map((each) => values.get(each) ?? 'NULL'),
  };
}

const PLANS: readonly PlanWindows[] = [sweepWindows, rangeWindows, bucketWindows, frequencyWindows];

function choosePlan({ family, window }: WindowFeature, late: boolean): PlanWindows {
  if (family === 'list') return bucketWindows;
  if (family === 'frequency') return frequencyWindows;
  if (family !== 'ordered') return sweepWindows;
  const isFrame = window.kind === 'lifetime' || (window.kind === 'sliding' && !late);
  return isFrame ? rangeWindows : bucketWindows;
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
