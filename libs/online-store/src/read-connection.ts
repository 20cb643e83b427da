import type { Socket } from 'node:net';
import type { LarderError } from '@larder/registry';
import type { KeyList } from './key-list.js';
import type { MgetValues } from './mget-replies.js';
import { MgetReplies } from './mget-replies.js';
import { asUnavailable, connectionError, replyError } from './redis-errors.js';

export interface ReadConnectionOptions {
  /** An open, logged-in connection; owned from here on. */
  readonly socket: Socket;
  /** The address, for messages. */
  readonly where: string;
  /** How long the oldest read may wait for its reply. */
  readonly timeoutMs: number;
  /** Called once when the connection has ended, whoever ended it. */
  readonly onEnd: (end: ConnectionEnd) => void;
}

export interface ConnectionEnd {
  readonly error: LarderError;
  /** How long the connection has been open. */
  readonly livedMs: number;
  /** The server is there but silent. */
  readonly silent: boolean;
}

interface Pending {
  readonly sentAt: number;
  /** How many values the reply must have. */
  readonly count: number;
  readonly resolve: (values: MgetValues) => void;
  readonly reject: (error: LarderError) => void;
}

/**
 * MGETs one after another on one connection, answered in order. Ends, and fails everything that waits, when the connection
 * is lost, when something else than a reply comes in, or when the oldest read has waited too long.
 */
export class ReadConnection {
  private pending: Pending[] = [];
  private readonly openedAt = performance.now();
  private ended = false;
  private watching = false;
  private readonly replies = new MgetReplies({
    onValues: (values) => this.answer(values),
    onRefusal: (reply) => this.next().reject(asUnavailable(replyError(this.options.where, reply))),
  });

  constructor(private readonly options: ReadConnectionOptions) {
    const { socket, where } = options;
    socket.on('data', (chunk) => this.receive(chunk));
    socket.on('error', (error) => this.end(connectionError(where, error.message, error)));
    socket.on('close', () => this.end(connectionError(where, 'closed the connection')));
  }

  /** The values of 1 or more keys, in order. Throws UNAVAILABLE. */
  read(keys: KeyList): Promise<MgetValues> {
    return this.send(keys.length, keys.command());
  }

  /** Resolves when the server answered. Throws UNAVAILABLE. */
  async ping(): Promise<void> {
    await this.send(0, PING);
  }

  private send(count: number, command: Buffer): Promise<MgetValues> {
    return new Promise((resolve, reject) => {
      if (this.ended) return reject(connectionError(this.options.where, 'closed the connection'));
      this.pending.push({ sentAt: performance.now(), count, resolve, reject });
      this.options.socket.write(command);
      if (!this.watching) this.watch(this.options.timeoutMs);
    });
  }

  /** Closes the connection and fails what waits for a reply. */
  end(error: LarderError, silent = false): void {
    if (this.ended) return;
    this.ended = true;
    this.options.socket.destroy();
    const { pending } = this;
    this.pending = [];
    for (const { reject } of pending) reject(error);
    this.options.onEnd({ error, silent, livedMs: performance.now() - this.openedAt });
  }

  private receive(chunk: Buffer): void {
    try {
      this.replies.push(chunk);
    } catch (error) {
      this.end(connectionError(this.options.where, error instanceof Error ? error.message : String(error), error));
    }
  }

  private answer(values: MgetValues): void {
    const { count, resolve } = this.pending[0] ?? this.next();
    if (values.length !== count) throw new Error(`${values.length} values came for ${count} keys`);
    this.pending.shift();
    resolve(values);
  }

  private next(): Pending {
    const next = this.pending.shift();
    if (next === undefined) throw new Error('a reply that nobody asked for');
    return next;
  }

  /** One timer for the whole connection; it looks at the oldest read. */
  private watch(delayMs: number): void {
    this.watching = true;
    setTimeout(() => this.look(), delayMs).unref();
  }

  private look(): void {
    this.watching = false;
    const [oldest] = this.pending;
    if (oldest === undefined) return;
    const restMs = oldest.sentAt + this.options.timeoutMs - performance.now();
    if (restMs > 0) return this.watch(restMs);
    this.watching = true;
    // Its reply may lie in the socket while this process was busy: let that be read first.
    setImmediate(() => {
      if (this.pending[0] === oldest)
        this.end(connectionError(this.options.where, `no answer within ${this.options.timeoutMs} ms`), true);
      else this.look();
    });
  }
}

const PING = Buffer.from('*1\r\n$4\r\nPING\r\n', 'latin1');
