import { Redis } from 'ioredis';
import type { RedisAddress } from './redis-address.js';
import { redisAddressText } from './redis-address.js';
import { connectionError, replyError } from './redis-errors.js';

/** What the control path asks of ioredis, for whoever must not care how. */
export type ControlCommand<T> = (redis: Redis) => Promise<T>;

/** ioredis waits this long for a socket to close that may be closed already; its 2,000 would hold up the end of the process. */
const DISCONNECT_TIMEOUT_MS = 100;

/**
 * Everything that is not reading or writing rows: pointers, scans. Rare, so ioredis with its comforts; connects at the first
 * command. A command is never sent twice by itself: a compare-and-set that was lost on the way may have been carried out.
 */
export class RedisControl {
  private readonly redis: Redis;
  private readonly where: string;
  /** Why the last attempt to connect failed; undefined once one has succeeded. ioredis itself only says that it gave up. */
  private connectionFailure: Error | undefined;

  constructor(address: RedisAddress, timeoutMs: number) {
    this.where = redisAddressText(address);
    this.redis = new Redis({
      ...connectionOptions(address),
      lazyConnect: true,
      commandTimeout: timeoutMs,
      connectTimeout: timeoutMs,
      socketTimeout: timeoutMs,
      disconnectTimeout: DISCONNECT_TIMEOUT_MS,
      maxRetriesPerRequest: 0,
      autoResendUnfulfilledCommands: false,
      retryStrategy: (attempt) => Math.min(20 * 2 ** attempt, 500),
    });
    this.redis.on('error', (error: Error) => this.noteConnectionError(error));
    this.redis.on('ready', () => (this.connectionFailure = undefined));
  }

  /**
   * Sends a command; fails at once while attempts to connect fail. UNAVAILABLE when there is no answer: it may or may not
   * have been carried out; otherwise what `replyError` makes of the reply.
   */
  async call<T>(command: ControlCommand<T>): Promise<T> {
    if (this.connectionFailure !== undefined) throw this.translated(this.connectionFailure);
    try {
      return await command(this.redis);
    } catch (error) {
      throw this.translated(error);
    }
  }

  /** Ends the connection; what waits fails. */
  close(): void {
    this.redis.disconnect();
  }

  /** ioredis goes on in database 0 when the one it was asked for does not exist. Larder must not read another database. */
  private noteConnectionError(error: Error): void {
    this.connectionFailure = error;
    if (isReply(error) && error.command?.name === 'select') this.redis.disconnect(true);
  }

  private translated(error: unknown): Error {
    const cause = isGaveUp(error) && this.connectionFailure !== undefined ? this.connectionFailure : error;
    if (isReply(cause)) return replyError(this.where, cause.message);
    return connectionError(this.where, cause instanceof Error ? cause.message : String(cause), error);
  }
}

interface Reply extends Error {
  readonly command?: { readonly name: string };
}

function isReply(error: unknown): error is Reply {
  return error instanceof Error && error.name === 'ReplyError';
}

/** The errors ioredis gives to commands that waited for a connection in vain. */
function isGaveUp(error: unknown): boolean {
  return (
    error instanceof Error && (error.name === 'MaxRetriesPerRequestError' || error.message === 'Connection is closed.')
  );
}

function connectionOptions({
  path,
  host,
  port,
  tls,
  username,
  password,
  database,
}: RedisAddress): Record<string, unknown> {
  return {
    ...(path === undefined ? { host, port } : { path }),
    ...(tls ? { tls: {} } : {}),
    ...(username === undefined ? {} : { username }),
    ...(password === undefined ? {} : { password }),
    db: database,
  };
}
