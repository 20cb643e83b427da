import { featureColumn } from './feature-columns.js';
import { ROW_COLUMN } from './spine.js';
import { name, nested, selectLines } from './sql-text.js';
import type { ViewRequest } from './view-plan.js';
import { columnOf, partName } from './view-plan.js';
import type { WindowFeature } from './window-aggregates.js';
import { aggregateExpression } from './window-aggregates.js';
import type { WindowParts, WindowValues } from './window-parts.js';
import { joinByRow } from './window-parts.js';

/**
 * Windows of any aggregate where every row is known when it happens: events and spine in one relation, sorted once, one RANGE
 * frame per window. A frame reaches from a window's length less one microsecond before the row up to the row and its equals:
 * `(t - w, t]`.
 */
export function rangeWindows(
  request: ViewRequest,
  { events, points, columns }: WindowParts,
  features: readonly WindowFeature[],
): WindowValues {
  const part = partName(request, 'windows');
  const happened = ['key_id', 'event_time AS moment', `CAST(NULL AS BIGINT) AS ${ROW_COLUMN}`, ...columns.map(name)];
  const asked = ['key_id', 'moment', ROW_COLUMN, ...columns.map((column) => `NULL AS ${name(column)}`)];
  const union = `SELECT ${happened.join(', ')} FROM ${events}\nUNION ALL\nSELECT ${asked.join(', ')} FROM ${points}`;
  const lengths = [...new Set(features.map((each) => each.windowSeconds))];
  const frames = lengths.map(
    (seconds) =>
      `${frameName(seconds)} AS (PARTITION BY key_id ORDER BY moment RANGE BETWEEN to_microseconds(${seconds}000000 - 1) PRECEDING AND CURRENT ROW)`,
  );
  const values = features.map(
    (feature) =>
      `${aggregateExpression(feature, ` OVER ${frameName(feature.windowSeconds)}`)} AS ${name(featureColumn(feature.spec))}`,
  );
  const query = `${selectLines([ROW_COLUMN, ...values])}\nFROM ${nested(union)}\nWINDOW\n  ${frames.join(',\n  ')}\nQUALIFY ${ROW_COLUMN} IS NOT NULL`;
  return {
    parts: [[part, query]],
    joins: [joinByRow(part)],
    values: features.map((feature) => columnOf(part, featureColumn(feature.spec))),
  };
}

function frameName(seconds: number): string {
  return `last_${seconds}_seconds`;
}
