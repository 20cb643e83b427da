import { inspect } from 'node:util';
import { setTimeout as delay } from 'node:timers/promises';

/** What to wait for and how long. */
export interface WaitOptions<Value> {
  /** When a value is the awaited one; by default when it is neither false, 0, '', null nor undefined. */
  readonly until?: (value: Value) => boolean;
  /** 10,000 by default. */
  readonly timeoutMs?: number;
  /** Pause between two looks; 20 by default. */
  readonly intervalMs?: number;
  /** What is awaited, for the error: "the row to be readable". */
  readonly describe?: string;
}

/**
 * Looks again and again until it sees what it waits for, and returns that value. A look that throws counts as "not yet".
 *
 * Throws an `Error` after `timeoutMs` with the last value seen, or the last error, also when a look itself hangs.
 */
export async function waitFor<Value>(
  look: () => Value | Promise<Value>,
  options: WaitOptions<Value> = {},
): Promise<Value> {
  const { until = Boolean, timeoutMs = 10_000, intervalMs = 20, describe = 'a condition' } = options;
  const over = new AbortController();
  const timeout = delay(timeoutMs, 'timeout' as const, { signal: over.signal }).catch(() => 'timeout' as const);
  let last = 'nothing was seen';
  try {
    for (;;) {
      const seen = await Promise.race([attempt(look, until), timeout]);
      if (seen === 'timeout') break;
      if (seen.done) return seen.value;
      last = seen.text;
      if ((await Promise.race([delay(intervalMs), timeout])) === 'timeout') break;
    }
  } finally {
    over.abort();
  }
  throw new Error(`waited ${timeoutMs} ms in vain for ${describe}; last seen: ${last}`);
}

type Attempt<Value> = { readonly done: true; readonly value: Value } | { readonly done: false; readonly text: string };

async function attempt<Value>(
  look: () => Value | Promise<Value>,
  until: (value: Value) => boolean,
): Promise<Attempt<Value>> {
  try {
    const value = await look();
    return until(value) ? { done: true, value } : { done: false, text: inspect(value, { depth: 4 }) };
  } catch (error) {
    return { done: false, text: String(error) };
  }
}
