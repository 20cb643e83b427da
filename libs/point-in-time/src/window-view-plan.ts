import { historyQuery, historyTimes } from './history.js';
import type { HistoryOptions } from './history.js';
import { knownRowsQuery, latePlan } from './known-rows.js';
import { nested } from './sql-text.js';
import type { ViewPlan, ViewRequest } from './view-plan.js';
import { canBeLate, keyList, keysEqual, oldestFresh, partName, ROW_STATUS, requestedHistory } from './view-plan.js';
import type { WindowFeature } from './window-aggregates.js';
import { windowFeatures } from './window-aggregates.js';
import { bucketWindows } from './bucket-windows.js';
import { prefixWindows } from './prefix-windows.js';
import { rangeWindows } from './range-windows.js';

/** The values of a view's windows as parts of the query. */
export type WindowValues = Pick<ViewPlan, 'parts' | 'joins' | 'values'>;

/**
 * A view of windows. All its aggregates come from one of three plans, which give identical values:
 *
 * - prefix sums and ASOF joins, where every aggregate is a count, or a sum or mean of integers;
 * - one sort of events and spine together with RANGE windows, where rows are known when they happen;
 * - otherwise an equi-join on (key, bucket of time as long as the longest window), two buckets per row of the spine.
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
  const windows = chooseWindows(request, features);
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

function chooseWindows(request: ViewRequest, features: readonly WindowFeature[]): WindowValues {
  if (features.every((each) => each.isExact)) return prefixWindows(request, features);
  const { hasCreatedTime } = historyTimes(request.context, request.resolved.view);
  return canBeLate(request, hasCreatedTime) ? bucketWindows(request, features) : rangeWindows(request, features);
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
