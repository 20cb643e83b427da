import { isLarderError, parseInstant } from '@larder/registry';
import { z } from 'zod';

const MAX_INT64 = 2n ** 63n - 1n;
const MIN_INT64 = -(2n ** 63n);

const PLAIN = /^[^\p{Cc}\p{Cs}]*$/u;

/** An int64 in decimal digits: JSON numbers lose digits beyond 2^53. */
export const int64Text = z.string().refine(isInt64Text, 'expected an int64 as text in decimal digits');

/** ISO 8601, to the microsecond. */
export const instantText = z.string().refine(isInstantText, 'expected an ISO 8601 time such as 2026-05-07T22:00:00Z');

/** One line of text for people, without control characters. */
export function plainText(maxLength: number): z.ZodType<string> {
  return z
    .string()
    .min(1)
    .max(maxLength)
    .refine((text) => PLAIN.test(text), 'expected text without control characters');
}

function isInt64Text(text: string): boolean {
  if (!/^-?\d{1,19}$/.test(text)) return false;
  const value = BigInt(text);
  return value >= MIN_INT64 && value <= MAX_INT64;
}

function isInstantText(text: string): boolean {
  try {
    parseInstant(text);
    return true;
  } catch (error) {
    if (isLarderError(error)) return false;
    throw error;
  }
}
