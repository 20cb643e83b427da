import type { PackedKeys } from './packed-keys.js';
import type { ViewPointer } from './view-pointer.js';

/**
 * The port to the newest values. Two implementations: Redis, and one inside the process for a laptop without Redis;
 * both pass online-store.contract.ts.
 */
export interface OnlineStore {
  /** One line for people: which store this is; holds no password. */
  readonly describe: string;

  /**
   * Reads rows of the generation that readers use now, all lookups in one round trip (a second one only when a generation
   * changed meanwhile). Reads of one turn of the event loop, from whatever caller, share one round trip.
   * Throws UNAVAILABLE, and nothing else, when the store does not answer in time.
   */
  read(lookups: readonly ViewLookup[]): Promise<readonly ViewRows[]>;

  /** The view's pointer, or undefined when it was never materialized here or the store was emptied. */
  readPointer(project: string, viewId: number): Promise<ViewPointer | undefined>;

  /**
   * Makes `next` the view's pointer if it still is `expected` (undefined = there is none). Atomic.
   * False when another writer was first. After UNAVAILABLE it may have happened or not: read the pointer again.
   */
  flipPointer(flip: PointerFlip): Promise<boolean>;

  /**
   * Takes the view's pointer away if it still is `expected`: readers get UNAVAILABLE from then on. Atomic; rows stay where they
   * are. False when another writer was first or there is none; after UNAVAILABLE it may have happened or not.
   */
  removePointer(pointer: PointerRemoval): Promise<boolean>;

  /** Every pointer of every project in the store, in no order. Looks at all keys in small steps: for now and then. */
  listPointers(): Promise<readonly StoredPointer[]>;

  /**
   * Opens a writer of rows. One writer is used by one caller at a time and must be ended by `finish` or `abort`.
   * UNAVAILABLE when the store does not answer, FAILED_PRECONDITION when it refuses the login or the database.
   */
  openWriter(target: WriteTarget): Promise<RowWriter>;

  /**
   * Removes every row of one generation in small steps; returns how many. The generation must be one that nobody reads or
   * writes any more.
   */
  removeGeneration(project: string, viewId: number, generation: number): Promise<number>;

  /** Resolves when the store answered a real command. Throws UNAVAILABLE otherwise. */
  ping(): Promise<void>;

  /** Ends all connections but those of open writers; reads that wait fail. */
  close(): Promise<void>;
}

export interface ViewLookup {
  readonly project: string;
  readonly viewId: number;
  /** Shared parts of the row keys, one per entity, as `entityKeyPrefix` of the row format builds them. */
  readonly keyPrefixes: readonly string[] | PackedKeys;
}

export interface ViewRows {
  /** The pointer that `rows` were read with; undefined = no intact generation: nothing can be said about the rows. */
  readonly pointer: ViewPointer | undefined;
  /** One per key prefix, in order; null = no row. */
  readonly rows: readonly (Buffer | null)[];
}

export interface PointerFlip {
  readonly project: string;
  readonly viewId: number;
  readonly expected: ViewPointer | undefined;
  readonly next: ViewPointer;
}

export interface PointerRemoval {
  readonly project: string;
  readonly viewId: number;
  readonly expected: ViewPointer;
}

export interface StoredPointer {
  readonly project: string;
  readonly viewId: number;
  readonly pointer: ViewPointer;
}

export interface WriteTarget {
  readonly project: string;
  readonly viewId: number;
  readonly generation: number;
  /** `fresh`: a generation that nobody else writes: plain writes. `fenced`: a row loses against a stored one with a greater order. */
  readonly mode: 'fresh' | 'fenced';
}

/**
 * Writes the rows of one run. A later row of one entity replaces an earlier one, in mode `fenced` unless its order is smaller.
 * Errors: UNAVAILABLE (the connection was lost: rows may have been written or not), RESOURCE_EXHAUSTED (the store is full),
 * FAILED_PRECONDITION (it will never take the write), ABORTED (the writer has ended).
 */
export interface RowWriter {
  /**
   * Takes one row (its bytes are copied). False = the writer holds enough, has failed or has ended; await `drained()` before
   * the next row.
   */
  add(entityKey: string, row: Uint8Array): boolean;
  /** Resolves when more rows are welcome. Throws what went wrong with an earlier write. */
  drained(): Promise<void>;
  /** Writes what is left, resolves when every row has been acknowledged and ends the writer. Throws if any write failed. */
  finish(): Promise<WriteCounts>;
  /** Ends without waiting; for a cancelled run. Rows that were taken may have been written or not. */
  abort(): Promise<void>;
}

export interface WriteCounts {
  readonly written: number;
  /** Rows that lost against a stored row. */
  readonly fenced: number;
  /** Of all rows that were taken, those that lost included; keys are not counted. */
  readonly bytes: number;
  /** Of the keys of all rows that were taken. */
  readonly keyBytes: number;
}
