import { generationSuffix, pointerKey } from '@larder/row-format';
import type { ViewLookup, ViewRows } from './online-store.js';
import type { ViewPointer } from './view-pointer.js';
import { parsePointer } from './view-pointer.js';

/** Reads many keys at once; null where there is nothing. */
export type ReadKeys = (keys: readonly string[]) => Promise<readonly (Buffer | null)[]>;

interface Known {
  readonly bytes: Buffer;
  readonly pointer: ViewPointer;
  readonly suffix: string;
}

/**
 * Reads rows together with the pointer they were read by: the pointer's key travels in the same command as the rows' keys, so a
 * generation that was switched or lost is noticed in the same round trip and the view is read again by the new one.
 */
export class GenerationReader {
  private readonly known = new Map<string, Known>();

  constructor(private readonly readKeys: ReadKeys) {}

  async read(lookups: readonly ViewLookup[]): Promise<readonly ViewRows[]> {
    const answers = new Array<ViewRows>(lookups.length);
    let open = lookups.map((_, index) => index);
    while (open.length > 0) open = await this.round(lookups, open, answers);
    return answers;
  }

  /** Asks for pointers and rows of the open lookups; returns those whose generation was not the one assumed. */
  private async round(lookups: readonly ViewLookup[], open: readonly number[], answers: ViewRows[]): Promise<number[]> {
    const keys: string[] = [];
    const pointerKeys = new Map<string, number>();
    const assumed = open.map((index) => {
      const lookup = lookups[index] as ViewLookup;
      const key = pointerKey(lookup.project, lookup.viewId);
      if (!pointerKeys.has(key)) pointerKeys.set(key, keys.push(key) - 1);
      return { index, lookup, key, known: this.known.get(key) };
    });
    const starts = assumed.map(({ lookup, known }) => {
      const start = keys.length;
      if (known !== undefined) for (const prefix of lookup.keyPrefixes) keys.push(prefix + known.suffix);
      return start;
    });
    const values = await this.readKeys(keys);
    for (const [key, at] of pointerKeys) this.learn(key, values[at] ?? null);
    const again: number[] = [];
    for (const [position, { index, lookup, key, known }] of assumed.entries()) {
      const now = this.known.get(key);
      const start = starts[position] ?? 0;
      if (now === undefined) answers[index] = { pointer: undefined, rows: lookup.keyPrefixes.map(() => null) };
      else if (now.suffix !== known?.suffix) again.push(index);
      else answers[index] = { pointer: now.pointer, rows: values.slice(start, start + lookup.keyPrefixes.length) };
    }
    return again;
  }

  private learn(key: string, bytes: Buffer | null): void {
    const before = this.known.get(key);
    if (bytes === null) {
      this.known.delete(key);
      return;
    }
    if (before?.bytes.equals(bytes) === true) return;
    const pointer = parsePointer(bytes.toString('utf8'));
    if (pointer === undefined) {
      this.known.delete(key);
      return;
    }
    const viewId = Number(key.slice(key.lastIndexOf(':') + 1));
    this.known.set(key, { bytes, pointer, suffix: generationSuffix(viewId, pointer.generation) });
  }
}
