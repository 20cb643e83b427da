import type { ReadKeys } from './generation-reader.js';

interface Waiting {
  readonly keys: readonly string[];
  readonly resolve: (values: readonly (Buffer | null)[]) => void;
  readonly reject: (error: unknown) => void;
}

/** Longest list of keys that goes into one command; keeps Redis free for others in between. */
const MAX_KEYS_PER_COMMAND = 4096;

/**
 * Joins the reads of one turn of the event loop into one command: one MGET of 100 keys costs a tenth of 100 commands.
 */
export class ReadBatcher {
  private waiting: Waiting[] = [];

  constructor(private readonly readKeys: ReadKeys) {}

  readonly read: ReadKeys = (keys) =>
    new Promise((resolve, reject) => {
      if (this.waiting.length === 0) setImmediate(() => this.flush());
      this.waiting.push({ keys, resolve, reject });
    });

  private flush(): void {
    const waiting = this.waiting;
    this.waiting = [];
    for (let from = 0; from < waiting.length;) {
      let keys = 0;
      let to = from;
      do keys += waiting[to++]?.keys.length ?? 0;
      while (to < waiting.length && keys + (waiting[to]?.keys.length ?? 0) <= MAX_KEYS_PER_COMMAND);
      void this.readTogether(waiting.slice(from, to));
      from = to;
    }
  }

  private async readTogether(group: readonly Waiting[]): Promise<void> {
    try {
      const first = group[0];
      const keys = group.length === 1 && first !== undefined ? first.keys : group.flatMap((each) => each.keys);
      const values = await this.readInPieces(keys);
      let at = 0;
      for (const { keys: own, resolve } of group) {
        resolve(values.slice(at, at + own.length));
        at += own.length;
      }
    } catch (error) {
      for (const { reject } of group) reject(error);
    }
  }

  private async readInPieces(keys: readonly string[]): Promise<readonly (Buffer | null)[]> {
    if (keys.length <= MAX_KEYS_PER_COMMAND) return this.readKeys(keys);
    const pieces: Promise<readonly (Buffer | null)[]>[] = [];
    for (let at = 0; at < keys.length; at += MAX_KEYS_PER_COMMAND)
      pieces.push(this.readKeys(keys.slice(at, at + MAX_KEYS_PER_COMMAND)));
    return (await Promise.all(pieces)).flat();
  }
}
