import { MICROS_PER_SECOND } from '@larder/registry';
import { featureColumn } from './feature-columns.js';
import { historyQuery, keyColumn } from './history.js';
import { ROW_COLUMN, spineKey } from './spine.js';
import { allOf, name, nested, selectLines } from './sql-text.js';
import { secondsInterval } from './sql-types.js';
import type { ViewRequest } from './view-plan.js';
import { columnOf, partName, requestedHistory } from './view-plan.js';
import type { WindowFeature } from './window-aggregates.js';
import { aggregateExpression, argumentColumns, longestWindowSeconds, windowLimit } from './window-aggregates.js';
import type { WindowValues } from './window-view-plan.js';

/**
 * Windows where rows become known late and aggregates cannot be subtracted. Time is cut into buckets as long as the longest
 * window, so `(t - w, t]` lies in the bucket of t and the one before: an equi-join on (key, bucket), then the exact conditions.
 * Cost: every row of the spine meets the events of two buckets, at most twice what its longest window holds on average.
 */
export function bucketWindows(request: ViewRequest, features: readonly WindowFeature[]): WindowValues {
  const { context, resolved } = request;
  const part = partName(request, 'windows');
  const longest = longestWindowSeconds(features);
  const columns = argumentColumns(context, resolved.view, features);
  const history = historyQuery(context, resolved.view, {
    columns,
    ...requestedHistory(request),
    ...windowLimit(request, features),
    conditions: ['NOT tombstone'],
  });
  const events = `SELECT *, ${bucketOf('event_time', longest)} AS bucket\nFROM ${nested(history)}`;
  const points = selectLines([
    ROW_COLUMN,
    ...resolved.joinKeys.map((key) => `${spineKey(key)} AS ${keyColumn(key)}`),
    `${request.asOf} AS moment`,
    `unnest([${bucketOf(request.asOf, longest)}, ${bucketOf(request.asOf, longest)} - 1]) AS bucket`,
  ]);
  const same = [...resolved.joinKeys.map(keyColumn), 'bucket'].map((column) => `points.${column} = events.${column}`);
  const matching = [
    ...same,
    `events.event_time > points.moment - ${secondsInterval(longest)}`,
    'events.known_time <= points.moment',
  ];
  const values = features.map(
    (feature) =>
      `${aggregateExpression(feature, inWindow(feature, longest), 'events.event_time')} AS ${name(featureColumn(feature.spec))}`,
  );
  const query =
    `${selectLines([`points.${ROW_COLUMN}`, ...values])}\n` +
    `FROM ${nested(`${points}\nFROM spine`)} AS points\nJOIN ${nested(events)} AS events ON ${allOf(matching)}\nGROUP BY points.${ROW_COLUMN}`;
  return {
    parts: [[part, query]],
    joins: [`LEFT JOIN ${part} ON spine.${ROW_COLUMN} = ${part}.${ROW_COLUMN}`],
    values: features.map((feature) => emptyAsZero(feature, columnOf(part, featureColumn(feature.spec)))),
  };
}

/** Number of the bucket that a time lies in; rounds down before 1970 too. */
function bucketOf(time: string, seconds: number): string {
  const length = `${BigInt(seconds) * MICROS_PER_SECOND}`;
  return `(epoch_us(${time}) - ((epoch_us(${time}) % ${length}) + ${length}) % ${length}) // ${length}`;
}

function inWindow(feature: WindowFeature, longest: number): string {
  return feature.windowSeconds === longest
    ? ''
    : ` FILTER (WHERE events.event_time > points.moment - ${secondsInterval(feature.windowSeconds)})`;
}

/** A row without any event in its windows has no group: its counts are 0. */
function emptyAsZero(feature: WindowFeature, value: string): string {
  return feature.compute.function === 'count' ? `coalesce(${value}, 0)` : value;
}
