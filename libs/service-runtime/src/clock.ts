import type { Clock, Instant } from '@larder/registry';
import { instantFromMillis } from '@larder/registry';

/** The machine's clock, to the millisecond. The only reader of wall-clock time; everything else is given a `Clock`. */
export const systemClock: Clock = { now: () => instantFromMillis(Date.now()) };

/** A clock that always shows the same instant, for examples and reproducible runs (`LARDER_FIXED_NOW`). */
export function fixedClock(instant: Instant): Clock {
  return { now: () => instant };
}
