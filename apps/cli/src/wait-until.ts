import { LarderError } from '@larder/registry';

const INTERVAL_MS = 50;
const LIMIT_MS = 30_000;

/** Looks until the condition holds; DEADLINE_EXCEEDED that says what was waited for after half a minute. */
export async function waitUntil(what: string, condition: () => Promise<boolean>): Promise<void> {
  const startedMs = performance.now();
  while (!(await condition())) {
    if (performance.now() - startedMs > LIMIT_MS)
      throw new LarderError('DEADLINE_EXCEEDED', `waited ${LIMIT_MS / 1000} s for ${what}`);
    await new Promise((resolve) => setTimeout(resolve, INTERVAL_MS));
  }
}
