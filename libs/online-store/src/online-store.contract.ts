import type { OnlineStore, WriteTarget } from './online-store.js';
import { describePointers } from './pointers.contract.js';
import { describeReading } from './reading.contract.js';
import { describeRemoval } from './removal.contract.js';
import { describeWriting } from './writing.contract.js';

/** A store for a whole suite, and a second handle on the same data, as another process has one. */
export interface StoreFixture {
  readonly store: OnlineStore;
  readonly other: OnlineStore;
  close(): Promise<void>;
}

/** What a test of the contract works on: the stores, and a place in them where nothing has been written yet. */
export interface ContractTest {
  readonly store: OnlineStore;
  readonly other: OnlineStore;
  /** View 1, generation 1 of a project of its own, in mode `fresh`. */
  readonly target: WriteTarget;
}

/** What every online store keeps to. */
export function describeOnlineStore(name: string, open: () => Promise<StoreFixture>): void {
  describe(name, () => {
    let fixture: StoreFixture;
    let projects = 0;
    beforeAll(async () => {
      fixture = await open();
    });
    afterAll(() => fixture.close());
    const begin = (): ContractTest => ({
      store: fixture.store,
      other: fixture.other,
      target: { project: `p${++projects}`, viewId: 1, generation: 1, mode: 'fresh' },
    });

    describeReading(begin);
    describePointers(begin);
    describeWriting(begin);
    describeRemoval(begin);

    it('answers a ping', async () => {
      await expect(begin().store.ping()).resolves.toBeUndefined();
    });
  });
}
