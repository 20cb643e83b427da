import type { FeatureSpec, Instant } from '@larder/registry';
import { featureColumn, featureColumns } from './feature-columns.js';
import { historyQuery, historyTimes } from './history.js';
import { knownRowsQuery, latePlan } from './known-rows.js';
import { readableSource } from './source-context.js';
import { FILE_COLUMN, LINE_COLUMN, sourceRowsInLoadOrder } from './source-relation.js';
import { name, nested, selectLines } from './sql-text.js';
import { secondsBefore } from './time-before.js';
import type { ViewPlan, ViewRequest } from './view-plan.js';
import { columnOf, keysEqual, oldestFresh, partName, ROW_STATUS, requestedHistory } from './view-plan.js';

/** A view of plain columns: one ASOF join finds each row's newest known row. */
export function planPlainView(request: ViewRequest): ViewPlan {
  const { context, resolved } = request;
  const rows = partName(request, 'known_rows');
  const specs = resolved.features.map((each) => each.spec);
  const { hasTombstone } = historyTimes(context, resolved.view);
  const carried = request.fetchLater ? [FILE_COLUMN, LINE_COLUMN] : specs.map((spec) => name(featureColumn(spec)));
  const history = historyQuery(context, resolved.view, {
    columns: request.fetchLater ? [] : featureColumns(context, resolved.view, specs),
    ...requestedHistory(request),
    ...ttlLimit(request),
  });
  const query = knownRowsQuery(request, `${nested(history)}`, [...(hasTombstone ? ['tombstone'] : []), ...carried]);
  const fetched = request.fetchLater ? fetchPlan(request, specs, rows) : undefined;
  const late = latePlan(request, `${rows}.event_time`);
  const values = fetched?.part ?? rows;
  return {
    parts: [[rows, query], ...(fetched?.parts ?? []), ...late.parts],
    joins: [
      `ASOF LEFT JOIN ${rows} ON ${keysEqual(resolved, rows)} AND spine.${request.asOf} >= ${rows}.known_time`,
      ...late.joins,
      ...(fetched?.joins ?? []),
    ],
    status: statusOf(request, rows),
    late: late.late,
    values: specs.map((spec) => columnOf(values, featureColumn(spec))),
    hidesValues: hasTombstone || resolved.view.ttlSeconds !== undefined,
  };
}

function statusOf({ context, resolved }: ViewRequest, rows: string): string {
  const { hasTombstone } = historyTimes(context, resolved.view);
  const fresh = oldestFresh(resolved.view);
  const cases = [
    `WHEN ${rows}.known_time IS NULL THEN ${ROW_STATUS.noRow}`,
    ...(hasTombstone ? [`WHEN ${rows}.tombstone THEN ${ROW_STATUS.deleted}`] : []),
    ...(fresh === undefined ? [] : [`WHEN ${rows}.event_time < ${fresh} THEN ${ROW_STATUS.expired}`]),
  ];
  return `CASE ${cases.join(' ')} ELSE ${ROW_STATUS.found} END`;
}

/**
 * A winner older than the spine's first time minus the ttl is expired for every row; without it the value is null all the same.
 * Not where statuses are reported: they tell an expired row from none.
 */
function ttlLimit({ resolved, minTime, report }: ViewRequest): { eventAfter?: Instant } {
  const { ttlSeconds } = resolved.view;
  if (report || ttlSeconds === undefined || minTime === undefined || resolved.view.onStale === 'null') return {};
  return { eventAfter: secondsBefore(minTime, ttlSeconds + 1) };
}

function fetchPlan(
  request: ViewRequest,
  specs: readonly FeatureSpec[],
  rows: string,
): { part: string; parts: (readonly [string, string])[]; joins: string[] } {
  const { context, resolved } = request;
  const part = partName(request, 'source_rows');
  const source = readableSource(context.snapshot, resolved.view.source);
  const columns = featureColumns(context, resolved.view, specs).map((each) => `${each.expression} AS ${name(each.as)}`);
  const query = `${selectLines([FILE_COLUMN, LINE_COLUMN, ...columns])}\nFROM ${nested(sourceRowsInLoadOrder(context, source, { tieBreakers: [] }))}`;
  const place = [FILE_COLUMN, LINE_COLUMN].map((column) => `${rows}.${column} = ${part}.${column}`);
  return { part, parts: [[part, query]], joins: [`LEFT JOIN ${part} ON ${place.join(' AND ')}`] };
}
