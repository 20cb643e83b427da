import type { ReadKeys } from './generation-reader.js';
import type { ViewLookup, ViewRows } from './online-store.js';

/** As `OnlineStore.read`. */
export type ReadLookups = (lookups: readonly ViewLookup[]) => Promise<readonly ViewRows[]>;

interface Waiting {
  readonly lookups: readonly ViewLookup[];
  readonly resolve: (rows: readonly ViewRows[]) => void;
  readonly reject: (error: unknown) => void;
}

/** Longest list of keys that goes into one command; keeps Redis free for others in between. */
export const MAX_KEYS_PER_COMMAND = 4096;

/**
 * Joins the reads of one turn of the event loop into one: one MGET of 100 keys costs a tenth of 100 commands, and the pointer of
 * a view is asked for once.
 *
 * The turn ends with `setImmediate`: after everything that has arrived on all sockets was read, and before the loop waits for
 * more, so a lonely read is not delayed.
 */
export class ReadBatcher {
  private waiting: Waiting[] = [];

  constructor(private readonly readLookups: ReadLookups) {}

  /** As `OnlineStore.read`; a failure is that of every read it was joined with. */
  read(lookups: readonly ViewLookup[]): Promise<readonly ViewRows[]> {
    return new Promise((resolve, reject) => {
      if (this.waiting.push({ lookups, resolve, reject }) === 1) setImmediate(() => this.flush());
    });
  }

  private flush(): void {
    const { waiting } = this;
    this.waiting = [];
    let group: Waiting[] = [];
    let keys = 0;
    for (const each of waiting) {
      const own = keyCount(each.lookups);
      if (group.length > 0 && keys + own > MAX_KEYS_PER_COMMAND) {
        void this.readTogether(group);
        group = [];
        keys = 0;
      }
      group.push(each);
      keys += own;
    }
    void this.readTogether(group);
  }

  private async readTogether(group: readonly Waiting[]): Promise<void> {
    try {
      const rows = await this.readLookups(group.flatMap(({ lookups }) => lookups));
      let at = 0;
      for (const { lookups, resolve } of group) {
        resolve(rows.slice(at, at + lookups.length));
        at += lookups.length;
      }
    } catch (error) {
      for (const { reject } of group) reject(error);
    }
  }
}

/** The same read in commands of at most `MAX_KEYS_PER_COMMAND` keys, sent at once and in order. */
export function inPieces(readKeys: ReadKeys): ReadKeys {
  return async (keys) => {
    const pieces = keys.pieces(MAX_KEYS_PER_COMMAND);
    return pieces.length === 1 ? readKeys(keys) : (await Promise.all(pieces.map(readKeys))).flat();
  };
}

/** Row keys of the lookups and a pointer for each; fewer pointers when lookups are of the same view. */
function keyCount(lookups: readonly ViewLookup[]): number {
  let count = 0;
  for (const { keyPrefixes } of lookups) count += keyPrefixes.length + 1;
  return count;
}
