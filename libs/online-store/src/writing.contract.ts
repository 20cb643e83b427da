import { entityKeyPrefix } from '@larder/row-format';
import fc from 'fast-check';
import type { ContractTest } from './online-store.contract.js';
import type { WriteTarget } from './online-store.js';
import { hexOf, pointAt, readRows, rowOf, rowsFor, writeRows } from './rows.fixture.js';

type Order = readonly [bigint, bigint];

/** Orders that are often equal, or differ in a sign, a high bit or only in their second number. */
const anyOrder: fc.Arbitrary<Order> = fc.tuple(
  fc.oneof(
    fc.bigInt({ min: -2n, max: 2n }),
    fc.constantFrom(-(2n ** 63n), 2n ** 63n - 1n, 2n ** 31n, 2n ** 32n, -(2n ** 32n), 127n, 128n),
  ),
  fc.bigInt({ min: -2n, max: 2n }),
);

/** One write; `endsRun` closes the writer after it, so that the next one is another writer's. */
const anyWrites = fc.array(fc.record({ order: anyOrder, key: fc.constantFrom('sa', 'sb'), endsRun: fc.boolean() }), {
  maxLength: 12,
});

/** The writing half of the contract. */
export function describeWriting(begin: () => ContractTest): void {
  describe('fenced writes', () => {
    it('leave the greatest order, and of equal ones the last, whoever wrote them and however they were sent', async () => {
      const { store, other, target } = begin();
      let generation = 0;
      await fc.assert(
        fc.asyncProperty(anyWrites, async (writes) => {
          const fenced: WriteTarget = { ...target, mode: 'fenced', generation: ++generation };
          const winners = new Map<string, { order: Order; hex: string }>();
          let lost = 0;
          let counted = 0;
          let run: (readonly [string, Buffer])[] = [];
          for (const [index, { order, key, endsRun }] of writes.entries()) {
            const stored = winners.get(key);
            if (stored !== undefined && isGreater(stored.order, order)) lost++;
            else winners.set(key, { order, hex: hexOf(`write ${index}`, ...order) });
            run.push([key, rowOf(`write ${index}`, ...order)]);
            if (!endsRun && index < writes.length - 1) continue;
            counted += (await writeRows(index % 2 === 0 ? store : other, fenced, run)).fenced;
            run = [];
          }
          await pointAt(store, fenced);
          expect(await readRows(store, target, ['sa', 'sb'])).toEqual(
            ['sa', 'sb'].map((key) => winners.get(key)?.hex ?? null),
          );
          expect(counted).toBe(lost);
        }),
        { numRuns: 100 },
      );
    });

    it('of concurrent writers leave the greatest order of every key', async () => {
      const { store, other, target } = begin();
      const RUNS = 6;
      const keys = Array.from({ length: 2000 }, (_, index) => `i${index}`);
      const rankOf = (run: number, index: number): number => (run + index) % RUNS;
      await Promise.all(
        Array.from({ length: RUNS }, (_, run) => {
          const rows = keys.map((key, index) => [key, rowOf(`run ${run}`, BigInt(rankOf(run, index)) - 3n)] as const);
          return writeRows(run % 2 === 0 ? store : other, { ...target, mode: 'fenced' }, rows);
        }),
      );
      await pointAt(store, target);
      const winner = (index: number): number => [0, 1, 2, 3, 4, 5].findIndex((run) => rankOf(run, index) === RUNS - 1);
      expect(await readRows(store, target, keys)).toEqual(keys.map((_, index) => hexOf(`run ${winner(index)}`, 2n)));
    });

    it('say how many rows were written and how many lost', async () => {
      const { store, target } = begin();
      const fenced = { ...target, mode: 'fenced' } as const;
      const bytes = rowOf('new').length + rowOf('same').length;
      const keyBytes = 2 * `${entityKeyPrefix(target.project, 'sa')}1.1`.length;
      const first = [
        ['sa', rowOf('new', 5n)],
        ['sb', rowOf('same', 5n)],
      ] as const;
      expect(await writeRows(store, fenced, first)).toEqual({ written: 2, fenced: 0, bytes, keyBytes });
      expect(await writeRows(store, fenced, [['sa', rowOf('old', 4n, 9n)], first[1]])).toEqual({
        written: 1,
        fenced: 1,
        bytes,
        keyBytes,
      });
    });
  });

  describe('writing', () => {
    it('copies rows: their bytes may change at once', async () => {
      const { store, target } = begin();
      await pointAt(store, target);
      for (const mode of ['fresh', 'fenced'] as const) {
        const writer = await store.openWriter({ ...target, mode });
        const row = rowOf(`a ${mode}`, 1n);
        writer.add('sa', row);
        row.fill(0xff);
        await writer.finish();
        expect(await readRows(store, target, ['sa'])).toEqual([hexOf(`a ${mode}`, 1n)]);
      }
    });

    it('takes the last of several fresh rows of one entity, whatever their orders', async () => {
      const { store, target } = begin();
      const rows = [
        ['sa', rowOf('greater', 2n)],
        ['sa', rowOf('later', 1n)],
      ] as const;
      expect(await writeRows(store, target, rows)).toMatchObject({ written: 2, fenced: 0 });
      await pointAt(store, target);
      expect(await readRows(store, target, ['sa'])).toEqual([hexOf('later', 1n)]);
    });

    it.each(['fresh', 'fenced'] as const)('takes %s rows of any size', async (mode) => {
      const { store, target } = begin();
      const texts = [0, 100, 1000, 70_000, 1_100_000, 100, 3_000_000].map((length, index) => `${index}`.repeat(length));
      await writeRows(
        store,
        { ...target, mode },
        texts.map((text, index) => [`i${index}`, rowOf(text)] as const),
      );
      await pointAt(store, target);
      const found = await readRows(
        store,
        target,
        texts.map((_, index) => `i${index}`),
      );
      expect(found.map((hex, index) => hex === hexOf(texts[index] ?? ''))).toEqual(texts.map(() => true));
    });

    it('counts nothing when there was nothing', async () => {
      const { store, target } = begin();
      expect(await writeRows(store, target, [])).toEqual({ written: 0, fenced: 0, bytes: 0, keyBytes: 0 });
    });

    it.each(['finish', 'abort'] as const)('takes nothing after %s', async (end) => {
      const { store, target } = begin();
      const writer = await store.openWriter(target);
      await writer[end]();
      for (const [key, row] of rowsFor(['sa', 'sb'])) expect(writer.add(key, row)).toBe(false);
      await expect(writer.drained()).rejects.toMatchObject({ code: 'ABORTED' });
      await expect(writer.finish()).rejects.toMatchObject({ code: 'ABORTED' });
      await pointAt(store, target);
      expect(await readRows(store, target, ['sa', 'sb'])).toEqual([null, null]);
    });
  });
}

function isGreater(left: Order, right: Order): boolean {
  return left[0] > right[0] || (left[0] === right[0] && left[1] > right[1]);
}
