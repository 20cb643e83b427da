import { CronExpressionParser } from 'cron-parser';
import { LarderError } from './larder-error.js';
import type { TimeZone } from './time-zone.js';
import { createTimeZone, problemWithTimeZone } from './time-zone.js';

/**
 * Cron expressions of five fields: minute, hour, day of month, month, day of week. A day matches when both day fields do;
 * when both are restricted, one is enough. A daily time that clocks jump over ticks as far after the jump as it is inside
 * the gap; one that comes twice ticks the first time, unless the expression matches every hour.
 *
 * The ticks are computed from wall-clock days, not by stepping from tick to tick, so that a tick does not depend on where
 * the search for it began: training and serving must agree on them.
 */
export interface CronSchedule {
  /** The last tick at or before a moment (milliseconds since the epoch); undefined when there was none in 9 years. */
  readonly lastTick: (millis: number) => number | undefined;
  /** Ticks after `from` through `to`, ascending. Lazy. */
  readonly ticksAfter: (from: number, to: number) => Iterable<number>;
}

const FIELD = /^[\d*,/?a-z-]+$/i;
const NOT_NAMES =
  /(?<![a-z])(?!(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec|sun|mon|tue|wed|thu|fri|sat)(?![a-z]))[a-z]/i;
const DAY_MS = 86_400_000;
const HOUR_MS = 3_600_000;
const MINUTE_MS = 60_000;
/** 29 February can be 8 years away (1896 to 1904). */
const MAX_DAYS_BACK = 9 * 366;

interface CronFields {
  readonly minutes: readonly number[];
  readonly hours: readonly number[];
  readonly matchesDay: (wallDay: Date) => boolean;
}

/** What is wrong with a cron expression or its time zone, or undefined. */
export function problemWithCron(expression: string, timeZone: string): string | undefined {
  const zoneProblem = problemWithTimeZone(timeZone);
  if (zoneProblem !== undefined) return zoneProblem;
  const fields = expression.trim().split(/\s+/);
  if (fields.length !== 5 || fields.some((field) => !FIELD.test(field) || NOT_NAMES.test(field))) {
    return `not a cron expression: ${JSON.stringify(expression)}; expected five fields (minute hour day month weekday) of numbers, names, * , - and /`;
  }
  try {
    parseFields(expression);
    return undefined;
  } catch (error) {
    return `not a cron expression: ${JSON.stringify(expression)}; ${error instanceof Error ? error.message : String(error)}`;
  }
}

/** Throws INVALID_ARGUMENT for an expression or a zone that `problemWithCron` refuses. Keep it: creating one costs more than a tick. */
export function createCronSchedule(expression: string, timeZone: string): CronSchedule {
  const problem = problemWithCron(expression, timeZone);
  if (problem !== undefined) throw new LarderError('INVALID_ARGUMENT', problem);
  const zone = createTimeZone(timeZone);
  const fields = parseFields(expression);
  const ticksOfDay = (day: number): number[] => ticksOnDay(fields, zone, day);
  return {
    lastTick: (millis) => {
      // A gap moves ticks into the next day at most, so the day after the moment's is searched too.
      const latest = wallDay(zone, millis) + 1;
      for (let day = latest; day > latest - MAX_DAYS_BACK; day--) {
        const tick = ticksOfDay(day).findLast((each) => each <= millis);
        if (tick !== undefined) return tick;
      }
      return undefined;
    },
    ticksAfter: function* (from, to) {
      let previous = from;
      const end = wallDay(zone, to) + 1;
      for (let day = wallDay(zone, from) - 1; day <= end; day++) {
        for (const tick of ticksOfDay(day)) {
          if (tick <= previous) continue;
          if (tick > to) return;
          previous = tick;
          yield tick;
        }
      }
    },
  };
}

function wallDay(zone: TimeZone, millis: number): number {
  return Math.floor(zone.wallFromMillis(millis) / DAY_MS);
}

function ticksOnDay({ minutes, hours, matchesDay }: CronFields, zone: TimeZone, day: number): number[] {
  if (!matchesDay(new Date(day * DAY_MS))) return [];
  const isEveryHour = hours.length === 24;
  const ticks = new Set<number>();
  for (const hour of hours) {
    for (const minute of minutes) {
      const moments = zone.millisFromWall(day * DAY_MS + hour * HOUR_MS + minute * MINUTE_MS);
      for (const millis of isEveryHour ? moments : moments.slice(0, 1)) ticks.add(millis);
    }
  }
  return [...ticks].sort((a, b) => a - b);
}

function parseFields(expression: string): CronFields {
  const { minute, hour, dayOfMonth, month, dayOfWeek } = CronExpressionParser.parse(expression, {
    tz: 'UTC',
    currentDate: 0,
  }).fields;
  const months: ReadonlySet<unknown> = new Set(month.values);
  const days: ReadonlySet<unknown> = new Set(dayOfMonth.values);
  const weekdays: ReadonlySet<unknown> = new Set(dayOfWeek.values.map((value) => Number(value) % 7));
  const isEither = !dayOfMonth.isWildcard && !dayOfWeek.isWildcard;
  return {
    minutes: minute.values,
    hours: hour.values,
    matchesDay: (day) => {
      if (!months.has(day.getUTCMonth() + 1)) return false;
      const [byDate, byWeekday] = [days.has(day.getUTCDate()), weekdays.has(day.getUTCDay())];
      return isEither ? byDate || byWeekday : byDate && byWeekday;
    },
  };
}
