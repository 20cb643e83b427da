import { featureColumn } from './feature-columns.js';
import type { Over } from './over.js';
import { ROW_COLUMN } from './spine.js';
import { allOf, name, nested, selectLines } from './sql-text.js';
import { secondsInterval } from './sql-types.js';
import type { TimeWindow } from './time-window.js';
import { distinctWindows, periodOf } from './time-window.js';
import type { ViewRequest } from './view-plan.js';
import { columnOf, partName } from './view-plan.js';
import { aggregateExpression } from './window-aggregates.js';
import type { WindowFeature } from './window-features.js';
import type { WindowParts, WindowValues } from './window-parts.js';
import { joinByRow } from './window-parts.js';

/**
 * Windows of any aggregate by an equi-join of the spine with the events of its windows.
 *
 * - Sliding: time is cut into buckets as long as the longest window, so `(t - w, t]` lies in the bucket of t and the one before: a
 *   join on (key, bucket), then the exact conditions. Every row of the spine meets at most twice the events of its longest window.
 * - Tumbling: a join on (key, period): exactly the events of the window.
 * - Lifetime: a join on the key: every row of the spine meets all events of its key.
 */
export function bucketWindows(
  request: ViewRequest,
  shared: WindowParts,
  features: readonly WindowFeature[],
): WindowValues {
  return bucketValues(request, shared, {
    name: 'windows',
    events: shared.events,
    aggregates: features.map((feature) => ({
      as: featureColumn(feature.spec),
      window: feature.window,
      expression: (over) => aggregateExpression(feature, over, 'place'),
    })),
  });
}

/** The most frequent values: first how often each occurs in a window, so that no state grows with the window, then the first of them. */
export function frequencyWindows(
  request: ViewRequest,
  { points, events }: WindowParts,
  features: readonly WindowFeature[],
): WindowValues {
  const planned = features.map((feature, index) => {
    const as = name(featureColumn(feature.spec));
    const value = name(feature.argument ?? '');
    const joined = bucketRows({ points, events }, bucketJoin([feature.window]), `happened.${value} IS NOT NULL`);
    const counts = `SELECT asked.${ROW_COLUMN}, happened.${value} AS value, count(*) AS n\n${joined}\nGROUP BY asked.${ROW_COLUMN}, happened.${value}`;
    const first = `arg_min(value, row(-n, value), ${feature.compute.limit ?? 1}) AS ${as}`;
    const query = `SELECT ${ROW_COLUMN}, ${first}\nFROM ${nested(counts)}\nGROUP BY ${ROW_COLUMN}`;
    return { part: partName(request, `frequent_${index}`), query, as: featureColumn(feature.spec) };
  });
  return {
    parts: planned.map(({ part, query }) => [part, query]),
    joins: planned.map(({ part }) => joinByRow(part)),
    values: planned.map(({ part, as }) => columnOf(part, as)),
  };
}

export interface BucketOptions {
  /** For the names of the parts. */
  readonly name: string;
  /** A relation with columns like the shared events. */
  readonly events: string;
  readonly aggregates: readonly BucketAggregate[];
}

export interface BucketAggregate {
  /** Name of the value's column; equal names are equal aggregates. */
  readonly as: string;
  readonly window: TimeWindow;
  readonly expression: (over: Over) => string;
}

/** The values of some aggregates in their order; null where there is no event in the longest window. */
export function bucketValues(request: ViewRequest, shared: WindowParts, options: BucketOptions): WindowValues {
  const groups = new Map<string, BucketAggregate[]>();
  for (const each of options.aggregates) {
    const group = each.window.kind === 'sliding' ? 'sliding' : each.window.label;
    groups.set(group, [...(groups.get(group) ?? []), each]);
  }
  const parts = [...groups].map(([group, aggregates]) => ({
    part: partName(request, `${options.name}_${group}`),
    aggregates,
  }));
  const partOf = (each: BucketAggregate): string =>
    parts.find(({ aggregates }) => aggregates.includes(each))?.part ?? '';
  return {
    parts: parts.map(({ part, aggregates }) => [part, bucketPart(shared, { ...options, aggregates })]),
    joins: parts.map(({ part }) => joinByRow(part)),
    values: options.aggregates.map((each) => columnOf(partOf(each), each.as)),
  };
}

/** The aggregates per row of the spine that has an event in its longest window. */
function bucketPart({ points }: WindowParts, { events, aggregates }: BucketOptions): string {
  const join = bucketJoin(distinctWindows(aggregates));
  const values = new Map(aggregates.map((each) => [each.as, each.expression(join.filterOf(each.window))]));
  return [
    selectLines([`asked.${ROW_COLUMN}`, ...[...values].map(([as, value]) => `${value} AS ${name(as)}`)]),
    bucketRows({ points, events }, join),
    `GROUP BY asked.${ROW_COLUMN}`,
  ].join('\n');
}

/** The rows of the spine, `asked`, each with the events that `happened` in its longest window. */
function bucketRows(
  { points, events }: Pick<WindowParts, 'points' | 'events'>,
  { asked, happened, matches }: BucketJoin,
  ...conditions: readonly string[]
): string {
  const both = ['asked.key_id = happened.key_id', ...matches, 'happened.known_time <= asked.moment', ...conditions];
  const from = `FROM ${nested(`SELECT *${asked}\nFROM ${points}`)} AS asked`;
  return `${from}\nJOIN ${nested(`SELECT *${happened}\nFROM ${events}`)} AS happened ON ${allOf(both)}`;
}

interface BucketJoin {
  /** Further columns of the spine's rows and of the events. */
  readonly asked: string;
  readonly happened: string;
  readonly matches: readonly string[];
  /** Which of the matching events lie in a window. */
  readonly filterOf: (window: TimeWindow) => Over;
}

/** How windows meet their events: one tumbling or lifetime window, or any number of sliding ones. */
function bucketJoin(windows: readonly TimeWindow[]): BucketJoin {
  const kind = windows[0]?.kind ?? 'lifetime';
  const longest = Math.max(...windows.map((each) => each.seconds));
  if (kind === 'lifetime') return { asked: '', happened: '', matches: [], filterOf: () => ({}) };
  const [asked, happened] = [periodOf('moment', longest), periodOf('event_time', longest)];
  const sameBucket = 'asked.bucket = happened.bucket';
  if (kind === 'tumbling')
    return {
      asked: `, ${asked} - 1 AS bucket`,
      happened: `, ${happened} AS bucket`,
      matches: [sameBucket],
      filterOf: () => ({}),
    };
  const after = (seconds: number): string => `happened.event_time > asked.moment - ${secondsInterval(seconds)}`;
  return {
    asked: `, unnest([${asked}, ${asked} - 1]) AS bucket`,
    happened: `, ${happened} AS bucket`,
    matches: [sameBucket, after(longest)],
    filterOf: ({ seconds }) => (seconds === longest ? {} : { where: after(seconds) }),
  };
}
