import { entityKeyPrefix } from '@larder/row-format';
import type { ContractTest } from './online-store.contract.js';
import { hexOf, pointAt, pointerTo, readRows, rowOf, rowsFor, writeRows } from './rows.fixture.js';

/** Entity keys of every length and script: around what is copied letter by letter, what fits one byte of length, and beyond. */
const UNUSUAL_KEYS = [
  '',
  's',
  'sJosé',
  'sœ',
  's日本',
  's🧊',
  's\0\r\n"',
  ...[1, 38, 39, 40, 127, 128, 255, 256, 10_000].map((length) => `s${'k'.repeat(length)}`),
  ...[38, 39, 40, 300].map((length) => `s${'é'.repeat(length)}`),
];

/** The reading half of the contract. */
export function describeReading(begin: () => ContractTest): void {
  describe('reading', () => {
    it('gives rows in the order of the keys, null where there is none, the same row for the same key', async () => {
      const { store, target } = begin();
      await writeRows(store, target, rowsFor(['sa', 'sb']));
      await pointAt(store, target);
      expect(await readRows(store, target, ['sb', 'sx', 'sa', 'sb'])).toEqual([
        hexOf('sb'),
        null,
        hexOf('sa'),
        hexOf('sb'),
      ]);
    });

    it('says nothing about rows while the view has no pointer', async () => {
      const { store, target } = begin();
      await writeRows(store, target, rowsFor(['sa']));
      const lookup = { ...target, keyPrefixes: [entityKeyPrefix(target.project, 'sa')] };
      expect(await store.read([lookup])).toEqual([{ pointer: undefined, rows: [null] }]);
      await pointAt(store, target);
      expect(await store.read([lookup])).toEqual([{ pointer: pointerTo(1), rows: [rowOf('sa')] }]);
    });

    it('answers no lookups, and lookups of no keys', async () => {
      const { store, target } = begin();
      await pointAt(store, target);
      expect(await store.read([])).toEqual([]);
      expect(await store.read([{ ...target, keyPrefixes: [] }])).toEqual([{ pointer: pointerTo(1), rows: [] }]);
    });

    it.each([1, 2, 4095, 4096, 4097, 9000])('reads %d keys at once', async (count) => {
      const { store, target } = begin();
      const keys = Array.from({ length: count }, (_, index) => `i${index}`);
      await writeRows(store, target, rowsFor(keys.filter((_, index) => index % 3 > 0)));
      await pointAt(store, target);
      expect(await readRows(store, target, keys)).toEqual(
        keys.map((key, index) => (index % 3 > 0 ? hexOf(key) : null)),
      );
    });

    it('answers 5,000 lookups of several views, repeated ones too, in order', async () => {
      const { store, target } = begin();
      for (const viewId of [1, 2, 3]) {
        await writeRows(store, { ...target, viewId }, [['sa', rowOf(`a of ${viewId}`)]]);
        await pointAt(store, { ...target, viewId });
      }
      const keyPrefixes = [entityKeyPrefix(target.project, 'sa')];
      const viewIds = Array.from({ length: 5000 }, (_, index) => 1 + (index % 4));
      const found = await store.read(viewIds.map((viewId) => ({ ...target, viewId, keyPrefixes })));
      const texts = found.map(({ pointer, rows }) => `${pointer?.generation}: ${rows[0]?.toString('hex')}`);
      expect(texts).toEqual(
        viewIds.map((viewId) => (viewId === 4 ? 'undefined: undefined' : `1: ${hexOf(`a of ${viewId}`)}`)),
      );
    });

    it('gives every one of many concurrent reads its own rows', async () => {
      const { store, target } = begin();
      const keys = Array.from({ length: 300 }, (_, index) => `i${index}`);
      await writeRows(store, target, rowsFor(keys));
      await pointAt(store, target);
      const slices = Array.from({ length: 200 }, (_, index) => keys.slice(index, index + (index % 100)));
      const found = await Promise.all(slices.map((slice) => readRows(store, target, slice)));
      expect(found).toEqual(slices.map((slice) => slice.map((key) => hexOf(key))));
    });

    it.each(
      UNUSUAL_KEYS.map((key) => [key.length > 20 ? `${key.slice(0, 4)}… of ${key.length} units` : key, key] as const),
    )('keeps the key %j apart from its neighbours', async (_, key) => {
      const { store, target } = begin();
      await pointAt(store, target);
      for (const mode of ['fresh', 'fenced'] as const) {
        const keys = [`${key}y`, key, `x${key}`];
        await writeRows(
          store,
          { ...target, mode },
          keys.map((each, index) => [each, rowOf(`${mode} ${index}`)] as const),
        );
        expect(await readRows(store, target, keys)).toEqual([0, 1, 2].map((index) => hexOf(`${mode} ${index}`)));
      }
    });

    it('keeps views, generations and projects apart', async () => {
      const { store, target } = begin();
      const targets = [target.project, `${target.project}0`, `x${target.project}`].flatMap((project) =>
        [1, 11, 111].flatMap((viewId) => [1, 11].map((generation) => ({ ...target, project, viewId, generation }))),
      );
      for (const each of targets) await writeRows(store, each, [['i1', rowOf(JSON.stringify(each))]]);
      for (const each of targets) {
        await pointAt(store, each);
        expect(await readRows(store, each, ['i1'])).toEqual([hexOf(JSON.stringify(each))]);
      }
    });
  });
}
