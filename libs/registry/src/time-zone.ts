import { LarderError } from './larder-error.js';

/**
 * Wall-clock times of a time zone as moments. A "wall" number is a local date and time read as if it were UTC, in
 * milliseconds since the epoch.
 */
export interface TimeZone {
  /** What clocks of the zone show at a moment. */
  readonly wallFromMillis: (millis: number) => number;
  /**
   * The moments at which clocks show `wall`, ascending: one; two when clocks went back over it; for a time that clocks
   * jumped over, the one moment as far after the jump as the time is inside the gap.
   */
  readonly millisFromWall: (wall: number) => readonly number[];
}

const DAY_MS = 86_400_000;
const OFFSET = /GMT(?:([+-])(\d{2}):(\d{2})(?::(\d{2}))?)?$/;

/** What is wrong with the name of a time zone, or undefined. Only names of the IANA database: they mean the same on every machine. */
export function problemWithTimeZone(name: string): string | undefined {
  try {
    if (/^[A-Za-z]/.test(name)) return void new Intl.DateTimeFormat('en-US', { timeZone: name });
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
  }
  return `unknown time zone ${JSON.stringify(name)}; expected a name such as UTC or Europe/Berlin`;
}

/** Throws INVALID_ARGUMENT for an unknown zone. Offsets are looked up once per day and kept. */
export function createTimeZone(name: string): TimeZone {
  const problem = problemWithTimeZone(name);
  if (problem !== undefined) throw new LarderError('INVALID_ARGUMENT', problem);
  const offsetAt = offsetReader(name);
  const byDay = new Map<number, number>();
  const offsetOfDay = (day: number): number => {
    const known = byDay.get(day) ?? offsetAt(day * DAY_MS);
    byDay.set(day, known);
    return known;
  };
  return {
    wallFromMillis: (millis) => millis + offsetAt(millis),
    millisFromWall: (wall) => {
      const day = Math.floor(wall / DAY_MS);
      const [before, after] = [offsetOfDay(day - 1), offsetOfDay(day + 2)];
      if (before === after) return [wall - before];
      const shown = [wall - before, wall - after].filter((millis) => millis + offsetAt(millis) === wall);
      return shown.length > 0 ? shown.sort((a, b) => a - b) : [wall - before];
    },
  };
}

/** Milliseconds that the zone's clocks are ahead of UTC at a moment. */
function offsetReader(timeZone: string): (millis: number) => number {
  const format = new Intl.DateTimeFormat('en-US', { timeZone, timeZoneName: 'longOffset', year: 'numeric' });
  return (millis) => {
    const [, sign, hours = '0', minutes = '0', seconds = '0'] = OFFSET.exec(format.format(millis)) ?? [];
    const size = (Number(hours) * 3600 + Number(minutes) * 60 + Number(seconds)) * 1000;
    return sign === '-' ? -size : size;
  };
}
