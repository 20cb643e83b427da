import type { AggregateFeature, Instant } from '@larder/registry';
import { instantFromMicros, MICROS_PER_SECOND } from '@larder/registry';
import { allOf } from './sql-text.js';
import { instantLiteral, secondsInterval } from './sql-types.js';
import { secondsBefore } from './time-before.js';

/**
 * Which events count at an instant t, among those known at t:
 *
 * - `sliding`: event time in `(t - w, t]`;
 * - `tumbling`: event time in `[p - w, p)`, p being the last multiple of w since 1970 at or before t;
 * - `lifetime`: all.
 */
export interface TimeWindow {
  readonly kind: 'sliding' | 'tumbling' | 'lifetime';
  /** 0 for a lifetime. */
  readonly seconds: number;
  /** For names of columns: equal for equal windows. */
  readonly label: string;
}

/** The window of an aggregate. */
export function timeWindow({ windowKind, windowSeconds: seconds = 0 }: AggregateFeature): TimeWindow {
  if (windowKind === 'lifetime') return { kind: windowKind, seconds: 0, label: windowKind };
  return windowKind === undefined
    ? { kind: 'sliding', seconds, label: `${seconds}` }
    : { kind: windowKind, seconds, label: `${windowKind}_${seconds}` };
}

/** The different windows of some features, in order of first use. */
export function distinctWindows(features: readonly { readonly window: TimeWindow }[]): TimeWindow[] {
  return [...new Map(features.map(({ window }) => [window.label, window])).values()];
}

/** At t nothing counts that happened at or before t less this; undefined without limit. */
export function reachSeconds(windows: readonly TimeWindow[]): number | undefined {
  if (windows.some((each) => each.kind === 'lifetime')) return undefined;
  return Math.max(...windows.map((each) => (each.kind === 'tumbling' ? 2 * each.seconds : each.seconds)));
}

/** The condition that an event time lies in a window at one instant; events after the instant are none. */
export function inWindowAt(window: TimeWindow, at: Instant, eventTime: string): string {
  if (window.kind === 'lifetime') return 'true';
  if (window.kind === 'sliding') return `${eventTime} > ${instantLiteral(secondsBefore(at, window.seconds))}`;
  const length = BigInt(window.seconds) * MICROS_PER_SECOND;
  const end = instantFromMicros(at - (((at % length) + length) % length));
  const start = instantLiteral(secondsBefore(end, window.seconds));
  return allOf([`${eventTime} >= ${start}`, `${eventTime} < ${instantLiteral(end)}`]);
}

/** When an event begins and ceases to count in a window: `[came, went)`. An event that is known too late never counts: came >= went. */
export function presence(window: TimeWindow): { readonly came: string; readonly went: string } {
  if (window.kind === 'lifetime') return { came: 'known_time', went: "TIMESTAMP 'infinity'" };
  const length = secondsInterval(window.seconds);
  if (window.kind === 'sliding') return { came: 'known_time', went: `event_time + ${length}` };
  const start = `make_timestamp(${periodOf('event_time', window.seconds)} * ${window.seconds}000000)`;
  return { came: `greatest(known_time, ${start} + ${length})`, went: `${start} + ${length} + ${length}` };
}

/** Number of the period of a length that a time lies in, counted from 1970; rounds down before it too. */
export function periodOf(time: string, seconds: number): string {
  const length = `${seconds}000000`;
  return `(epoch_us(${time}) - ((epoch_us(${time}) % ${length}) + ${length}) % ${length}) // ${length}`;
}
