import { entityKeyPrefix } from '@larder/row-format';
import fc from 'fast-check';
import type { OnlineStore, WriteTarget } from './online-store.js';
import { pointerTo, readRows, rowOf, writeRows } from './rows.fixture.js';

/** A store for a whole suite, and a second handle on the same data, as another process has one. */
export interface StoreFixture {
  readonly store: OnlineStore;
  readonly other: OnlineStore;
  close(): Promise<void>;
}

/** Entity keys of every length and script: around what is copied letter by letter, what fits one byte of length, and beyond. */
const UNUSUAL_KEYS = [
  '',
  's',
  'sJosé',
  'sœ',
  's日本',
  's🧊',
  's\0\r\n"',
  ...[1, 39, 40, 41, 127, 128, 255, 256, 10_000].map((length) => `s${'k'.repeat(length)}`),
  ...[39, 40, 41, 300].map((length) => `s${'é'.repeat(length)}`),
];

/** What every online store keeps to. */
export function describeOnlineStore(name: string, open: () => Promise<StoreFixture>): void {
  describe(name, () => {
    let fixture: StoreFixture;
    let store: OnlineStore;
    let projects = 0;
    let target: WriteTarget;

    beforeAll(async () => {
      fixture = await open();
      ({ store } = fixture);
    });
    afterAll(() => fixture.close());
    beforeEach(() => {
      target = { project: `p${++projects}`, viewId: 1, generation: 1, mode: 'fresh' };
    });

    const pointAt = (generation: number, from?: number): Promise<boolean> =>
      store.flipPointer({
        ...target,
        expected: from === undefined ? undefined : pointerTo(from),
        next: pointerTo(generation),
      });

    describe('reading', () => {
      it('gives rows in the order of the keys, null where there is none, the same row for the same key', async () => {
        await writeRows(store, target, [
          ['sa', rowOf('a')],
          ['sb', rowOf('b')],
        ]);
        await pointAt(1);
        expect(await readRows(store, target, ['sb', 'sx', 'sa', 'sb'])).toEqual([
          rowOf('b'),
          null,
          rowOf('a'),
          rowOf('b'),
        ]);
      });

      it('says nothing about rows while the view has no pointer', async () => {
        await writeRows(store, target, [['sa', rowOf('a')]]);
        const lookup = { ...target, keyPrefixes: [entityKeyPrefix(target.project, 'sa')] };
        expect(await store.read([lookup])).toEqual([{ pointer: undefined, rows: [null] }]);
        await pointAt(1);
        expect(await store.read([lookup])).toEqual([{ pointer: pointerTo(1), rows: [rowOf('a')] }]);
      });

      it('answers no lookups, and lookups of no keys', async () => {
        await pointAt(1);
        expect(await store.read([])).toEqual([]);
        expect(await store.read([{ ...target, keyPrefixes: [] }])).toEqual([{ pointer: pointerTo(1), rows: [] }]);
      });

      it.each([1, 2, 4095, 4096, 4097, 5000])('reads %d keys at once', async (count) => {
        const keys = Array.from({ length: count }, (_, index) => `i${index}`);
        await writeRows(
          store,
          target,
          keys.filter((_, index) => index % 3 > 0).map((key) => [key, rowOf(key)]),
        );
        await pointAt(1);
        expect(await readRows(store, target, keys)).toEqual(
          keys.map((key, index) => (index % 3 > 0 ? rowOf(key) : null)),
        );
      });

      it('answers 5,000 lookups of several views, repeated ones too, in order', async () => {
        for (const viewId of [1, 2, 3]) {
          await writeRows(store, { ...target, viewId }, [['sa', rowOf(`a of ${viewId}`)]]);
          await store.flipPointer({ ...target, viewId, expected: undefined, next: pointerTo(1) });
        }
        const lookups = Array.from({ length: 5000 }, (_, index) => ({
          ...target,
          viewId: 1 + (index % 4),
          keyPrefixes: [entityKeyPrefix(target.project, 'sa')],
        }));
        const found = await store.read(lookups);
        expect(found.map(({ rows }) => rows[0])).toEqual(
          lookups.map(({ viewId }) => (viewId === 4 ? null : rowOf(`a of ${viewId}`))),
        );
        expect(found.map(({ pointer }) => pointer?.generation)).toEqual(
          lookups.map(({ viewId }) => (viewId === 4 ? undefined : 1)),
        );
      });

      it('gives every one of many concurrent reads its own rows', async () => {
        const keys = Array.from({ length: 300 }, (_, index) => `i${index}`);
        await writeRows(
          store,
          target,
          keys.map((key) => [key, rowOf(key)]),
        );
        await pointAt(1);
        const slices = Array.from({ length: 200 }, (_, index) => keys.slice(index, index + (index % 100)));
        const found = await Promise.all(slices.map((slice) => readRows(store, target, slice)));
        expect(found).toEqual(slices.map((slice) => slice.map((key) => rowOf(key))));
      });

      it.each(
        UNUSUAL_KEYS.map((key) => [key.length > 20 ? `${key.slice(0, 4)}… (${key.length} units)` : key, key] as const),
      )('keeps the key %j apart from its neighbours', async (_, key) => {
        for (const mode of ['fresh', 'fenced'] as const) {
          const rows = [`${key}x`, key, `x${key}`].map((each) => [each, rowOf(`${mode} ${each.length}`)] as const);
          await writeRows(store, { ...target, mode }, rows);
          if (mode === 'fresh') await pointAt(1);
          expect(
            await readRows(
              store,
              target,
              rows.map(([each]) => each),
            ),
          ).toEqual(rows.map(([, row]) => row));
        }
      });

      it('keeps views, generations and projects apart', async () => {
        const { project } = target;
        const targets = [project, `${project}0`, `x${project}`].flatMap((each) =>
          [1, 11, 111].flatMap((viewId) =>
            [1, 11].map((generation) => ({ ...target, project: each, viewId, generation })),
          ),
        );
        for (const each of targets) await writeRows(store, each, [['i1', rowOf(JSON.stringify(each))]]);
        for (const each of targets) {
          const before = await store.readPointer(each.project, each.viewId);
          await store.flipPointer({ ...each, expected: before, next: pointerTo(each.generation) });
          expect(await readRows(store, each, ['i1'])).toEqual([rowOf(JSON.stringify(each))]);
        }
      });
    });

    describe('pointers', () => {
      it('are absent until the first flip', async () => {
        expect(await store.readPointer(target.project, 1)).toBeUndefined();
        await pointAt(1);
        expect(await store.readPointer(target.project, 1)).toEqual(pointerTo(1));
        expect(await store.readPointer(target.project, 2)).toBeUndefined();
      });

      it('flip only from what was expected', async () => {
        const pointer = { viewVersion: 3, generation: 2, previousGeneration: 1, epoch: 'ü"1' };
        const flip = (expected: typeof pointer | undefined, next: typeof pointer) =>
          store.flipPointer({ ...target, expected, next });
        expect(await flip(pointer, pointer)).toBe(false);
        expect(await flip(undefined, pointer)).toBe(true);
        expect(await flip(undefined, pointer)).toBe(false);
        for (const other of [{ viewVersion: 4 }, { generation: 3 }, { previousGeneration: 0 }, { epoch: 'ü"2' }])
          expect(await flip({ ...pointer, ...other }, pointer)).toBe(false);
        expect(await flip(pointer, { ...pointer, generation: 3 })).toBe(true);
        expect(await store.readPointer(target.project, 1)).toEqual({ ...pointer, generation: 3 });
      });

      it.each([
        ['the first', undefined],
        ['another', pointerTo(1)],
      ])('let exactly one of 50 concurrent writers flip to %s', async (_, before) => {
        if (before !== undefined) await pointAt(1);
        const flips = Array.from({ length: 50 }, (__, index) => pointerTo(2, `writer ${index}`));
        const won = await Promise.all(
          flips.map((next, index) =>
            (index % 2 === 0 ? store : fixture.other).flipPointer({ ...target, expected: before, next }),
          ),
        );
        expect(won.filter(Boolean)).toHaveLength(1);
        expect(await store.readPointer(target.project, 1)).toEqual(flips[won.indexOf(true)]);
      });

      it('are followed by the very next read, forward and back', async () => {
        for (const generation of [1, 2])
          await writeRows(store, { ...target, generation }, [['sa', rowOf(`generation ${generation}`)]]);
        await pointAt(1);
        for (const [from, to] of [
          [1, 2],
          [2, 1],
          [1, 2],
        ] as const) {
          expect(await readRows(store, target, ['sa'])).toEqual([rowOf(`generation ${from}`)]);
          await fixture.other.flipPointer({ ...target, expected: pointerTo(from), next: pointerTo(to) });
          expect(await readRows(store, target, ['sa'])).toEqual([rowOf(`generation ${to}`)]);
        }
      });

      it('are never mixed: while generations switch, every read is of one of them', async () => {
        const keys = Array.from({ length: 20 }, (_, index) => `i${index}`);
        for (const generation of [1, 2])
          await writeRows(
            store,
            { ...target, generation },
            keys.map((key) => [key, rowOf(`generation ${generation}`)]),
          );
        await pointAt(1);
        let switching = true;
        const switcher = (async () => {
          for (let turn = 0; turn < 100; turn++)
            await fixture.other.flipPointer({
              ...target,
              expected: pointerTo(1 + (turn % 2)),
              next: pointerTo(2 - (turn % 2)),
            });
          switching = false;
        })();
        const seen = new Set<string>();
        while (switching) {
          const rows = await readRows(store, target, keys);
          seen.add([...new Set(rows.map((row) => row?.toString('hex')))].join(' and '));
        }
        await switcher;
        expect([...seen].toSorted()).toEqual([
          rowOf('generation 1').toString('hex'),
          rowOf('generation 2').toString('hex'),
        ]);
      });
    });

    describe('fenced writes', () => {
      const anyOrder = fc.tuple(
        fc.oneof(
          fc.bigInt({ min: -2n, max: 2n }),
          fc.constantFrom(-(2n ** 63n), 2n ** 63n - 1n, 2n ** 32n, -(2n ** 32n), 127n, 128n),
        ),
        fc.bigInt({ min: -2n, max: 2n }),
      );
      const anyWrites = fc.array(
        fc.record({
          order: anyOrder,
          key: fc.constantFrom('sa', 'sb'),
          writer: fc.nat({ max: 2 }),
          endsRun: fc.boolean(),
        }),
        { maxLength: 12 },
      );

      it('leave the greatest order, and of equal ones the last, whoever wrote them and however they were sent', async () => {
        let generation = 0;
        await pointAt(0);
        await fc.assert(
          fc.asyncProperty(anyWrites, async (writes) => {
            const fenced: WriteTarget = { ...target, mode: 'fenced', generation: ++generation };
            const expected = new Map<string, { order: readonly [bigint, bigint]; row: Buffer }>();
            let lost = 0;
            let counted = 0;
            let run: (readonly [string, Buffer])[] = [];
            for (const [index, { order, key, endsRun }] of writes.entries()) {
              const row = rowOf(`write ${index}`, ...order);
              const stored = expected.get(key);
              if (stored !== undefined && isGreater(stored.order, order)) lost++;
              else expected.set(key, { order, row });
              run.push([key, row]);
              if (!endsRun && index < writes.length - 1) continue;
              counted += (await writeRows(index % 2 === 0 ? store : fixture.other, fenced, run)).fenced;
              run = [];
            }
            expect(counted).toBe(lost);
            await pointAt(generation, generation - 1);
            expect(await readRows(store, target, ['sa', 'sb'])).toEqual(
              ['sa', 'sb'].map((key) => expected.get(key)?.row ?? null),
            );
          }),
          { numRuns: 60 },
        );
      });

      it('of concurrent writers leave the greatest order of every key', async () => {
        const keys = Array.from({ length: 2000 }, (_, index) => `i${index}`);
        const runs = Array.from({ length: 6 }, (_, run) =>
          keys.map((key, index) => [key, rowOf(`run ${run}`, BigInt((run * 7 + index) % 6) - 3n)] as const),
        );
        await Promise.all(
          runs.map((rows, run) =>
            writeRows(run % 2 === 0 ? store : fixture.other, { ...target, mode: 'fenced' }, rows),
          ),
        );
        await pointAt(1);
        const winners = keys.map((_, index) => runs.findIndex((__, run) => (run * 7 + index) % 6 === 5));
        expect(await readRows(store, target, keys)).toEqual(
          keys.map((_, index) => runs[winners[index] ?? 0]?.[index]?.[1]),
        );
      });

      it('say how many rows were written and how many lost', async () => {
        const fenced = { ...target, mode: 'fenced' } as const;
        const rows = [
          ['sa', rowOf('new', 5n)],
          ['sb', rowOf('only', 5n)],
        ] as const;
        const bytes = rows[0][1].length + rows[1][1].length;
        expect(await writeRows(store, fenced, rows)).toEqual({ written: 2, fenced: 0, bytes });
        expect(await writeRows(store, fenced, [['sa', rowOf('old', 4n, 9n)], rows[1]])).toEqual({
          written: 1,
          fenced: 1,
          bytes,
        });
      });
    });

    describe('writing', () => {
      it('copies rows: their bytes may change at once', async () => {
        for (const mode of ['fresh', 'fenced'] as const) {
          const writer = await store.openWriter({ ...target, mode });
          const row = rowOf(`a ${mode}`);
          writer.add('sa', row);
          row.fill(0xff);
          await writer.finish();
          if (mode === 'fresh') await pointAt(1);
          expect(await readRows(store, target, ['sa'])).toEqual([rowOf(`a ${mode}`)]);
        }
      });

      it('takes the last of several fresh rows of one entity, whatever their orders', async () => {
        expect(
          await writeRows(store, target, [
            ['sa', rowOf('greater', 2n)],
            ['sa', rowOf('later', 1n)],
          ]),
        ).toMatchObject({ written: 2, fenced: 0 });
        await pointAt(1);
        expect(await readRows(store, target, ['sa'])).toEqual([rowOf('later', 1n)]);
      });

      it('counts nothing when there was nothing', async () => {
        expect(await writeRows(store, target, [])).toEqual({ written: 0, fenced: 0, bytes: 0 });
      });

      it.each(['finish', 'abort'] as const)('takes nothing after %s', async (end) => {
        const writer = await store.openWriter(target);
        await writer[end]();
        expect(writer.add('sa', rowOf('a'))).toBe(false);
        await expect(writer.drained()).rejects.toMatchObject({ code: 'ABORTED' });
        await expect(writer.finish()).rejects.toMatchObject({ code: 'ABORTED' });
        await pointAt(1);
        expect(await readRows(store, target, ['sa'])).toEqual([null]);
      });
    });

    describe('removing a generation', () => {
      it('removes its rows and no others', async () => {
        const { project } = target;
        const others = [
          { ...target, generation: 2 },
          { ...target, generation: 11 },
          { ...target, viewId: 11 },
          { ...target, viewId: 2 },
          { ...target, project: `${project}0` },
          { ...target, project: `x${project}` },
        ];
        const keys = [
          ...Array.from({ length: 2500 }, (_, index) => `i${index}`),
          's*',
          's?',
          's[a]',
          's\\',
          'sé🧊',
          '',
        ];
        for (const each of [target, ...others])
          await writeRows(
            store,
            each,
            keys.map((key) => [key, rowOf(key)]),
          );
        await pointAt(1);
        expect(await store.removeGeneration(project, 1, 1)).toBe(keys.length);
        expect(await readRows(store, target, keys)).toEqual(keys.map(() => null));
        for (const each of others) {
          const before = await store.readPointer(each.project, each.viewId);
          await store.flipPointer({ ...each, expected: before, next: pointerTo(each.generation) });
          expect(await readRows(store, each, keys)).toEqual(keys.map((key) => rowOf(key)));
        }
        expect(await store.removeGeneration(project, 1, 1)).toBe(0);
      });
    });

    it('answers a ping', async () => {
      await expect(store.ping()).resolves.toBeUndefined();
    });
  });
}

function isGreater(left: readonly [bigint, bigint], right: readonly [bigint, bigint]): boolean {
  return left[0] > right[0] || (left[0] === right[0] && left[1] > right[1]);
}
