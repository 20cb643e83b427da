import { openLocalRedis, type LocalRedis } from '@larder/local-services';

/** A Redis of a test's own: empty, in memory, on a unix socket. */
export interface TestRedis {
  /** What ioredis takes as its one string: the absolute path of the socket. */
  readonly url: string;
  /** The process id of the server, for tests that stop or kill it. */
  readonly pid: number;
  /** Ends the server and removes its folder. */
  close(): Promise<void>;
}

/**
 * Starts a fresh Redis: the one on the PATH, else the distribution's package from the cache folder.
 *
 * Throws an `Error` that says why none can be had; a test never goes on without the real thing.
 */
export async function startTestRedis(): Promise<TestRedis> {
  return ownedRedis(await openLocalRedis());
}

/** The server that was started, or the error that a test shows. */
export function ownedRedis(redis: Awaited<ReturnType<typeof openLocalRedis>>): TestRedis {
  if (redis.kind === 'unavailable') throw new Error(`this test needs a Redis; install redis-server. ${redis.reason}`);
  return { url: redis.url, pid: pidOf(redis), close: redis.close };
}

function pidOf(redis: LocalRedis): number {
  if (redis.pid === undefined) throw new Error(`${redis.describe} was not started for this test`);
  return redis.pid;
}
