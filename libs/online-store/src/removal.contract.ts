import { entityKeyPrefix } from '@larder/row-format';
import type { ContractTest } from './online-store.contract.js';
import { pointAt, pointerTo, readRows, rowOf, rowsFor, writeRows } from './rows.fixture.js';

/** What the removal of a generation promises. */
export function describeRemoval(begin: () => ContractTest): void {
  describe('removing a generation', () => {
    it('removes its rows and no others', async () => {
      const { store, target } = begin();
      const { project } = target;
      const others = [
        { ...target, generation: 2 },
        { ...target, generation: 11 },
        { ...target, viewId: 11 },
        { ...target, viewId: 2 },
        { ...target, project: `${project}0` },
        { ...target, project: `x${project}` },
      ];
      const keys = [...Array.from({ length: 2500 }, (_, index) => `i${index}`), 's*', 's?', 's[a]', 's\\', 'sé🧊', ''];
      for (const each of [target, ...others]) await writeRows(store, each, rowsFor(keys));
      await pointAt(store, target);
      expect(await store.removeGeneration(project, 1, 1)).toBe(keys.length);
      expect(await readRows(store, target, keys)).toEqual(keys.map(() => null));
      for (const each of others) {
        await pointAt(store, each);
        expect(await readRows(store, each, keys)).toEqual(keys.map((key) => rowOf(key).toString('hex')));
      }
      expect(await store.removeGeneration(project, 1, 1)).toBe(0);
    });

    it('takes a pointer away only if it is the one that was expected, once', async () => {
      const { store, other, target } = begin();
      const { project, viewId } = target;
      const remove = (expected = pointerTo(1)): Promise<boolean> => store.removePointer({ project, viewId, expected });
      expect(await remove()).toBe(false);
      await writeRows(store, target, rowsFor(['sa']));
      await pointAt(store, target);
      await pointAt(store, { ...target, viewId: 2 });
      expect([await remove(pointerTo(2)), await remove(pointerTo(1, 'other'))]).toEqual([false, false]);
      expect(await readRows(other, target, ['sa'])).toEqual([rowOf('sa').toString('hex')]);
      const removals = await Promise.all(Array.from({ length: 10 }, () => remove()));
      expect(removals.filter(Boolean)).toHaveLength(1);
      expect(await other.readPointer(project, viewId)).toBeUndefined();
      expect(await other.readPointer(project, 2)).toEqual(pointerTo(1));
      const [found] = await other.read([{ project, viewId, keyPrefixes: [entityKeyPrefix(project, 'sa')] }]);
      expect(found?.pointer).toBeUndefined();
    });

    it('finds every pointer among the rows, of all projects', async () => {
      const { store, target } = begin();
      const { project } = target;
      const places = [
        { project, viewId: 1 },
        { project, viewId: 70 },
        { project: `${project}-view`, viewId: 2 },
      ];
      for (const place of places) await pointAt(store, { ...place, generation: 3 });
      await writeRows(store, target, rowsFor([...Array.from({ length: 2500 }, (_, index) => `i${index}`), 's:view:3']));
      const found = (await store.listPointers()).filter((each) => each.project.startsWith(project));
      expect(found.toSorted((left, right) => left.viewId - right.viewId)).toEqual([
        { ...places[0], pointer: pointerTo(3) },
        { ...places[2], pointer: pointerTo(3) },
        { ...places[1], pointer: pointerTo(3) },
      ]);
    });

    it('takes a name with wildcards for nothing but a name', async () => {
      const { store, target } = begin();
      await writeRows(store, target, rowsFor(['sa']));
      for (const project of ['*', 'p?', 'p[0-9]*']) expect(await store.removeGeneration(project, 1, 1)).toBe(0);
      await pointAt(store, target);
      expect(await readRows(store, target, ['sa'])).toEqual([rowOf('sa').toString('hex')]);
    });
  });
}
