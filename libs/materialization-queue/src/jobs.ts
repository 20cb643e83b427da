import { ERROR_CODES, isLarderError, LarderError, parseInstant } from '@larder/registry';
import type { Problem } from '@larder/registry';
import { z } from 'zod';
import { REQUESTERS } from './job-priority.js';

/**
 * The job catalogue: every job's name, the schema of its payload, how often it is tried and how long it is kept.
 * Payloads name things (project, view, generation, time); they never hold values. Checked when a job is added and again
 * when it is run. The stored form is documented in docs/formats/jobs.md.
 */

const viewReference = {
  project: z.string().regex(/^[a-z0-9][a-z0-9_-]*$/, 'expected lower case letters, digits, - and _'),
  /** The view's small stable id in the project's snapshot. */
  viewId: z.int().min(1),
  /** The view's name, for people. */
  view: z.string().min(1),
};

const instantText = z.string().refine(isInstantText, 'expected an ISO 8601 time');

const materializeView = z.strictObject({
  ...viewReference,
  /** `incremental`: what is new since the last run. `reload`: every row, into a new generation. */
  mode: z.enum(['incremental', 'reload']),
  requestedBy: z.enum(REQUESTERS),
  /** Load what was known at this time; the time at which the run starts when absent. */
  asOf: instantText.optional(),
});

const tickView = z.strictObject({ ...viewReference, requestedBy: z.enum(['push', 'schedule']) });

const removeGeneration = z.strictObject({ ...viewReference, generation: z.int().min(1) });

/** How a job that failed for a passing reason is tried again: the delay doubles from `firstDelayMs`. */
export interface RetryRule {
  readonly attempts: number;
  readonly firstDelayMs: number;
}

/** How many ended jobs stay listed and for how long; 0 = none. */
export interface KeepRule {
  readonly count: number;
  readonly seconds: number;
}

export interface JobDefinition<S extends z.ZodType = z.ZodType> {
  readonly payload: S;
  readonly retry: RetryRule;
  readonly keepSucceeded: KeepRule;
  readonly keepFailed: KeepRule;
  /** True: at most one runs per view at any time, whatever the number of workers. */
  readonly onePerView: boolean;
  /** True: it is heavy, and counts among the jobs that a process runs at the same time (`WorkOptions.slots`). */
  readonly needsSlot: boolean;
}

const DAY_SECONDS = 86_400;
const NONE: KeepRule = { count: 0, seconds: 0 };

export const JOBS = {
  /** Brings a view's newest values into the online store. */
  'materialize-view': {
    payload: materializeView,
    retry: { attempts: 5, firstDelayMs: 1_000 },
    keepSucceeded: { count: 1_000, seconds: 7 * DAY_SECONDS },
    keepFailed: { count: 1_000, seconds: 30 * DAY_SECONDS },
    onePerView: true,
    needsSlot: true,
  },
  /** A tick of a view's cadence: decides whether to request a materialization. Added by the view's scheduler. */
  'tick-view': {
    payload: tickView,
    retry: { attempts: 1, firstDelayMs: 0 },
    keepSucceeded: NONE,
    keepFailed: { count: 100, seconds: DAY_SECONDS },
    onePerView: false,
    needsSlot: false,
  },
  /** Removes the rows of a generation that readers no longer use. */
  'remove-generation': {
    payload: removeGeneration,
    retry: { attempts: 10, firstDelayMs: 5_000 },
    keepSucceeded: NONE,
    keepFailed: { count: 100, seconds: 7 * DAY_SECONDS },
    onePerView: false,
    needsSlot: false,
  },
} as const satisfies Record<string, JobDefinition>;

export type JobName = keyof typeof JOBS;
export type JobPayload<N extends JobName = JobName> = z.infer<(typeof JOBS)[N]['payload']>;
export type MaterializeViewPayload = JobPayload<'materialize-view'>;
export type TickViewPayload = JobPayload<'tick-view'>;
export type RemoveGenerationPayload = JobPayload<'remove-generation'>;

export const JOB_NAMES = Object.keys(JOBS) as readonly JobName[];

export function isJobName(name: string): name is JobName {
  return name in JOBS;
}

/** A payload as the type of its job. Throws INVALID_ARGUMENT with every problem; an unknown job name is one. */
export function parsePayload<N extends JobName>(name: N, payload: unknown): JobPayload<N> {
  if (!isJobName(name))
    throw LarderError.fromProblems('job', [{ path: 'name', message: `expected one of ${JOB_NAMES.join(', ')}` }]);
  const parsed = JOBS[name].payload.safeParse(payload);
  if (!parsed.success) throw LarderError.fromProblems(`job ${String(name)}`, parsed.error.issues.map(toProblem));
  return parsed.data as JobPayload<N>;
}

/** True when a job that failed with this error may succeed later: the code says so, or nobody knows why it failed. */
export function isWorthRetrying(error: unknown): boolean {
  if (!isLarderError(error)) return true;
  return error.code === 'INTERNAL' || ERROR_CODES[error.code].retryable;
}

/** Milliseconds to wait after attempt number `attempt` (from 1) failed. */
export function retryDelayMs({ firstDelayMs }: RetryRule, attempt: number): number {
  return firstDelayMs * 2 ** (attempt - 1);
}

function toProblem({ path, message }: z.core.$ZodIssue): Problem {
  return { path: ['payload', ...path.map(String)].join('.'), message };
}

function isInstantText(text: string): boolean {
  try {
    parseInstant(text);
    return true;
  } catch {
    return false;
  }
}
