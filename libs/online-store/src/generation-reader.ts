import { LarderError } from '@larder/registry';
import { generationSuffix, pointerKey } from '@larder/row-format';
import { KeyList } from './key-list.js';
import type { ViewLookup, ViewRows } from './online-store.js';
import type { ViewPointer } from './view-pointer.js';
import { parsePointer } from './view-pointer.js';

/** Reads many keys at once; null where there is nothing. A later key is never read before an earlier one. */
export type ReadKeys = (keys: KeyList) => Promise<readonly (Buffer | null)[]>;

/** A pointer as it was last seen. */
interface Known {
  readonly bytes: Buffer;
  readonly pointer: ViewPointer;
  readonly suffix: string;
}

/** A lookup that has no answer yet, and where in the command its keys are. */
interface Question {
  readonly index: number;
  readonly lookup: ViewLookup;
  readonly pointerKey: string;
  readonly assumed: Known | undefined;
  readonly start: number;
}

/** Twice is what a switched generation takes; more often only when generations are switched faster than rows are read. */
const MAX_ROUNDS = 8;

/**
 * Reads rows together with the pointer they were read by: the pointer's key travels in the same command as the rows' keys, so a
 * generation that was switched or lost is noticed in the same round trip and the view is read again by the new one.
 *
 * Pointers come after the rows. A command of more keys than one can hold is cut: what a pointer says is then as of the last
 * piece, so rows of an earlier one that were lost meanwhile are never taken for rows that do not exist.
 */
export class GenerationReader {
  private readonly known = new Map<string, Known>();

  constructor(private readonly readKeys: ReadKeys) {}

  /** As `OnlineStore.read`. */
  async read(lookups: readonly ViewLookup[]): Promise<readonly ViewRows[]> {
    const answers = new Array<ViewRows>(lookups.length);
    let open = [...lookups.keys()];
    for (let round = 0; open.length > 0; round++) {
      if (round === MAX_ROUNDS)
        throw new LarderError(
          'UNAVAILABLE',
          `the generations of the views changed ${MAX_ROUNDS} times during one read`,
        );
      open = await this.round(lookups, open, answers);
    }
    return answers;
  }

  /** Asks for rows and pointers of the open lookups; returns those whose generation was not the one assumed. */
  private async round(lookups: readonly ViewLookup[], open: readonly number[], answers: ViewRows[]): Promise<number[]> {
    const keys = new KeyList();
    const questions = open.map((index) => this.ask(keys, index, lookups[index] as ViewLookup));
    const places = new Map<string, number>();
    for (const question of questions)
      if (!places.has(question.pointerKey)) {
        places.set(question.pointerKey, keys.length);
        keys.add(question.pointerKey);
      }
    const values = await this.readKeys(keys);
    const again: number[] = [];
    for (const { index, lookup, pointerKey: key, assumed, start } of questions) {
      const now = this.learn(key, lookup.viewId, values[places.get(key) ?? -1] ?? null);
      if (now === undefined) answers[index] = { pointer: undefined, rows: noRows(lookup) };
      else if (now.suffix !== assumed?.suffix) again.push(index);
      else answers[index] = { pointer: now.pointer, rows: values.slice(start, start + lookup.keyPrefixes.length) };
    }
    return again;
  }

  /** Appends the row keys of a lookup by the generation that is known; none while none is. */
  private ask(keys: KeyList, index: number, lookup: ViewLookup): Question {
    const key = pointerKey(lookup.project, lookup.viewId);
    const assumed = this.known.get(key);
    const start = keys.length;
    if (assumed !== undefined) keys.addAll(lookup.keyPrefixes, assumed.suffix);
    return { index, lookup, pointerKey: key, assumed, start };
  }

  /** Remembers what a pointer says now; a pointer that cannot be read is no pointer. */
  private learn(key: string, viewId: number, bytes: Buffer | null): Known | undefined {
    const before = this.known.get(key);
    if (bytes !== null && before?.bytes.equals(bytes) === true) return before;
    const pointer = bytes === null ? undefined : parsePointer(bytes.toString('utf8'));
    if (bytes === null || pointer === undefined) {
      this.known.delete(key);
      return undefined;
    }
    // A copy: the bytes that came in belong to a much larger piece of memory.
    const now = { bytes: Buffer.from(bytes), pointer, suffix: generationSuffix(viewId, pointer.generation) };
    this.known.set(key, now);
    return now;
  }
}

function noRows({ keyPrefixes }: ViewLookup): null[] {
  return new Array<null>(keyPrefixes.length).fill(null);
}
