import { LarderError } from './larder-error.js';

/** Length in words: a whole number and a unit, `90s`, `15m`, `6h`, `30d`, `2w`. */
export type DurationText = `${number}${'s' | 'm' | 'h' | 'd' | 'w'}`;

const UNIT_SECONDS = { s: 1, m: 60, h: 3600, d: 86_400, w: 604_800 } as const;
const PATTERN = /^(\d{1,10})([smhdw])$/;

/** The longest duration of definitions, 100 years of 366 days: keeps every time computed from it inside int64 microseconds. */
export const MAX_DURATION_SECONDS = 100 * 366 * 86_400;

/** Seconds of `15m`, `6h`, `30d` …; throws INVALID_ARGUMENT unless it is a whole, positive number of a known unit, at most 100 years. */
export function parseDurationSeconds(text: string): number {
  const match = typeof text === 'string' ? PATTERN.exec(text) : null;
  const seconds = match ? Number(match[1]) * UNIT_SECONDS[match[2] as keyof typeof UNIT_SECONDS] : Number.NaN;
  if (seconds > 0 && seconds <= MAX_DURATION_SECONDS) return seconds;
  throw new LarderError(
    'INVALID_ARGUMENT',
    `not a duration: ${JSON.stringify(text)}; expected a whole number and a unit such as 90s, 15m, 6h, 30d or 2w, at most 100 years`,
  );
}

/** A duration in the largest unit up to days that divides it: 3600 → `1h`, 1209600 → `14d`, 0 → `0s`. */
export function formatDurationSeconds(seconds: number): string {
  for (const unit of ['d', 'h', 'm'] as const) {
    if (seconds !== 0 && seconds % UNIT_SECONDS[unit] === 0) return `${seconds / UNIT_SECONDS[unit]}${unit}`;
  }
  return `${seconds}s`;
}
