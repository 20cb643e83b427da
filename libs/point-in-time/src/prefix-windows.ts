import { historyQuery, historyTimes } from './history.js';
import { name, selectLines } from './sql-text.js';
import { secondsInterval, sqlType } from './sql-types.js';
import type { ViewRequest } from './view-plan.js';
import { canBeLate, columnOf, keyList, keysEqual, partName, requestedHistory } from './view-plan.js';
import type { WindowFeature } from './window-aggregates.js';
import { argumentColumns, windowLimit } from './window-aggregates.js';
import type { WindowValues } from './window-view-plan.js';

/**
 * Windows of counts and integer sums by prefix sums: with P_known and P_event the sums of a key's rows in order of known and of
 * event time, a window `(t - w, t]` at knowledge of t is `P_known(t) - P_event(t - w)`.
 *
 * Rows that become known `w` or more after they happened count in no window of that length: whenever they are known, they are too
 * old. Without them every row that happened by t - w is known by t, so the second sum takes away exactly what the first has too much.
 */
export function prefixWindows(request: ViewRequest, features: readonly WindowFeature[]): WindowValues {
  const { context, resolved } = request;
  const { hasCreatedTime } = historyTimes(context, resolved.view);
  const late = canBeLate(request, hasCreatedTime);
  const events = partName(request, 'events');
  const history = historyQuery(context, resolved.view, {
    columns: argumentColumns(context, resolved.view, features),
    ...requestedHistory(request),
    ...windowLimit(request, features),
    conditions: ['NOT tombstone'],
  });
  const sums = distinctSums(features, late);
  const known = partName(request, 'known_sums');
  const happened = late ? partName(request, 'event_sums') : known;
  const lengths = [...new Set(features.map((each) => each.windowSeconds))];
  const at = `spine.${request.asOf}`;
  const join = (part: string, as: string, time: string): string => `ASOF LEFT JOIN ${part} AS ${as} ON ${keysEqual(resolved, as)} AND ${time} >= ${as}.moment`;
  return {
    parts: [
      [events, history],
      [known, prefixSums(request, { events, time: 'known_time', sums })],
      ...(late ? [[happened, prefixSums(request, { events, time: 'event_time', sums })] as const] : []),
    ],
    joins: [
      join(known, partName(request, 'until'), at),
      ...lengths.map((seconds) => join(happened, startName(request, seconds), `${at} - ${secondsInterval(seconds)}`)),
    ],
    values: features.map((feature) => valueOf(request, feature, late)),
  };
}

/** One running sum: of an argument, or of the rows that have it; `lag` keeps rows out that are known too late for the window. */
interface RunningSum {
  readonly as: string;
  readonly expression: string;
}

function distinctSums(features: readonly WindowFeature[], late: boolean): RunningSum[] {
  const sums = new Map<string, RunningSum>();
  for (const feature of features) {
    const filter = late ? ` FILTER (WHERE epoch_us(known_time) - epoch_us(event_time) < ${feature.windowSeconds}000000)` : '';
    for (const kind of sumKinds(feature)) {
      const as = sumName(feature, kind, late);
      const argument = feature.argument === undefined ? '*' : name(feature.argument);
      sums.set(as, { as, expression: `${kind}(${argument})${filter} OVER sofar AS ${name(as)}` });
    }
  }
  return [...sums.values()];
}

function sumKinds(feature: WindowFeature): readonly ('count' | 'sum')[] {
  return feature.compute.function === 'count' ? ['count'] : ['sum', 'count'];
}

function sumName(feature: WindowFeature, kind: 'count' | 'sum', late: boolean): string {
  return [kind, ...(feature.argument === undefined ? [] : [feature.argument]), ...(late ? [`${feature.windowSeconds}`] : [])].join('_');
}

/** Rows of one time share a sum: the default frame takes a row's equals in. */
function prefixSums(request: ViewRequest, options: { readonly events: string; readonly time: string; readonly sums: readonly RunningSum[] }): string {
  const keys = keyList(request.resolved);
  const items = [keys, `${options.time} AS moment`, ...options.sums.map((sum) => sum.expression)];
  return `${selectLines(items)}\nFROM ${options.events}\nWINDOW sofar AS (PARTITION BY ${keys} ORDER BY ${options.time})`;
}

function startName(request: ViewRequest, seconds: number): string {
  return partName(request, `before_${seconds}`);
}

function valueOf(request: ViewRequest, feature: WindowFeature, late: boolean): string {
  const difference = (kind: 'count' | 'sum'): string => {
    const column = sumName(feature, kind, late);
    const until = columnOf(partName(request, 'until'), column);
    return `(coalesce(${until}, 0) - coalesce(${columnOf(startName(request, feature.windowSeconds), column)}, 0))`;
  };
  const count = difference('count');
  if (feature.compute.function === 'count') return count;
  const sum = difference('sum');
  const value = feature.compute.function === 'sum' ? `CAST(${sum} AS ${sqlType(feature.spec.type)})` : `CAST(${sum} AS DOUBLE) / ${count}`;
  return `CASE WHEN ${count} > 0 THEN ${value} END`;
}
