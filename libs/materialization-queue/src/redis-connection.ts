import { LarderError } from '@larder/registry';
import { Redis } from 'ioredis';

/** How long a command of a request may take; a worker's connection waits for as long as Redis is away. */
const COMMAND_TIMEOUT_MS = 5_000;

/** A connection for requests: while Redis is away its commands fail after some seconds instead of waiting. */
export function connectForRequests(url: string): Redis {
  return quiet(
    new Redis(url, { lazyConnect: true, maxRetriesPerRequest: 1, commandTimeout: COMMAND_TIMEOUT_MS, retryStrategy }),
  );
}

/** A connection for a worker: waits until Redis is back. */
export function connectForWorker(url: string): Redis {
  return quiet(new Redis(url, { lazyConnect: true, maxRetriesPerRequest: null, retryStrategy }));
}

/** Ends a connection for good: what still waits for it inside BullMQ may not bring it back. */
export function endConnection(redis: Redis): void {
  redis.options.retryStrategy = () => null;
  redis.disconnect();
}

/** Where a connection leads, without its password. */
export function redisPlace(url: string): string {
  if (!URL.canParse(url)) return url;
  const { protocol, host, pathname } = new URL(url);
  return `${protocol}//${host}${pathname === '/' ? '' : pathname}`;
}

/** Runs a command; what the connection throws becomes UNAVAILABLE. */
export async function answered<T>(place: string, call: () => Promise<T>): Promise<T> {
  try {
    return await call();
  } catch (error) {
    if (error instanceof LarderError) throw error;
    const reason = error instanceof Error ? error.message : String(error);
    throw new LarderError('UNAVAILABLE', `queue on Redis at ${place} does not answer: ${reason}`, {}, { cause: error });
  }
}

function retryStrategy(attempt: number): number {
  return Math.min(50 * attempt, 1_000);
}

function quiet(redis: Redis): Redis {
  return redis.on('error', () => undefined);
}
