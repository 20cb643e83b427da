import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** A folder for one test. */
export interface TemporaryDirectory {
  /** Its absolute path. */
  readonly path: string;
  /** Removes it with everything inside; may be called more than once. */
  close(): Promise<void>;
}

/** Makes a fresh, empty folder that only this user can read. */
export async function temporaryDirectory(): Promise<TemporaryDirectory> {
  const path = await mkdtemp(join(tmpdir(), 'larder-test-'));
  return { path, close: () => rm(path, { recursive: true, force: true, maxRetries: 3 }) };
}
