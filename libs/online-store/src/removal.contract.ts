import type { ContractTest } from './online-store.contract.js';
import { pointAt, readRows, rowOf, rowsFor, writeRows } from './rows.fixture.js';

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

    it('takes a name with wildcards for nothing but a name', async () => {
      const { store, target } = begin();
      await writeRows(store, target, rowsFor(['sa']));
      for (const project of ['*', 'p?', 'p[0-9]*']) expect(await store.removeGeneration(project, 1, 1)).toBe(0);
      await pointAt(store, target);
      expect(await readRows(store, target, ['sa'])).toEqual([rowOf('sa').toString('hex')]);
    });
  });
}
