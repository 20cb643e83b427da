import type { Instant } from '@larder/registry';
import { MICROS_PER_SECOND, parseInstant } from '@larder/registry';
import type { JobName, JobPayload } from './jobs.js';

/** Who asks for a materialization, the most urgent first: reads that would answer UNAVAILABLE, events, cadence, people, history. */
export const REQUESTERS = ['serving', 'push', 'schedule', 'manual', 'backfill'] as const;

export type Requester = (typeof REQUESTERS)[number];

const STEP = 10;
const REMOVAL = 2_000_000;
const MAX_BACKFILL_DAYS = 1_000_000;
const DAY_MICROS = 86_400n * MICROS_PER_SECOND;

/**
 * A job's priority as BullMQ counts: 1 to 2,097,151, lower runs first; equal ones run in the order they were added.
 * serving 10 > push 20 > schedule 30 > manual 40 > backfill from 50, where each day of age adds one: recent before old.
 * Removing old generations comes last.
 */
export function jobPriority<N extends JobName>(payload: JobPayload<N>, now: Instant): number {
  if (!('requestedBy' in payload)) return REMOVAL;
  const { requestedBy } = payload;
  const base = STEP * (REQUESTERS.indexOf(requestedBy) + 1);
  if (requestedBy !== 'backfill' || !('asOf' in payload) || payload.asOf === undefined) return base;
  return base + ageInDays(parseInstant(payload.asOf), now);
}

function ageInDays(asOf: Instant, now: Instant): number {
  const days = Number((now - asOf) / DAY_MICROS);
  return Math.min(Math.max(days, 0), MAX_BACKFILL_DAYS);
}
