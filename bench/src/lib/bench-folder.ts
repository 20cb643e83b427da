import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** A folder of the bench's own, removed with all that is in it. */
export async function openBenchFolder(): Promise<{ readonly path: string; close(): Promise<void> }> {
  const path = await mkdtemp(join(tmpdir(), 'larder-bench-'));
  return { path, close: () => rm(path, { recursive: true, force: true }) };
}
