import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { LarderError } from '@larder/registry';
import { defaultCacheDirectory } from './environment.js';
import { failureText } from './failure-text.js';
import { findExecutable } from './find-executable.js';
import { parseRedisUrl, withoutPassword } from './redis-address.js';
import { fetchRedisPackages, type UnpackedRedis } from './redis-packages.js';
import { pingRedis } from './redis-ping.js';
import { openServerProcess } from './server-process.js';

const GIVEN_URL_TIMEOUT_MS = 5_000;
const PING_TIMEOUT_MS = 1_000;

/** Where a Redis may come from. */
export interface LocalRedisOptions {
  /** An existing Redis; when given nothing is started. `redis://…`, `rediss://…` or the absolute path of a unix socket. */
  readonly url?: string;
  /** Folders to look for `redis-server` and `valkey-server`, as in PATH, which is the default; `''` looks nowhere. */
  readonly searchPath?: string;
  /** Where a fetched Redis is kept; `defaultCacheDirectory()` by default. */
  readonly cacheDirectory?: string;
  /** How long a started server may take to answer; 15,000 by default. */
  readonly readyTimeoutMs?: number;
  /** Told in plain words what takes time or did not work. */
  readonly onProgress?: (message: string) => void;
}

/** A Redis that answered a PING. */
export interface LocalRedis {
  /** Whether it was there before, was started from the PATH, or from packages fetched into the cache. */
  readonly kind: 'given-url' | 'path' | 'downloaded';
  /** What ioredis takes as its one string: a `redis://` url or the absolute path of a unix socket. */
  readonly url: string;
  /** The process id of a server that was started here. */
  readonly pid?: number;
  /** One line for people; holds no password. */
  readonly describe: string;
  /** Ends a server that was started here and removes its folder; leaves a given one alone. */
  close(): Promise<void>;
}

/** No Redis can be had here. */
export interface NoLocalRedis {
  readonly kind: 'unavailable';
  /** Why none of the ways worked, for the banner of whoever goes on without. */
  readonly reason: string;
}

/**
 * Opens the Redis a laptop needs, by the first way that works: the given url; `redis-server` or `valkey-server` of the
 * search path; the distribution's package fetched into the cache folder.
 *
 * A started server listens only on a unix socket in a private folder, keeps nothing on disk, never evicts, collates in
 * the C locale, and ends with this process even when that is killed.
 *
 * Throws only for a given url: `INVALID_ARGUMENT` when it cannot be read, `UNAVAILABLE` when nobody answers there.
 */
export async function openLocalRedis(options: LocalRedisOptions = {}): Promise<LocalRedis | NoLocalRedis> {
  if (options.url !== undefined) return openGivenRedis(options.url);
  const reasons: string[] = [];
  for (const open of [openFromSearchPath, openFromPackages]) {
    try {
      return await open(options);
    } catch (error) {
      reasons.push(failureText(error));
      options.onProgress?.(failureText(error));
    }
  }
  return { kind: 'unavailable', reason: reasons.join('; ') };
}

async function openGivenRedis(url: string): Promise<LocalRedis> {
  const address = parseRedisUrl(url);
  const shown = withoutPassword(url);
  await pingRedis(address, GIVEN_URL_TIMEOUT_MS).catch((error: unknown) => {
    throw new LarderError(
      'UNAVAILABLE',
      `url: no Redis answers at ${shown}: ${failureText(error)}`,
      {},
      { cause: error },
    );
  });
  return { kind: 'given-url', url, describe: `Redis at ${shown}`, close: async () => undefined };
}

async function openFromSearchPath(options: LocalRedisOptions): Promise<LocalRedis> {
  for (const name of ['redis-server', 'valkey-server']) {
    const command = await findExecutable(name, options.searchPath);
    if (command !== undefined) return startRedis('path', { command, environment: {} }, options);
  }
  throw new Error('neither redis-server nor valkey-server is on the PATH');
}

async function openFromPackages(options: LocalRedisOptions): Promise<LocalRedis> {
  const cacheDirectory = options.cacheDirectory ?? defaultCacheDirectory();
  return startRedis(
    'downloaded',
    await fetchRedisPackages(cacheDirectory, options.onProgress ?? (() => undefined)),
    options,
  );
}

async function startRedis(
  kind: 'path' | 'downloaded',
  redis: UnpackedRedis,
  options: LocalRedisOptions,
): Promise<LocalRedis> {
  const directory = await mkdtemp(join(tmpdir(), 'larder-redis-'));
  const socket = join(directory, 'redis.sock');
  const server = await openServerProcess({
    name: redis.command,
    ...redis,
    args: redisArguments(directory, socket),
    directory,
    ...(options.readyTimeoutMs === undefined ? {} : { readyTimeoutMs: options.readyTimeoutMs }),
    isReady: () => answers(socket),
  });
  return { kind, url: socket, pid: server.pid, describe: `${redis.command} on a private socket`, close: server.close };
}

function redisArguments(directory: string, socket: string): string[] {
  const network = ['--port', '0', '--unixsocket', socket, '--unixsocketperm', '700'];
  const memoryOnly = ['--save', '', '--appendonly', 'no', '--maxmemory-policy', 'noeviction'];
  return [...network, ...memoryOnly, '--dir', directory, '--daemonize', 'no'];
}

function answers(socket: string): Promise<boolean> {
  return pingRedis(parseRedisUrl(socket), PING_TIMEOUT_MS).then(
    () => true,
    () => false,
  );
}
