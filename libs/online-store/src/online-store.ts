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
   * changed meanwhile). Lookups of one turn of the event loop, from whatever caller, share one command.
   * Throws UNAVAILABLE when the store does not answer in time.
   */
  read(lookups: readonly ViewLookup[]): Promise<readonly ViewRows[]>;

  /** The view's pointer, or undefined when it was never materialized here or the store was emptied. */
  readPointer(project: string, viewId: number): Promise<ViewPointer | undefined>;

  /**
   * Makes `next` the view's pointer if it still is `expected` (undefined = there is none). Atomic.
   * False when another writer was first.
   */
  flipPointer(flip: PointerFlip): Promise<boolean>;

  /** Opens a writer of rows. One writer is used by one caller at a time. */
  openWriter(target: WriteTarget): Promise<RowWriter>;

  /** Removes every row of one generation at low priority; returns how many. */
  removeGeneration(project: string, viewId: number, generation: number): Promise<number>;

  /** Resolves when the store answered a real command. Throws UNAVAILABLE otherwise. */
  ping(): Promise<void>;

  close(): Promise<void>;
}

export interface ViewLookup {
  readonly project: string;
  readonly viewId: number;
  /** Shared parts of the row keys, one per entity, as `entityKeyPrefix` of the row format builds them. */
  readonly keyPrefixes: readonly string[];
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

export interface WriteTarget {
  readonly project: string;
  readonly viewId: number;
  readonly generation: number;
  /** `fresh`: a generation that nobody else writes: plain writes. `fenced`: a row loses against a stored one with a greater order. */
  readonly mode: 'fresh' | 'fenced';
}

export interface RowWriter {
  /**
   * Takes one row (its bytes are copied). False = the writer holds enough; await `drained()` before the next row.
   */
  add(entityKey: string, row: Uint8Array): boolean;
  /** Resolves when more rows are welcome. Throws what went wrong with an earlier write. */
  drained(): Promise<void>;
  /** Writes what is left and resolves when every row has been acknowledged. Throws if any write failed. */
  finish(): Promise<WriteCounts>;
  /** Ends without waiting; for a cancelled run. */
  abort(): Promise<void>;
}

export interface WriteCounts {
  readonly written: number;
  /** Rows that lost against a stored row. */
  readonly fenced: number;
  readonly bytes: number;
}
