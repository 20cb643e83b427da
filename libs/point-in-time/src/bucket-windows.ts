import { MICROS_PER_SECOND } from '@larder/registry';
import { featureColumn } from './feature-columns.js';
import { ROW_COLUMN } from './spine.js';
import { name, nested, selectLines } from './sql-text.js';
import { secondsInterval } from './sql-types.js';
import type { ViewRequest } from './view-plan.js';
import { columnOf, partName } from './view-plan.js';
import type { WindowFeature } from './window-aggregates.js';
import { aggregateExpression, longestWindowSeconds } from './window-aggregates.js';
import type { WindowParts, WindowValues } from './window-parts.js';
import { joinByRow } from './window-parts.js';

/**
 * Windows of any aggregate where rows become known late. Time is cut into buckets as long as the longest window, so `(t - w, t]`
 * lies in the bucket of t and the one before: an equi-join on (key, bucket), then the exact conditions. Cost: every row of the
 * spine meets the events of two buckets, at most twice what its longest window holds on average.
 */
export function bucketWindows(
  request: ViewRequest,
  shared: WindowParts,
  features: readonly WindowFeature[],
): WindowValues {
  const part = partName(request, 'windows');
  const query = bucketPart(shared, {
    events: shared.events,
    aggregates: features.map((feature) => ({
      as: featureColumn(feature.spec),
      windowSeconds: feature.windowSeconds,
      expression: (over) => aggregateExpression(feature, over),
    })),
    longestSeconds: longestWindowSeconds(features),
  });
  return {
    parts: [[part, query]],
    joins: [joinByRow(part)],
    values: features.map((feature) => columnOf(part, featureColumn(feature.spec))),
  };
}

export interface BucketOptions {
  /** A relation with columns like the shared events. */
  readonly events: string;
  readonly aggregates: readonly BucketAggregate[];
  readonly longestSeconds: number;
}

export interface BucketAggregate {
  readonly as: string;
  readonly windowSeconds: number;
  /** The aggregate over the rows that a ` FILTER (WHERE …)` chooses. */
  readonly expression: (over: string) => string;
}

/** The aggregates per row of the spine that has an event in its longest window. */
export function bucketPart({ points }: WindowParts, { events, aggregates, longestSeconds }: BucketOptions): string {
  const asked = `SELECT *, unnest([${bucketOf('moment', longestSeconds)}, ${bucketOf('moment', longestSeconds)} - 1]) AS bucket\nFROM ${points}`;
  const happened = `SELECT *, ${bucketOf('event_time', longestSeconds)} AS bucket\nFROM ${events}`;
  const after = (seconds: number): string => `happened.event_time > asked.moment - ${secondsInterval(seconds)}`;
  const values = aggregates.map(({ as, windowSeconds, expression }) => {
    const over = windowSeconds === longestSeconds ? '' : ` FILTER (WHERE ${after(windowSeconds)})`;
    return `${expression(over)} AS ${name(as)}`;
  });
  const matches = [
    'asked.key_id = happened.key_id',
    'asked.bucket = happened.bucket',
    after(longestSeconds),
    'happened.known_time <= asked.moment',
  ];
  return [
    selectLines([`asked.${ROW_COLUMN}`, ...values]),
    `FROM ${nested(asked)} AS asked`,
    `JOIN ${nested(happened)} AS happened ON ${matches.join(' AND ')}`,
    `GROUP BY asked.${ROW_COLUMN}`,
  ].join('\n');
}

/** Number of the bucket that a time lies in; rounds down before 1970 too. */
function bucketOf(time: string, seconds: number): string {
  const length = `${BigInt(seconds) * MICROS_PER_SECOND}`;
  return `(epoch_us(${time}) - ((epoch_us(${time}) % ${length}) + ${length}) % ${length}) // ${length}`;
}
