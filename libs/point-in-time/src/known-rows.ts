import type { HistoryOptions } from './history.js';
import { historyQuery, historyTimes } from './history.js';
import { FILE_COLUMN, LINE_COLUMN } from './source-relation.js';
import { nested, selectLines } from './sql-text.js';
import { secondsInterval } from './sql-types.js';
import type { ViewPlan, ViewRequest } from './view-plan.js';
import { canBeLate, keyList, keysEqual, oldestFresh, partName, requestedHistory } from './view-plan.js';
import { reachSeconds } from './time-window.js';
import { windowFeatures } from './window-features.js';

/**
 * The rows that can be the newest known one at some instant, at most one per key and known time.
 *
 * With `known = max(event, created)`, order a key's rows by known time. A row can be the answer only if no row known before it
 * has a greater (event, created, load order): it is a running maximum. Among rows of one known time the last one counts. What is
 * left grows in both orders, so one ASOF join on the known time finds exactly the newest known row. A tie on the event time needs
 * no test of its own: of two such rows the one with the greater created time is known later, or both are known at once.
 */
export function knownRowsQuery(request: ViewRequest, history: string, columns: readonly string[]): string {
  const { hasCreatedTime } = historyTimes(request.context, request.resolved.view);
  const late = canBeLate(request, hasCreatedTime);
  const order = [
    'known_time',
    ...(late ? ['event_time'] : []),
    ...(hasCreatedTime ? ['created_time'] : []),
    FILE_COLUMN,
    LINE_COLUMN,
  ];
  const conditions = [
    'lead(known_time) OVER known IS DISTINCT FROM known_time',
    ...(late ? ['event_time = max(event_time) OVER known'] : []),
  ];
  const frame = late ? '\n  ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW' : '';
  return (
    `${selectLines([keyList(request.resolved), 'known_time', 'event_time', ...columns])}\nFROM ${history}\n` +
    `WINDOW known AS (PARTITION BY ${keyList(request.resolved)} ORDER BY ${order.join(', ')}${frame})\nQUALIFY ${conditions.join(' AND ')}`
  );
}

/** The parts and the join that tell, per row of the spine, whether its newest row by event time was not known yet. */
export function latePlan(request: ViewRequest, newest: string | undefined): Pick<ViewPlan, 'parts' | 'joins' | 'late'> {
  const { context, resolved } = request;
  if (!request.report || !canBeLate(request, historyTimes(context, resolved.view).hasCreatedTime))
    return { parts: [], joins: [], late: undefined };
  const part = partName(request, 'late_rows');
  const options: HistoryOptions = {
    columns: [],
    conditions: ['known_time > event_time'],
    ...requestedHistory(request),
  };
  const history = historyQuery(context, resolved.view, options);
  const query = `SELECT ${keyList(resolved)}, event_time, max(known_time) AS known_time\nFROM ${nested(history)}\nGROUP BY ${keyList(resolved)}, event_time`;
  const at = `spine.${request.asOf}`;
  const oldest = oldestThatCounts(request);
  const conditions = [
    `${part}.known_time > ${at}`,
    ...(oldest === undefined ? [] : [`${part}.event_time ${oldest}`]),
    ...(newest === undefined ? [] : [`(${newest} IS NULL OR ${part}.event_time >= ${newest})`]),
  ];
  return {
    parts: [[part, query]],
    joins: [`ASOF LEFT JOIN ${part} ON ${keysEqual(resolved, part)} AND ${at} >= ${part}.event_time`],
    late: `coalesce(${conditions.join(' AND ')}, false)`,
  };
}

/** A late row counts as kept out only if it would have been used: within the ttl, or within the longest window. */
function oldestThatCounts({ context, resolved, asOf }: ViewRequest): string | undefined {
  if (resolved.view.computation === 'windows') {
    const features = windowFeatures(
      context,
      resolved.view,
      resolved.features.map((each) => each.spec),
    );
    const reach = reachSeconds(features.map((each) => each.window));
    return reach === undefined ? undefined : `> spine.${asOf} - ${secondsInterval(reach)}`;
  }
  const fresh = oldestFresh(resolved.view);
  return fresh === undefined ? undefined : `>= ${fresh}`;
}
