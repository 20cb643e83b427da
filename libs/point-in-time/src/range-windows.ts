import { featureColumn } from './feature-columns.js';
import { ROW_COLUMN } from './spine.js';
import { name, nested, selectLines } from './sql-text.js';
import type { TimeWindow } from './time-window.js';
import { distinctWindows } from './time-window.js';
import type { ViewRequest } from './view-plan.js';
import { columnOf, partName } from './view-plan.js';
import { aggregateExpression } from './window-aggregates.js';
import type { WindowFeature } from './window-features.js';
import { argumentColumns } from './window-features.js';
import type { WindowParts, WindowValues } from './window-parts.js';
import { joinByRow } from './window-parts.js';

/**
 * Windows as RANGE frames: events by known time and spine in one relation, sorted once, one frame per window. A sliding frame reaches
 * from a window's length less one microsecond before the row up to the row and its equals, `(t - w, t]`, and is right only where
 * every row is known when it happens; a lifetime's frame begins with the key's first row.
 */
export function rangeWindows(
  request: ViewRequest,
  { events, points, hasPlace }: WindowParts,
  features: readonly WindowFeature[],
): WindowValues {
  const part = partName(request, 'frames');
  const columns = argumentColumns(features).map((each) => name(each.as));
  const carried = [...(hasPlace ? ['place'] : []), ...columns];
  const happened = ['key_id', 'known_time AS moment', ...carried];
  const union = `SELECT ${happened.join(', ')} FROM ${events}\nUNION ALL BY NAME\nSELECT key_id, moment, ${ROW_COLUMN} FROM ${points}`;
  const frames = distinctWindows(features).map(
    (window) =>
      `${frameName(window)} AS (PARTITION BY key_id ORDER BY moment RANGE BETWEEN ${start(window)} PRECEDING AND CURRENT ROW)`,
  );
  const values = features.map(
    (feature) =>
      `${aggregateExpression(feature, { window: frameName(feature.window) }, 'place')} AS ${name(featureColumn(feature.spec))}`,
  );
  const query = `${selectLines([ROW_COLUMN, ...values])}\nFROM ${nested(union)}\nWINDOW\n  ${frames.join(',\n  ')}\nQUALIFY ${ROW_COLUMN} IS NOT NULL`;
  return {
    parts: [[part, query]],
    joins: [joinByRow(part)],
    values: features.map((feature) => columnOf(part, featureColumn(feature.spec))),
  };
}

function frameName({ label }: TimeWindow): string {
  return `frame_${label}`;
}

function start({ kind, seconds }: TimeWindow): string {
  return kind === 'lifetime' ? 'UNBOUNDED' : `to_microseconds(${seconds}000000 - 1)`;
}
