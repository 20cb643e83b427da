import type { Problem } from '@larder/registry';
import { isLarderError, LarderError } from '@larder/registry';
import type { QueryOptions } from '../connection-pool.js';

export interface InspectionLimits {
  readonly signal?: AbortSignal;
  /** For the whole inspection; checks that take longer fail it, looks at rows are left out. */
  readonly timeoutSeconds: number;
  /** For one look at the rows of a source. */
  readonly lookSeconds: number;
}

/** Time kept for the answer. */
const RESERVE_SECONDS = 0.5;
const LEFT_OUT: readonly string[] = ['RESOURCE_EXHAUSTED', 'DEADLINE_EXCEEDED'];
const WRONG: readonly string[] = ['FAILED_PRECONDITION', 'INVALID_ARGUMENT', 'PERMISSION_DENIED'];

/** Divides the time of an inspection: looks at rows that do not fit are left out, with a warning that says so. */
export class Budget {
  private readonly endMs: number;

  constructor(private readonly limits: InspectionLimits) {
    this.endMs = performance.now() + limits.timeoutSeconds * 1000;
  }

  /** Options of a step without which there is no answer. */
  forCheck(): QueryOptions {
    return this.options(this.secondsLeft());
  }

  /** Options of one look at rows. DEADLINE_EXCEEDED when there is no time left for it. */
  forLook(): QueryOptions {
    this.limits.signal?.throwIfAborted();
    const seconds = Math.min(this.limits.lookSeconds, this.secondsLeft() - RESERVE_SECONDS);
    if (seconds <= 0)
      throw new LarderError('DEADLINE_EXCEEDED', `the inspection has no more time (${this.limits.timeoutSeconds} s)`);
    return this.options(seconds);
  }

  private secondsLeft(): number {
    return Math.max(0.001, (this.endMs - performance.now()) / 1000);
  }

  private options(timeoutSeconds: number): QueryOptions {
    const { signal } = this.limits;
    return { timeoutSeconds, ...(signal === undefined ? {} : { signal }) };
  }
}

export interface Findings {
  readonly problems: Problem[];
  readonly warnings: Problem[];
}

/**
 * What a look at rows gives; undefined when it failed. Data that cannot be read as declared is a problem, what takes too long or
 * too much memory a warning; everything else ends the inspection.
 */
export async function look<T>(
  { problems, warnings }: Findings,
  path: string,
  work: () => Promise<T>,
): Promise<T | undefined> {
  try {
    return await work();
  } catch (error) {
    if (!isLarderError(error)) throw error;
    if (WRONG.includes(error.code)) problems.push({ path, message: error.message });
    else if (LEFT_OUT.includes(error.code))
      warnings.push({ path, message: `the rows were not looked at: ${error.message}` });
    else throw error;
    return undefined;
  }
}
