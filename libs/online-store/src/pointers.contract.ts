import type { ContractTest } from './online-store.contract.js';
import { hexOf, pointAt, pointerTo, readRows, rowOf, writeRows } from './rows.fixture.js';
import type { ViewPointer } from './view-pointer.js';

/** What pointers promise: one winner, and no read of two generations. */
export function describePointers(begin: () => ContractTest): void {
  describe('pointers', () => {
    it('are absent until the first flip', async () => {
      const { store, target } = begin();
      expect(await store.readPointer(target.project, 1)).toBeUndefined();
      await pointAt(store, target);
      expect(await store.readPointer(target.project, 1)).toEqual(pointerTo(1));
      expect(await store.readPointer(target.project, 2)).toBeUndefined();
    });

    it('flip only from what was expected', async () => {
      const { store, target } = begin();
      const pointer: ViewPointer = { viewVersion: 3, generation: 2, previousGeneration: 1, epoch: 'ü"1' };
      const flip = (expected: ViewPointer | undefined, next: ViewPointer): Promise<boolean> =>
        store.flipPointer({ ...target, expected, next });
      expect(await flip(pointer, pointer)).toBe(false);
      expect(await flip(undefined, pointer)).toBe(true);
      expect(await flip(undefined, pointer)).toBe(false);
      for (const other of [{ viewVersion: 4 }, { generation: 3 }, { previousGeneration: 0 }, { epoch: 'ü"2' }]) {
        expect(await flip({ ...pointer, ...other }, pointerTo(9))).toBe(false);
      }
      expect(await flip(pointer, { ...pointer, generation: 3 })).toBe(true);
      expect(await store.readPointer(target.project, 1)).toEqual({ ...pointer, generation: 3 });
    });

    it.each([
      ['the first', undefined],
      ['another', pointerTo(1)],
    ])('let exactly one of 50 concurrent writers flip to %s', async (_, before) => {
      const { store, other, target } = begin();
      if (before !== undefined) await pointAt(store, target);
      const flips = Array.from({ length: 50 }, (__, index) => pointerTo(2, `writer ${index}`));
      const won = await Promise.all(
        flips.map((next, index) =>
          (index % 2 === 0 ? store : other).flipPointer({ ...target, expected: before, next }),
        ),
      );
      expect(won.filter(Boolean)).toHaveLength(1);
      expect(await store.readPointer(target.project, 1)).toEqual(flips[won.indexOf(true)]);
    });

    it('are followed by the very next read, forward and back', async () => {
      const { store, other, target } = begin();
      for (const generation of [1, 2])
        await writeRows(store, { ...target, generation }, [['sa', rowOf(`generation ${generation}`)]]);
      for (const generation of [1, 2, 1, 2]) {
        await pointAt(other, { ...target, generation });
        expect(await readRows(store, target, ['sa'])).toEqual([hexOf(`generation ${generation}`)]);
      }
    });

    it('are never mixed: while generations switch, every read is of one of them', async () => {
      const { store, other, target } = begin();
      const keys = Array.from({ length: 20 }, (_, index) => `i${index}`);
      for (const generation of [1, 2]) {
        await writeRows(
          store,
          { ...target, generation },
          keys.map((key) => [key, rowOf(`generation ${generation}`)] as const),
        );
      }
      await pointAt(store, target);
      const seen = new Set<string>();
      for (let turn = 0; turn < 50; turn++) {
        const flip = other.flipPointer({
          ...target,
          expected: pointerTo(1 + (turn % 2)),
          next: pointerTo(2 - (turn % 2)),
        });
        const reads = await Promise.all([1, 2, 3].map(() => readRows(store, target, keys)));
        expect(await flip).toBe(true);
        for (const rows of reads) seen.add([...new Set(rows)].join(' and '));
      }
      expect([...seen].toSorted()).toEqual([hexOf('generation 1'), hexOf('generation 2')]);
    });
  });
}
