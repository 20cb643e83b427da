import { InProcessMaterializationQueue } from '@larder/materialization-queue';
import { MemoryOnlineStore } from '@larder/online-store';
import type { Snapshot } from '@larder/registry';
import { silentLogger } from '@larder/service-runtime';
import { ProjectKeeper } from './project-keeper.js';
import type { ProjectKeeperOptions } from './project-keeper.js';
import { column, nextVersion, oneView } from './testing/snapshots.js';
import { PROJECT } from './testing/worker.fixture.js';

const SNAPSHOT = oneView({ features: [column('value', 'float64')] });

describe('ProjectKeeper', () => {
  let queue: InProcessMaterializationQueue;
  let online: MemoryOnlineStore;
  let snapshot: Snapshot | undefined;
  let keeper: ProjectKeeper;

  beforeEach(() => {
    queue = new InProcessMaterializationQueue({ project: PROJECT });
    online = new MemoryOnlineStore();
    snapshot = SNAPSHOT;
    keeper = openKeeper();
  });

  function openKeeper(changes: Partial<ProjectKeeperOptions> = {}): ProjectKeeper {
    return new ProjectKeeper({
      queue,
      online,
      snapshot: () => snapshot,
      logger: silentLogger(),
      intervalMs: 60_000,
      scheduled: true,
      ...changes,
    });
  }

  afterEach(async () => {
    await keeper.close();
    await queue.close();
  });

  /** Runs that were asked for; cancelled ones are asked for and ended. */
  async function asked(): Promise<number> {
    return (await queue.list()).length;
  }

  /** As if the run that was asked for had failed. */
  async function endWaiting(): Promise<void> {
    for (const { id } of await queue.list({ status: 'queued' })) await queue.cancel(id);
  }

  it('does nothing before the first snapshot', async () => {
    snapshot = undefined;
    await keeper.look();
    expect([await asked(), await queue.schedules()]).toEqual([0, []]);
  });

  it('asks for a view that is not online, urgently, and sets up its scheduler', async () => {
    await keeper.look();
    expect(await queue.list()).toMatchObject([
      { payload: { view: 'driver_stats', mode: 'incremental', requestedBy: 'serving' } },
    ]);
    expect(await queue.schedules()).toMatchObject([{ viewId: 1, pattern: 'every 3600s' }]);
  });

  it('leaves a view alone that is online', async () => {
    await online.flipPointer({
      project: PROJECT,
      viewId: 1,
      expected: undefined,
      next: { viewVersion: 1, generation: 1, epoch: 'e' },
    });
    await keeper.look();
    expect(await asked()).toBe(0);
  });

  it('asks less and less often for a view whose runs fail, and at once for its next version', async () => {
    const counts: number[] = [];
    for (let looks = 0; looks < 16; looks++) {
      await keeper.look();
      await endWaiting();
      counts.push(await asked());
    }
    expect(counts).toEqual([1, 1, 2, 2, 2, 3, 3, 3, 3, 3, 4, 4, 4, 4, 4, 4]);
    snapshot = nextVersion(SNAPSHOT);
    await keeper.look();
    expect(await asked()).toBe(5);
  });

  it('asks at once when the store was emptied', async () => {
    const pointer = { viewVersion: 1, generation: 1, epoch: 'e' };
    await online.flipPointer({ project: PROJECT, viewId: 1, expected: undefined, next: pointer });
    await keeper.look();
    await online.close();
    await keeper.look();
    expect(await asked()).toBe(1);
  });

  it('asks at once for the next version of a view, and not again when the definition comes back', async () => {
    const pointer = { viewVersion: 1, generation: 1, epoch: 'e' };
    await online.flipPointer({ project: PROJECT, viewId: 1, expected: undefined, next: pointer });
    snapshot = nextVersion(SNAPSHOT);
    await keeper.look();
    expect(await asked()).toBe(1);
    await endWaiting();
    snapshot = { ...SNAPSHOT, version: 3 };
    await keeper.look();
    expect(await asked()).toBe(1);
  });

  it('leaves a project alone that is materialized on request, and takes its schedulers away', async () => {
    await keeper.look();
    await endWaiting();
    const unscheduled = openKeeper({ scheduled: false });
    await unscheduled.look();
    expect([await asked(), await queue.schedules()]).toEqual([1, []]);
    await unscheduled.close();
  });

  it('goes on when something is away for a moment', async () => {
    const broken = openKeeper({ online: { readPointer: () => Promise.reject(new Error('away')) } });
    await expect(broken.look()).resolves.toBeUndefined();
    await broken.close();
  });
});
