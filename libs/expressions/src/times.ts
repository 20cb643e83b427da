import { EvaluationError } from './evaluation-error.js';

// Times and durations are microseconds as bigints, as instants are everywhere.

const MIN_TIME = -62_135_596_800_000_000n;
const MAX_TIME = 253_402_300_799_999_999n;
const MAX_DURATION = 315_576_000_000_000_000n;
export const MICROS = 1_000_000n;

/** The time if it lies in the years 1 to 9999; throws `overflow` otherwise. */
export function checkedTime(micros: bigint, operation: string): bigint {
  if (micros < MIN_TIME || micros > MAX_TIME) throw new EvaluationError('overflow', operation);
  return micros;
}

/** The duration if it is at most 10,000 years long, CEL's limit; throws `overflow` otherwise. */
export function checkedDuration(micros: bigint, operation: string): bigint {
  if (micros < -MAX_DURATION || micros > MAX_DURATION) throw new EvaluationError('overflow', operation);
  return micros;
}

/** Rounds down, before 1970 too. */
export function floorDivide(value: bigint, by: bigint): bigint {
  const rest = value % by;
  return (rest < 0n ? value - rest - by : value - rest) / by;
}

/** The moment as a JavaScript date, its microseconds cut off. */
export function utcDate(micros: bigint): Date {
  return new Date(Number(floorDivide(micros, 1000n)));
}

const MILLIS_PER_DAY = 86_400_000;

/** From 0. */
export function dayOfYear(date: Date): number {
  const first = new Date(date.getTime());
  first.setUTCMonth(0, 1);
  return Math.round((date.getTime() - first.getTime()) / MILLIS_PER_DAY);
}

const NANOS: ReadonlyMap<string, bigint> = new Map([
  ['h', 3_600_000_000_000n],
  ['m', 60_000_000_000n],
  ['s', 1_000_000_000n],
  ['ms', 1_000_000n],
  ['us', 1000n],
  ['µs', 1000n],
  ['ns', 1n],
]);
const PART = /(\d+)(?:\.(\d*))?(ms|us|µs|ns|h|m|s)/y;
const MAX_DURATION_TEXT = 60;

/** `1h30m`, `-1.5s`, `250ms` as microseconds, digits beyond them cut off; throws `conversion` for anything else. */
export function parseDuration(text: string): bigint {
  const isNegative = text.startsWith('-');
  const body = isNegative || text.startsWith('+') ? text.slice(1) : text;
  if (body === '0') return 0n;
  if (body === '' || body.length > MAX_DURATION_TEXT) throw new EvaluationError('conversion', 'duration(string)');
  let nanos = 0n;
  PART.lastIndex = 0;
  for (let at = 0; at < body.length; at = PART.lastIndex) {
    const [, whole = '', fraction = '', unit = ''] = PART.exec(body) ?? [];
    const scale = NANOS.get(unit);
    if (scale === undefined) throw new EvaluationError('conversion', 'duration(string)');
    nanos += (BigInt(whole + fraction) * scale) / 10n ** BigInt(fraction.length);
  }
  const micros = nanos / 1000n;
  return checkedDuration(isNegative ? -micros : micros, 'duration(string)');
}

/** Seconds with 0, 3 or 6 fraction digits: `5400s`, `-0.250s`. */
export function formatDuration(micros: bigint): string {
  const size = micros < 0n ? -micros : micros;
  const digits = (size % MICROS).toString().padStart(6, '0');
  const fraction = digits === '000000' ? '' : `.${digits.endsWith('000') ? digits.slice(0, 3) : digits}`;
  return `${micros < 0n ? '-' : ''}${size / MICROS}${fraction}s`;
}
