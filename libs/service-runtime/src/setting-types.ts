import type { Instant } from '@larder/registry';
import { isLarderError, parseInstant } from '@larder/registry';
import { z } from 'zod';

/** Bounds, both included, and the value when the variable is not set. */
export interface IntegerSetting {
  readonly min: number;
  readonly max: number;
  readonly default: number;
}

const MAX_PORT = 65_535;
/** A project's name, or the beginning of names and a star. */
const PROJECT_PATTERN = /^(\*|[a-z][a-z0-9_-]{0,62}\*?)$/;

/** A whole number in decimal digits. */
export function integerText({ min, max, default: absent }: IntegerSetting): z.ZodType<number> {
  return integerBetween(min, max).default(absent);
}

/** A whole number in decimal digits, undefined when the variable is not set. */
export function optionalIntegerText({ min, max }: Omit<IntegerSetting, 'default'>): z.ZodType<number | undefined> {
  return integerBetween(min, max).optional();
}

/** A TCP port; 0 lets the system choose. */
export function portText(absent: number): z.ZodType<number> {
  return integerText({ min: 0, max: MAX_PORT, default: absent });
}

/** A URL with one of these schemes, each with its colon; checked, and kept as it was written. */
export function urlText(schemes: readonly string[]): z.ZodType<string> {
  const expected = `expected a URL such as ${schemes.map((scheme) => `${scheme}//…`).join(' or ')}`;
  return z.string().refine((text) => URL.canParse(text) && schemes.includes(new URL(text).protocol), expected);
}

/** An ISO 8601 time. */
export function instantText(): z.ZodType<Instant> {
  return z.string().transform((text, context): Instant => {
    try {
      return parseInstant(text);
    } catch (error) {
      if (!isLarderError(error)) throw error;
      context.addIssue({ code: 'custom', message: error.message });
      return z.NEVER;
    }
  });
}

/**
 * Projects as a list separated by commas: names, and patterns that end with `*` (`shop,dev-*`). Each once, in their order.
 * `absent` stands for a variable that is not set; without it the variable is required.
 */
export function projectPatternsText(absent?: readonly string[]): z.ZodType<readonly string[]> {
  const given = z.string().transform((text, context): readonly string[] => {
    const patterns = text.split(',').map((each) => each.trim());
    const wrong = patterns.findIndex((each) => !PROJECT_PATTERN.test(each));
    if (wrong >= 0)
      context.addIssue({
        code: 'custom',
        message: `expected names such as shop and patterns such as dev-*, separated by commas; entry ${wrong + 1} is neither`,
      });
    return [...new Set(patterns)];
  });
  return absent === undefined ? given : given.default(absent);
}

function integerBetween(min: number, max: number): z.ZodType<number> {
  const expected = `expected a whole number from ${min} to ${max}`;
  return z
    .string()
    .regex(/^\d{1,15}$/, expected)
    .transform(Number)
    .refine((value) => value >= min && value <= max, expected);
}
