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
    throw new LarderError('INVALID_ARGUMENT', `time out of range: ${micros} microseconds is outside the years 1 to 9999`);
  }
  return micros as Instant;
}

/** Milliseconds since the epoch (as `Date.now()` gives them) as an instant. */
export function instantFromMillis(millis: number): Instant {
  return instantFromMicros(BigInt(Math.floor(millis)) * MICROS_PER_MILLI);
}

const PATTERN = /^(\d{4})-(\d{2})-(\d{2})(?:[T ](\d{2}):(\d{2})(?::(\d{2})(?:\.(\d{1,9}))?)?)?\s*(Z|[+-]\d{2}(?::?\d{2})?)?$/i;

/**
 * An ISO 8601 date or timestamp as an instant, to the microsecond. Without a zone it is UTC; with one it is normalised.
 * Throws INVALID_ARGUMENT for anything else, impossible dates included.
 */
export function parseInstant(text: string): Instant {
  const match = PATTERN.exec(text.trim());
  const problem = (): LarderError =>
    new LarderError('INVALID_ARGUMENT', `not a time: ${JSON.stringify(text)}; expected ISO 8601 such as 2026-05-07T22:00:00Z`);
  if (!match) throw problem();
  const [, year, month, day, hour = '00', minute = '00', second = '00', fraction = '', zone = 'Z'] = match;
  const millis = Date.UTC(Number(year), Number(month) - 1, Number(day), Number(hour), Number(minute), Number(second));
  const date = new Date(millis);
  if (Number(year) < 100) date.setUTCFullYear(Number(year));
  const exact =
    date.getUTCMonth() === Number(month) - 1 && date.getUTCDate() === Number(day) && date.getUTCHours() === Number(hour) && Number(minute) < 60 && Number(second) < 60;
  if (!exact) throw problem();
  const micros = BigInt(date.getTime()) * MICROS_PER_MILLI + BigInt(fraction.padEnd(6, '0').slice(0, 6));
  return instantFromMicros(micros - zoneOffsetSeconds(zone) * MICROS_PER_SECOND);
}

function zoneOffsetSeconds(zone: string): bigint {
  if (zone.toUpperCase() === 'Z') return 0n;
  const sign = zone.startsWith('-') ? -1 : 1;
  const digits = zone.slice(1).replace(':', '').padEnd(4, '0');
  return BigInt(sign * (Number(digits.slice(0, 2)) * 3600 + Number(digits.slice(2)) * 60));
}

/** RFC 3339 in UTC with 0, 3 or 6 fraction digits: `2026-05-07T22:00:00Z`. */
export function formatInstant(instant: bigint): string {
  const micros = ((instant % MICROS_PER_SECOND) + MICROS_PER_SECOND) % MICROS_PER_SECOND;
  const seconds = (instant - micros) / MICROS_PER_SECOND;
  const base = new Date(Number(seconds) * 1000).toISOString().slice(0, 19);
  if (micros === 0n) return `${base}Z`;
  const digits = micros.toString().padStart(6, '0');
  return `${base}.${digits.endsWith('000') ? digits.slice(0, 3) : digits}Z`;
}

/** Where the time comes from; injected, so that examples and tests run on a clock of their own. */
export interface Clock {
  now(): Instant;
}
