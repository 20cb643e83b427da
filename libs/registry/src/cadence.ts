import type { CronSchedule } from './cron-schedule.js';
import { createCronSchedule, problemWithCron } from './cron-schedule.js';
import { formatDurationSeconds, MAX_DURATION_SECONDS } from './duration.js';
import type { Instant } from './instant.js';
import {
  formatInstant,
  instantFromMicros,
  instantFromMillis,
  MICROS_PER_SECOND,
  millisFromInstant,
} from './instant.js';
import { LarderError } from './larder-error.js';
import type { Cadence } from './snapshot.js';

const MAX_TICKS = 1_000_000;
/** More than 8 years: between 29 February 1896 and 1904 there is none. */
const MAX_GAP_MS = 9 * 366 * 86_400_000;

/** What is wrong with a cadence, or undefined. */
export function problemWithCadence(cadence: Cadence): string | undefined {
  if (cadence.kind === 'push') return undefined;
  if (cadence.kind === 'cron') return problemWithCron(cadence.expression, cadence.timeZone);
  const { seconds } = cadence;
  if (Number.isInteger(seconds) && seconds >= 1 && seconds <= MAX_DURATION_SECONDS) return undefined;
  return 'every needs a whole number of seconds, from 1 to 100 years';
}

/**
 * When a cadence ticks: the last tick at or before `at`; undefined for `push`, which ticks with each event, and before the
 * first tick of year 1. Throws INVALID_ARGUMENT for a cadence that validation refuses.
 */
export function lastTick(cadence: Cadence, at: Instant): Instant | undefined {
  if (cadence.kind === 'push') return undefined;
  if (cadence.kind === 'every') return instantFromMicros(alignedMicros(cadence, at));
  const millis = cronSchedule(cadence).lastTick(millisFromInstant(at));
  return millis === undefined ? undefined : instantFromMillis(millis);
}

/**
 * The first tick of a `cron` or `every` cadence strictly after `at`. Throws INVALID_ARGUMENT for a cadence that validation
 * refuses and for a time beyond the year 9999.
 */
export function nextTick(cadence: Exclude<Cadence, { kind: 'push' }>, at: Instant): Instant {
  if (cadence.kind === 'every') {
    return instantFromMicros(alignedMicros(cadence, at) + BigInt(cadence.seconds) * MICROS_PER_SECOND);
  }
  const from = millisFromInstant(at);
  for (const tick of cronSchedule(cadence).ticksAfter(from, from + MAX_GAP_MS)) return instantFromMillis(tick);
  throw new LarderError('INVALID_ARGUMENT', `${formatCadence(cadence)} has no tick after ${formatInstant(at)}`);
}

/**
 * Every tick of a `cron` or `every` cadence from the last one at or before `from` through `to`, ascending; empty when `to`
 * is before `from`. Throws INVALID_ARGUMENT beyond a million ticks.
 */
export function cadenceTicks(cadence: Exclude<Cadence, { kind: 'push' }>, from: Instant, to: Instant): Instant[] {
  const ticks: Instant[] = [];
  if (to < from) return ticks;
  for (const tick of ticksBetween(cadence, from, to)) {
    ticks.push(tick);
    if (ticks.length > MAX_TICKS) {
      throw new LarderError(
        'INVALID_ARGUMENT',
        `${formatCadence(cadence)} ticks more than ${MAX_TICKS} times in the range; narrow the range`,
      );
    }
  }
  return ticks;
}

function* ticksBetween(
  cadence: Exclude<Cadence, { kind: 'push' }>,
  from: Instant,
  to: Instant,
): Generator<Instant, void> {
  if (cadence.kind === 'every') {
    const first = alignedMicros(cadence, from);
    const step = BigInt(cadence.seconds) * MICROS_PER_SECOND;
    for (let tick = first; tick <= to; tick += step) yield instantFromMicros(tick);
    return;
  }
  const schedule = cronSchedule(cadence);
  const first = schedule.lastTick(millisFromInstant(from));
  if (first !== undefined) yield instantFromMillis(first);
  for (const tick of schedule.ticksAfter(millisFromInstant(from), millisFromInstant(to))) yield instantFromMillis(tick);
}

/** The multiple of the interval, counted from the epoch, at or before a moment. */
function alignedMicros(cadence: Extract<Cadence, { kind: 'every' }>, at: Instant): bigint {
  const problem = problemWithCadence(cadence);
  if (problem !== undefined) throw new LarderError('INVALID_ARGUMENT', problem);
  const step = BigInt(cadence.seconds) * MICROS_PER_SECOND;
  return at - (((at % step) + step) % step);
}

const MAX_SCHEDULES = 256;
const schedules = new Map<string, CronSchedule>();

/** Schedules are pure and dear to create, so the ones in use are kept. */
function cronSchedule({ expression, timeZone }: Extract<Cadence, { kind: 'cron' }>): CronSchedule {
  const key = `${timeZone} ${expression}`;
  const known = schedules.get(key) ?? createCronSchedule(expression, timeZone);
  if (schedules.size >= MAX_SCHEDULES) schedules.clear();
  schedules.set(key, known);
  return known;
}

/** A cadence in words: `every 1h`, `cron 0 5 * * * (UTC)`, `per event`. */
export function formatCadence(cadence: Cadence): string {
  if (cadence.kind === 'every') return `every ${formatDurationSeconds(cadence.seconds)}`;
  return cadence.kind === 'cron' ? `cron ${cadence.expression} (${cadence.timeZone})` : 'per event';
}
