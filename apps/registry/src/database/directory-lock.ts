/**
 * One process at a time for a folder: PGlite does not notice a second one, and two destroy the data.
 *
 * The lock is a file that names its holder and is rewritten now and then while it is held. A holder of this host counts
 * as gone when its process is; one of another host (a shared volume) when the file has not changed for a while, by the
 * file system's own clock. So a killed holder never has to be cleaned up by hand.
 */
import { randomUUID } from 'node:crypto';
import { link, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { LarderError } from '@larder/registry';
import { z } from 'zod';
import { errorCode } from '../error-code.js';
import { processStart } from './process-start.js';

export interface DirectoryLock {
  /** Gives the folder free; may be called more than once. */
  release(): Promise<void>;
}

export interface LockOptions {
  /** How often a held lock's file is rewritten; 5,000 by default. */
  readonly touchMs?: number;
  /** How long the file of another host's lock may stay unchanged; 30,000 by default. */
  readonly staleMs?: number;
}

const FILE = 'larder.lock';
const TOUCH_MS = 5_000;
const STALE_MS = 30_000;
const ATTEMPTS = 3;

const holderSchema = z.object({ token: z.string(), host: z.string(), pid: z.int(), processStart: z.string() });
type Holder = z.infer<typeof holderSchema>;

/** Takes the lock of an existing folder. Throws FAILED_PRECONDITION that names the process which has it. */
export async function lockDirectory(directory: string, options: LockOptions = {}): Promise<DirectoryLock> {
  const path = join(directory, FILE);
  const own = await ownIdentity();
  const draft = `${path}.${own.token}`;
  await writeFile(draft, JSON.stringify(own));
  try {
    for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
      if (await isLinked(draft, path)) return hold(path, own, options.touchMs ?? TOUCH_MS);
      const other = await readHolder(path);
      const stale =
        other === undefined || (await isStale(other, { path, draft, staleMs: options.staleMs ?? STALE_MS }));
      if (!stale) throw taken(directory, other);
      await removeStale(path, other);
    }
  } finally {
    await rm(draft, { force: true });
  }
  throw new LarderError('FAILED_PRECONDITION', `${directory} is being opened by other processes; try again`);
}

async function ownIdentity(): Promise<Holder> {
  return { token: randomUUID(), host: hostname(), pid: process.pid, processStart: await processStart(process.pid) };
}

/** A link appears with its content and only where nothing is: two processes cannot both make it. */
async function isLinked(draft: string, path: string): Promise<boolean> {
  try {
    await link(draft, path);
    return true;
  } catch (error) {
    if (errorCode(error) === 'EEXIST') return false;
    throw error;
  }
}

function hold(path: string, own: Holder, touchMs: number): DirectoryLock {
  const isOwn = async (): Promise<boolean> => (await readHolder(path))?.token === own.token;
  const touch = async (): Promise<void> => {
    if (await isOwn()) await writeFile(path, JSON.stringify(own), { flag: 'r+' });
  };
  const timer = setInterval(() => void touch().catch(() => undefined), touchMs);
  timer.unref();
  const release = async (): Promise<void> => {
    clearInterval(timer);
    if (await isOwn()) await rm(path, { force: true });
  };
  let released: Promise<void> | undefined;
  return { release: () => (released ??= release()) };
}

async function readHolder(path: string): Promise<Holder | undefined> {
  try {
    return holderSchema.parse(JSON.parse(await readFile(path, 'utf8')));
  } catch {
    return undefined;
  }
}

async function isStale(holder: Holder, files: { path: string; draft: string; staleMs: number }): Promise<boolean> {
  if (holder.host === hostname()) return holder.processStart !== (await processStart(holder.pid));
  const [touched, now] = await Promise.all([stat(files.path).catch(() => undefined), stat(files.draft)]);
  return touched === undefined || now.mtimeMs - touched.mtimeMs > files.staleMs;
}

/** Moves the file aside before removing it: of two that found it stale, only one gets that very file, the other puts it back. */
async function removeStale(path: string, stale: Holder | undefined): Promise<void> {
  const aside = `${path}.${randomUUID()}`;
  try {
    await rename(path, aside);
  } catch {
    return;
  }
  const moved = await readHolder(aside);
  if (moved?.token === stale?.token) await rm(aside, { force: true });
  else await rename(aside, path);
}

function taken(directory: string, { pid, host }: Holder): LarderError {
  const message = `${directory} is in use by process ${pid} on ${host}; stop it, or give this registry a folder of its own (LARDER_DATA_DIRECTORY)`;
  return new LarderError('FAILED_PRECONDITION', message, { pid, host });
}
