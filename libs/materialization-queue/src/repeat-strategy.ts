import type { RepeatOptions } from 'bullmq';
import { cadenceOf, nextTickMillis } from './view-schedule.js';

/** When a scheduler ticks next, by Larder's own rule for cadences: BullMQ's would count `every` from when it was added. */
export function repeatStrategy(millis: number, { pattern = '', tz }: RepeatOptions): number | undefined {
  return nextTickMillis(cadenceOf({ pattern, ...(tz === undefined ? {} : { timeZone: tz }) }), millis);
}
