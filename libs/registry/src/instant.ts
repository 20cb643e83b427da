import { LarderError } from './larder-error.js';

declare const instantBrand: unique symbol;

/** A moment: microseconds since 1970-01-01T00:00:00Z. Range: years 1 to 9999. The only type of time inside Larder. */
export type Instant = bigint & { readonly [instantBrand]: true };

const MICROS_PER_MILLI = 1000n;
export const MICROS_PER_SECOND = 1_000_000n;
const MIN_MICROS = -62_135_596_800_000_000n;
const MAX_MICROS = 253_402_300_799_999_999n;

/** Microseconds since the epoch as an instant. Throws INVALID_ARGUMENT outside years 1 to 9999. */
export function instantFromMicros(micros: bigint): Instant {
  if (micros < MIN_MICROS || micros > MAX_MICROS) {
    throw new LarderError(
      'INVALID_ARGUMENT',
      `time out of range: ${micros} microseconds is outside the years 1 to 9999`,
    );
  }
  return micros as Instant;
}

/** Milliseconds since the epoch (as `Date.now()` gives them; fractions are cut off) as an instant. Throws like `instantFromMicros`. */
export function instantFromMillis(millis: number): Instant {
  if (!Number.isFinite(millis)) throw new LarderError('INVALID_ARGUMENT', `not a time: ${millis} milliseconds`);
  return instantFromMicros(BigInt(Math.floor(millis)) * MICROS_PER_MILLI);
}

/** An instant's whole milliseconds since the epoch, rounded down before 1970 too. */
export function millisFromInstant(instant: Instant): number {
  const rest = instant % MICROS_PER_MILLI;
  return Number((instant - (rest < 0n ? rest + MICROS_PER_MILLI : rest)) / MICROS_PER_MILLI);
}

const DATE = String.raw`(\d{4})-(\d{2})-(\d{2})`;
const TIME = String.raw`(\d{2}):(\d{2})(?::(\d{2})(?:\.(\d{1,9}))?)?`;
const ZONE = String.raw`Z|[+-](?:[01]\d|2[0-3])(?::?[0-5]\d)?`;
const PATTERN = new RegExp(`^${DATE}(?:[T ]${TIME}\\s*(${ZONE})?)?$`, 'i');

/**
 * An ISO 8601 date or timestamp as an instant, to the microsecond; digits beyond it are cut off. Without a zone it is
 * UTC; with one (`Z`, `+02`, `-0800`, `+05:30`) it is normalised. Throws INVALID_ARGUMENT for anything else, impossible
 * dates and years outside 1 to 9999 included.
 */
export function parseInstant(text: string): Instant {
  const match = PATTERN.exec(text.trim());
  const millis = match === null ? undefined : utcMillis(match.slice(1, 7));
  if (match === null || millis === undefined) {
    throw new LarderError(
      'INVALID_ARGUMENT',
      `not a time: ${JSON.stringify(text)}; expected ISO 8601 such as 2026-05-07T22:00:00Z`,
    );
  }
  const [, , , , , , , fraction = '', zone = 'Z'] = match;
  const micros = BigInt(millis) * MICROS_PER_MILLI + BigInt(fraction.padEnd(6, '0').slice(0, 6));
  return instantFromMicros(micros - zoneOffsetSeconds(zone) * MICROS_PER_SECOND);
}

/** Undefined when the calendar or the clock has no such moment. */
function utcMillis(parts: readonly (string | undefined)[]): number | undefined {
  const [year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0] = parts.map((part) => Number(part ?? 0));
  const date = new Date(Date.UTC(2000, month - 1, day, hour, minute, second));
  date.setUTCFullYear(year, month - 1, day);
  const exists = date.getUTCMonth() === month - 1 && date.getUTCDate() === day && date.getUTCHours() === hour;
  return exists && minute < 60 && second < 60 ? date.getTime() : undefined;
}

function zoneOffsetSeconds(zone: string): bigint {
  if (zone.toUpperCase() === 'Z') return 0n;
  const sign = zone.startsWith('-') ? -1 : 1;
  const digits = zone.slice(1).replace(':', '').padEnd(4, '0');
  return BigInt(sign * (Number(digits.slice(0, 2)) * 3600 + Number(digits.slice(2)) * 60));
}

/** RFC 3339 in UTC with 0, 3 or 6 fraction digits: `2026-05-07T22:00:00Z`. Throws INVALID_ARGUMENT outside years 1 to 9999. */
export function formatInstant(instant: bigint): string {
  const known = instantFromMicros(instant);
  const micros = ((known % MICROS_PER_SECOND) + MICROS_PER_SECOND) % MICROS_PER_SECOND;
  const seconds = (known - micros) / MICROS_PER_SECOND;
  const base = new Date(Number(seconds) * 1000).toISOString().slice(0, 19);
  if (micros === 0n) return `${base}Z`;
  const digits = micros.toString().padStart(6, '0');
  return `${base}.${digits.endsWith('000') ? digits.slice(0, 3) : digits}Z`;
}

/** Where the time comes from; injected, so that examples and tests run on a clock of their own. */
export interface Clock {
  now(): Instant;
}
