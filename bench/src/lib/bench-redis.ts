import { openLocalRedis } from '@larder/local-services';
import { Redis } from 'ioredis';

/** A Redis of the bench's own. */
export interface BenchRedis {
  /** The absolute path of its socket. */
  readonly url: string;
  /** Its version and where it listens. */
  readonly describe: string;
  readonly pid: number;
  close(): Promise<void>;
}

/** Starts an empty Redis without persistence on a unix socket. An Error when none can be had. */
export async function openBenchRedis(): Promise<BenchRedis> {
  const redis = await openLocalRedis();
  if (redis.kind === 'unavailable') throw new Error(`this bench needs a Redis; install redis-server. ${redis.reason}`);
  const { url, pid = 0, close } = redis;
  return { url, pid, close, describe: `Redis ${await versionOf(url)} of its own on a unix socket` };
}

async function versionOf(url: string): Promise<string> {
  const client = new Redis(url);
  try {
    return /redis_version:(\S+)/.exec(await client.info('server'))?.[1] ?? 'of unknown version';
  } finally {
    client.disconnect();
  }
}
