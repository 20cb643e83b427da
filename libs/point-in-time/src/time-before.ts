import type { Instant } from '@larder/registry';
import { instantFromMicros, MICROS_PER_SECOND } from '@larder/registry';

const FIRST_MICROS = -62_135_596_800_000_000n;

/** `seconds` before an instant; the beginning of time where that lies before it. */
export function secondsBefore(instant: Instant, seconds: number): Instant {
  const micros = instant - BigInt(seconds) * MICROS_PER_SECOND;
  return instantFromMicros(micros < FIRST_MICROS ? FIRST_MICROS : micros);
}
