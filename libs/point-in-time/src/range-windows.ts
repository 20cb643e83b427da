import { featureColumn } from './feature-columns.js';
import { historyQuery, keyColumn } from './history.js';
import { ROW_COLUMN, spineKey } from './spine.js';
import { name, nested, selectLines } from './sql-text.js';
import type { ViewRequest } from './view-plan.js';
import { columnOf, keyList, partName, requestedHistory } from './view-plan.js';
import type { WindowFeature } from './window-aggregates.js';
import { aggregateExpression, argumentColumns, windowLimit } from './window-aggregates.js';
import type { WindowValues } from './window-view-plan.js';

/**
 * Windows where every row is known when it happens: events and spine in one relation, sorted once, one RANGE frame per window.
 * A frame reaches from a window's length less one microsecond before the row up to the row and its equals: `(t - w, t]`.
 */
export function rangeWindows(request: ViewRequest, features: readonly WindowFeature[]): WindowValues {
  const { context, resolved } = request;
  const part = partName(request, 'windows');
  const columns = argumentColumns(context, resolved.view, features);
  const history = historyQuery(context, resolved.view, {
    columns,
    ...requestedHistory(request),
    ...windowLimit(request, features),
    conditions: ['NOT tombstone'],
  });
  const events = selectLines([
    keyList(resolved),
    'event_time AS moment',
    'true AS event',
    `CAST(NULL AS BIGINT) AS ${ROW_COLUMN}`,
    ...columns.map((each) => name(each.as)),
  ]);
  const points = selectLines([
    ...resolved.joinKeys.map((key) => `${spineKey(key)} AS ${keyColumn(key)}`),
    `${request.asOf} AS moment`,
    'NULL AS event',
    ROW_COLUMN,
    ...columns.map((each) => `NULL AS ${name(each.as)}`),
  ]);
  const union = `${events}\nFROM ${nested(history)}\nUNION ALL\n${points}\nFROM spine`;
  const lengths = [...new Set(features.map((each) => each.windowSeconds))];
  const windows = lengths.map(
    (seconds) =>
      `${frameName(seconds)} AS (PARTITION BY ${keyList(resolved)} ORDER BY moment RANGE BETWEEN to_microseconds(${seconds}000000 - 1) PRECEDING AND CURRENT ROW)`,
  );
  const values = features.map(
    (feature) =>
      `${aggregateExpression(feature, ` OVER ${frameName(feature.windowSeconds)}`, 'event')} AS ${name(featureColumn(feature.spec))}`,
  );
  const query = `${selectLines([ROW_COLUMN, ...values])}\nFROM ${nested(union)}\nWINDOW\n  ${windows.join(',\n  ')}\nQUALIFY ${ROW_COLUMN} IS NOT NULL`;
  return {
    parts: [[part, query]],
    joins: [`LEFT JOIN ${part} ON spine.${ROW_COLUMN} = ${part}.${ROW_COLUMN}`],
    values: features.map((feature) => columnOf(part, featureColumn(feature.spec))),
  };
}

function frameName(seconds: number): string {
  return `last_${seconds}_seconds`;
}
