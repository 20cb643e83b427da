import { CronExpressionParser } from 'cron-parser';
import { formatDurationSeconds } from './duration.js';
import type { Instant } from './instant.js';
import { instantFromMicros, instantFromMillis, MICROS_PER_SECOND } from './instant.js';
import { LarderError } from './larder-error.js';
import type { Cadence } from './snapshot.js';

const MAX_TICKS = 1_000_000;

/** When a cadence ticks: the last tick at or before `at`; undefined for `push`, which ticks with each event. */
export function lastTick(cadence: Cadence, at: Instant): Instant | undefined {
  if (cadence.kind === 'push') return undefined;
  if (cadence.kind === 'every') {
    const step = BigInt(cadence.seconds) * MICROS_PER_SECOND;
    const rest = ((at % step) + step) % step;
    return instantFromMicros(at - rest);
  }
  const parsed = CronExpressionParser.parse(cadence.expression, { tz: cadence.timeZone, currentDate: new Date(Number(at / 1000n) + 1) });
  return instantFromMillis(parsed.prev().getTime());
}

/**
 * Every tick of a `cron` or `every` cadence from the last one at or before `from` through `to`, ascending.
 * Throws INVALID_ARGUMENT beyond a million ticks.
 */
export function cadenceTicks(cadence: Exclude<Cadence, { kind: 'push' }>, from: Instant, to: Instant): Instant[] {
  const ticks: Instant[] = [];
  const first = lastTick(cadence, from);
  if (first === undefined) return ticks;
  const next = tickIterator(cadence, first);
  for (let tick = first; tick <= to; tick = next()) {
    ticks.push(tick);
    if (ticks.length > MAX_TICKS) throw new LarderError('INVALID_ARGUMENT', `${formatCadence(cadence)} ticks more than ${MAX_TICKS} times in the range; narrow the range`);
  }
  return ticks;
}

/** The first tick of a `cron` or `every` cadence strictly after `at`. Throws when a cron expression never ticks again. */
export function nextTick(cadence: Exclude<Cadence, { kind: 'push' }>, at: Instant): Instant {
  return tickIterator(cadence, lastTick(cadence, at) ?? at)();
}

function tickIterator(cadence: Exclude<Cadence, { kind: 'push' }>, first: Instant): () => Instant {
  if (cadence.kind === 'every') {
    let tick = first;
    return () => (tick = instantFromMicros(tick + BigInt(cadence.seconds) * MICROS_PER_SECOND));
  }
  const parsed = CronExpressionParser.parse(cadence.expression, { tz: cadence.timeZone, currentDate: new Date(Number(first / 1000n)) });
  return () => instantFromMillis(parsed.next().getTime());
}

/** A cadence in words: `every 1h`, `cron 0 5 * * * (UTC)`, `per event`. */
export function formatCadence(cadence: Cadence): string {
  if (cadence.kind === 'every') return `every ${formatDurationSeconds(cadence.seconds)}`;
  return cadence.kind === 'cron' ? `cron ${cadence.expression} (${cadence.timeZone})` : 'per event';
}
