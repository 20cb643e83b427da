import fc from 'fast-check';
import { KeyList } from './key-list.js';
import type { ViewLookup, ViewRows } from './online-store.js';
import { inPieces, MAX_KEYS_PER_COMMAND, ReadBatcher } from './read-batcher.js';

const lookupOf = (...keyPrefixes: string[]): ViewLookup => ({ project: 'p', viewId: 1, keyPrefixes });
const echo = ({ keyPrefixes }: ViewLookup): ViewRows => ({
  pointer: undefined,
  rows: textsOf(keyPrefixes).map((key) => Buffer.from(key)),
});

function textsOf(prefixes: ViewLookup['keyPrefixes']): string[] {
  const list = new KeyList();
  list.addAll(prefixes, '');
  return list.texts();
}

describe('ReadBatcher', () => {
  it('joins the reads of one turn, also those of promises and timers, and gives each its own rows', async () => {
    const batches: number[] = [];
    const batcher = new ReadBatcher(async (lookups) => {
      batches.push(lookups.length);
      return lookups.map(echo);
    });
    const later = Promise.resolve().then(() => batcher.read([lookupOf('later')]));
    const [one, two, none, three] = await Promise.all([
      batcher.read([lookupOf('a'), lookupOf('b', 'c')]),
      batcher.read([lookupOf('d')]),
      batcher.read([]),
      later,
    ]);
    expect([one, two, none, three]).toEqual([
      [echo(lookupOf('a')), echo(lookupOf('b', 'c'))],
      [echo(lookupOf('d'))],
      [],
      [echo(lookupOf('later'))],
    ]);
    expect(batches).toEqual([4]);
    await batcher.read([lookupOf('e')]);
    expect(batches).toEqual([4, 1]);
  });

  it('joins no more keys than one command holds', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.nat({ max: 3000 }), { maxLength: 12 }), async (sizes) => {
        const batches: number[] = [];
        const batcher = new ReadBatcher(async (lookups) => {
          batches.push(lookups.reduce((sum, { keyPrefixes }) => sum + keyPrefixes.length + 1, 0));
          return lookups.map(echo);
        });
        const found = await Promise.all(
          sizes.map((size, index) =>
            batcher.read([lookupOf(...Array.from({ length: size }, (_, key) => `${index}.${key}`))]),
          ),
        );
        expect(found.map(([rows]) => `${rows?.rows[0]?.toString()} ${rows?.rows.length}`)).toEqual(
          sizes.map((size, index) => `${size === 0 ? undefined : `${index}.0`} ${size}`),
        );
        expect(Math.max(0, ...batches)).toBeLessThanOrEqual(MAX_KEYS_PER_COMMAND);
        const least = Math.ceil(sizes.reduce((sum, size) => sum + size + 1, 0) / MAX_KEYS_PER_COMMAND);
        expect(batches.length).toBeLessThanOrEqual(2 * least);
      }),
      { numRuns: 50 },
    );
  });

  it('fails the reads that were joined, and no later ones', async () => {
    let down = true;
    const batcher = new ReadBatcher(async (lookups) => {
      if (down) throw new Error('down');
      return lookups.map(echo);
    });
    const results = await Promise.allSettled([batcher.read([lookupOf('a')]), batcher.read([lookupOf('b')])]);
    expect(results.map(({ status }) => status)).toEqual(['rejected', 'rejected']);
    down = false;
    expect(await batcher.read([lookupOf('a')])).toEqual([echo(lookupOf('a'))]);
  });
});

describe('inPieces', () => {
  it.each([0, 1, 4096, 4097, 8192, 9000])('reads %d keys in order', async (count) => {
    const sizes: number[] = [];
    const read = inPieces(async (keys) => {
      sizes.push(keys.length);
      return keys.texts().map((key) => Buffer.from(key));
    });
    const keys = Array.from({ length: count }, (_, index) => `i${index}`);
    const list = new KeyList();
    for (const key of keys) list.add(key);
    expect((await read(list)).map((value) => value?.toString())).toEqual(keys);
    expect(Math.max(...sizes)).toBeLessThanOrEqual(MAX_KEYS_PER_COMMAND);
  });
});
