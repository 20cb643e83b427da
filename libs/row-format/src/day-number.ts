import { LarderError, parseInstant } from '@larder/registry';

const DAY = /^\d{4}-\d{2}-\d{2}$/;
const DAY_MICROS = 86_400_000_000n;

/** Days since 1970-01-01 of a `YYYY-MM-DD`; INVALID_ARGUMENT for anything else, a time of day and impossible dates included. */
export function dayNumber(text: string): number {
  if (!DAY.test(text))
    throw new LarderError('INVALID_ARGUMENT', `not a date: ${JSON.stringify(text)}; expected YYYY-MM-DD`);
  return Number(parseInstant(text) / DAY_MICROS);
}
