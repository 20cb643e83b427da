import { LarderError } from './larder-error.js';

/** Length in words: a whole number and a unit, `15m`, `6h`, `30d`, `2w`, `90s`. */
export type DurationText = `${number}${'s' | 'm' | 'h' | 'd' | 'w'}`;

const UNIT_SECONDS: Record<string, number> = { s: 1, m: 60, h: 3600, d: 86_400, w: 604_800 };
const MAX_SECONDS = 100 * 366 * 86_400;

/** Seconds of `15m`, `6h`, `30d` …; throws INVALID_ARGUMENT unless it is a whole, positive number of a known unit, at most 100 years. */
export function parseDurationSeconds(text: string): number {
  const match = /^(\d{1,10})([smhdw])$/.exec(text);
  const seconds = match ? Number(match[1]) * (UNIT_SECONDS[match[2] ?? ''] ?? Number.NaN) : Number.NaN;
  if (!(seconds > 0 && seconds <= MAX_SECONDS)) {
    throw new LarderError('INVALID_ARGUMENT', `not a duration: ${JSON.stringify(text)}; expected a number and a unit such as 90s, 15m, 6h, 30d or 2w`);
  }
  return seconds;
}

/** The shortest text of a duration: 3600 → `1h`. */
export function formatDurationSeconds(seconds: number): string {
  for (const unit of ['d', 'h', 'm'] as const) {
    const size = UNIT_SECONDS[unit] ?? 1;
    if (seconds % size === 0) return `${seconds / size}${unit}`;
  }
  return `${seconds}s`;
}
