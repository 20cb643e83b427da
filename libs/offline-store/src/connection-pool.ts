import type { DuckDBConnection, DuckDBInstance } from '@duckdb/node-api';
import { LarderError } from '@larder/registry';
import { fromDuckDbError } from './duckdb-errors.js';

export interface QueryOptions {
  /** Aborting interrupts the query; it then fails with ABORTED. */
  readonly signal?: AbortSignal;
  /** After this the query is interrupted and fails with DEADLINE_EXCEEDED. */
  readonly timeoutSeconds?: number;
}

/**
 * Connections of one DuckDB instance, each used by one query or stream at a time: a second query on a connection ends its open
 * stream without an error. At most `max` at once; later callers wait their turn.
 */
export class ConnectionPool {
  private readonly idle: DuckDBConnection[] = [];
  private readonly waiting: (() => void)[] = [];
  private readonly active = new Set<Lease>();
  private readonly onRelease: (() => void)[] = [];
  private open = 0;
  private closed = false;

  constructor(
    private readonly instance: DuckDBInstance,
    private readonly max: number,
  ) {}

  /** A connection for one query or stream. Release the lease in any case. ABORTED when the signal is, UNAVAILABLE after `close`. */
  async lease(options: QueryOptions = {}): Promise<Lease> {
    options.signal?.throwIfAborted();
    while (this.open >= this.max && !this.closed) await this.turn(options.signal);
    if (this.closed) throw new LarderError('UNAVAILABLE', 'the offline store is closed');
    this.open++;
    try {
      const connection = this.idle.pop() ?? (await this.instance.connect());
      const lease = new Lease(connection, options, () => this.release(lease));
      this.active.add(lease);
      return lease;
    } catch (error) {
      this.open--;
      throw fromDuckDbError(error);
    }
  }

  /** Runs `work` with a connection; errors come out translated. */
  async use<T>(options: QueryOptions, work: (lease: Lease) => Promise<T>): Promise<T> {
    const lease = await this.lease(options).catch((error: unknown) => Promise.reject(abortedOr(error, options)));
    try {
      const result = await work(lease);
      lease.throwIfInterrupted();
      return result;
    } catch (error) {
      throw lease.translate(error);
    } finally {
      lease.release();
    }
  }

  /** Interrupts what runs and closes every connection. */
  close(): void {
    this.closed = true;
    for (const wake of this.waiting.splice(0)) wake();
    for (const lease of this.active) lease.interrupt();
    for (const connection of this.idle.splice(0)) connection.closeSync();
  }

  /** Resolves when the last lease is given back. */
  async idleAfterClose(): Promise<void> {
    while (this.active.size > 0) await new Promise<void>((resolve) => this.onRelease.push(resolve));
  }

  private release(lease: Lease): void {
    this.active.delete(lease);
    for (const wake of this.onRelease.splice(0)) wake();
    this.open--;
    if (this.closed) lease.connection.closeSync();
    else this.idle.push(lease.connection);
    this.waiting.shift()?.();
  }

  private turn(signal: AbortSignal | undefined): Promise<void> {
    return new Promise((resolve, reject) => {
      const wake = (): void => {
        signal?.removeEventListener('abort', abort);
        resolve();
      };
      const abort = (): void => {
        this.waiting.splice(this.waiting.indexOf(wake), 1);
        reject(new LarderError('ABORTED', 'the query was cancelled'));
      };
      this.waiting.push(wake);
      signal?.addEventListener('abort', abort, { once: true });
    });
  }
}

/** One connection while it runs one query or stream. */
export class Lease {
  private interruption: LarderError | undefined;
  private released = false;
  private readonly timer: NodeJS.Timeout | undefined;
  private readonly onAbort = (): void => this.stop(new LarderError('ABORTED', 'the query was cancelled'));

  constructor(
    readonly connection: DuckDBConnection,
    private readonly options: QueryOptions,
    private readonly giveBack: () => void,
  ) {
    const { signal, timeoutSeconds } = options;
    signal?.addEventListener('abort', this.onAbort, { once: true });
    if (timeoutSeconds !== undefined) {
      const late = new LarderError('DEADLINE_EXCEEDED', `the query took longer than ${timeoutSeconds} seconds`);
      this.timer = setTimeout(() => this.stop(late), timeoutSeconds * 1000);
    }
  }

  /** Ends the running query; it fails with UNAVAILABLE. */
  interrupt(): void {
    this.stop(new LarderError('UNAVAILABLE', 'the offline store is closing'));
  }

  /** Throws why the query was interrupted, if it was. An interrupted stream ends as if it were complete: ask after each chunk. */
  throwIfInterrupted(): void {
    if (this.interruption !== undefined) throw this.interruption;
  }

  /** The reason of the interruption if there was one, else the error translated. */
  translate(error: unknown): LarderError {
    return this.interruption ?? fromDuckDbError(error);
  }

  /** Gives the connection back; more than once does nothing. */
  release(): void {
    if (this.released) return;
    this.released = true;
    clearTimeout(this.timer);
    this.options.signal?.removeEventListener('abort', this.onAbort);
    this.giveBack();
  }

  private stop(reason: LarderError): void {
    if (this.released) return;
    this.interruption ??= reason;
    this.connection.interrupt();
  }
}

function abortedOr(error: unknown, { signal }: QueryOptions): LarderError {
  return signal?.aborted === true
    ? new LarderError('ABORTED', 'the query was cancelled', {}, { cause: error })
    : fromDuckDbError(error);
}
