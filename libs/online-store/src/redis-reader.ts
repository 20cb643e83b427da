import { LarderError } from '@larder/registry';
import type { KeyList } from './key-list.js';
import type { MgetValues } from './mget-replies.js';
import type { ConnectionEnd } from './read-connection.js';
import { ReadConnection } from './read-connection.js';
import type { RedisAddress } from './redis-address.js';
import { redisAddressText } from './redis-address.js';
import { asUnavailable, connectionError } from './redis-errors.js';
import { openRedisSocket } from './redis-socket.js';

const FIRST_RETRY_DELAY_MS = 20;
const MAX_RETRY_DELAY_MS = 500;

/** A connection that is lost sooner than this counts as a failed attempt: a server that hangs up on everyone is not called in a loop. */
const SHORT_LIFE_MS = 1_000;

/**
 * The read path: one connection for all MGETs, opened at the first read and again whenever it is lost.
 *
 * A read waits while the connection is being opened for the first time or after a loss. Once an attempt has failed, reads
 * fail at once with UNAVAILABLE until one has succeeded; attempts go on by themselves, at most half a second apart.
 */
export class RedisReader {
  private readonly where: string;
  private connection: ReadConnection | undefined;
  private opening: Promise<void> | undefined;
  /** Why the last attempt failed; undefined while there is hope. */
  private failure: LarderError | undefined;
  private failedAttempts = 0;
  private retry: NodeJS.Timeout | undefined;
  private readonly ending = new AbortController();

  constructor(
    private readonly address: RedisAddress,
    private readonly timeoutMs: number,
  ) {
    this.where = redisAddressText(address);
  }

  /** The values of 1 or more keys, in order; null where there is no string. Throws UNAVAILABLE. */
  read(keys: KeyList): Promise<MgetValues> {
    return this.connection?.read(keys) ?? this.opened().then((connection) => connection.read(keys));
  }

  /** Resolves when the server answered. Throws UNAVAILABLE. */
  async ping(): Promise<void> {
    await (this.connection ?? (await this.opened())).ping();
  }

  /** Ends the connection and all attempts; what waits fails. */
  close(): void {
    this.ending.abort();
    clearTimeout(this.retry);
    this.connection?.end(this.closedError());
  }

  private get closed(): boolean {
    return this.ending.signal.aborted;
  }

  private async opened(): Promise<ReadConnection> {
    if (this.failure === undefined) await (this.opening ??= this.open());
    if (this.connection !== undefined) return this.connection;
    const { message } = this.failure ?? connectionError(this.where, 'closed the connection');
    throw new LarderError('UNAVAILABLE', message, {}, { cause: this.failure });
  }

  private async open(): Promise<void> {
    try {
      if (this.closed) throw this.closedError();
      const socket = await openRedisSocket(this.address, this.timeoutMs, this.ending.signal);
      const { where, timeoutMs } = this;
      this.connection = new ReadConnection({ socket, where, timeoutMs, onEnd: (end) => this.lost(end) });
      this.failure = undefined;
      if (this.closed) this.connection.end(this.closedError());
    } catch (error) {
      this.failure = this.closed ? this.closedError() : asUnavailable(error);
      this.failedAttempts++;
      this.tryAgainLater();
    } finally {
      this.opening = undefined;
    }
  }

  private lost({ error, livedMs, silent }: ConnectionEnd): void {
    this.connection = undefined;
    const shortLived = livedMs < SHORT_LIFE_MS;
    if (silent || shortLived || this.closed) this.failure = error;
    this.failedAttempts = shortLived ? this.failedAttempts + 1 : 0;
    if (shortLived) this.tryAgainLater();
    else if (!this.closed) this.opening = this.open();
  }

  private tryAgainLater(): void {
    if (this.closed) return;
    const delayMs = Math.min(FIRST_RETRY_DELAY_MS * 2 ** Math.min(this.failedAttempts, 10), MAX_RETRY_DELAY_MS);
    this.retry = setTimeout(() => {
      this.opening = this.open();
    }, delayMs);
    this.retry.unref();
  }

  private closedError(): LarderError {
    return connectionError(this.where, 'the online store was closed');
  }
}
