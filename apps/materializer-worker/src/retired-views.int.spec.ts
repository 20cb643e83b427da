import { InProcessMaterializationQueue } from '@larder/materialization-queue';
import type { RemoveGenerationPayload } from '@larder/materialization-queue';
import { MemoryOnlineStore } from '@larder/online-store';
import type { OnlineStore } from '@larder/online-store';
import type { Snapshot } from '@larder/registry';
import { silentLogger } from '@larder/service-runtime';
import { waitFor } from '@larder/testing';
import { removeGeneration } from './old-generations.js';
import { RetiredViews } from './retired-views.js';
import { redisKeys } from './testing/ask-redis.js';
import { column, oneView, viewOf } from './testing/snapshots.js';
import { storeWith } from './testing/store-with.js';
import { WorkerAppFixture } from './testing/worker-app.fixture.js';
import { PROJECT, WorkerFixture } from './testing/worker.fixture.js';

const SNAPSHOT = oneView({ features: [column('value', 'float64')] });
const OTHER = { ...viewOf(SNAPSHOT), id: 2, name: 'other_stats' };
const BOTH: Snapshot = { ...SNAPSHOT, featureViews: [viewOf(SNAPSHOT), OTHER] };
const WITHOUT_FIRST: Snapshot = { ...SNAPSHOT, version: 2, featureViews: [OTHER] };
const REFERENCE = { project: PROJECT, viewId: 1, view: 'driver_stats' };

describe('what a retired view leaves', () => {
  let fixture: WorkerFixture;
  beforeEach(async () => {
    fixture = await WorkerFixture.open(new MemoryOnlineStore());
    const history = fixture.history({ driver_id: 'BIGINT', value: 'DOUBLE', at: 'TIMESTAMP' });
    await history.write('a.parquet', [[1, 1, '2026-05-06T00:00:00Z']]);
    await fixture.run(SNAPSHOT);
    await fixture.run(SNAPSHOT, { mode: 'reload' });
  });
  afterEach(() => fixture.close());

  const remove = (generation: number, removal = fixture.removal): ReturnType<typeof removeGeneration> =>
    removeGeneration(removal, { ...REFERENCE, generation });
  const pointer = (): ReturnType<OnlineStore['readPointer']> => fixture.online.readPointer(PROJECT, 1);

  it.each([[[2, 1]], [[1, 2]]])('goes with its pointer, in whatever order %j, and once', async (order) => {
    expect(await remove(2)).toEqual({ outcome: 'in use' });
    fixture.retired.add(1);
    for (const generation of order) expect(await remove(generation)).toEqual({ outcome: 'removed', rows: 1 });
    for (const generation of order) expect(await remove(generation)).toEqual({ outcome: 'removed', rows: 0 });
    expect(await pointer()).toBeUndefined();
  });

  it('stays while the registry does not say that the view is gone', async () => {
    const away = { ...fixture.removal, isRetired: () => Promise.reject(new Error('away')) };
    await expect(remove(2, away)).rejects.toThrow('away');
    expect(await fixture.read(SNAPSHOT, [[1n]])).not.toEqual(['UNAVAILABLE']);
  });

  it('is UNAVAILABLE before the first row goes, also when the removal dies in between', async () => {
    fixture.retired.add(1);
    const online = storeWith(fixture.online, { removeGeneration: () => Promise.reject(new Error('killed')) });
    await expect(remove(2, { ...fixture.removal, online })).rejects.toThrow('killed');
    expect(await fixture.read(SNAPSHOT, [[1n]])).toEqual(['UNAVAILABLE']);
    expect(await remove(2)).toEqual({ outcome: 'removed', rows: 1 });
  });

  it('is left to the next try when a run changed the pointer meanwhile', async () => {
    fixture.retired.add(1);
    const online = storeWith(fixture.online, { removePointer: () => Promise.resolve(false) });
    await expect(remove(2, { ...fixture.removal, online })).rejects.toMatchObject({ code: 'ABORTED' });
  });
});

describe('RetiredViews', () => {
  it('requests the removal of what no view of the snapshot owns, of projects that are served, once', async () => {
    const online = new MemoryOnlineStore();
    const queue = new InProcessMaterializationQueue({ project: PROJECT });
    const next = { viewVersion: 1, generation: 5, previousGeneration: 4, epoch: 'e' };
    for (const [project, viewId] of [
      [PROJECT, 1],
      [PROJECT, 2],
      ['stranger', 3],
      ['unknown-yet', 4],
    ] as const)
      await online.flipPointer({ project, viewId, expected: undefined, next });
    let snapshot = BOTH;
    const retired = new RetiredViews({
      online,
      find: (project) =>
        project === 'stranger'
          ? undefined
          : { project, queue, snapshot: () => (project === PROJECT ? snapshot : undefined) },
      keepSeconds: 600,
      logger: silentLogger(),
      intervalMs: 600_000,
    });
    const requested = async (): Promise<[number, number][]> => {
      await retired.sweep();
      const jobs = await queue.list({ name: 'remove-generation' });
      return jobs.map(({ payload }) => [payload.viewId, (payload as RemoveGenerationPayload).generation]);
    };
    expect(await requested()).toEqual([]);
    snapshot = WITHOUT_FIRST;
    for (let times = 0; times < 2; times++)
      expect(await requested()).toEqual([
        [1, 4],
        [1, 5],
      ]);
    await retired.close();
    await queue.close();
  });
});

describe('a worker of a project from which a view is retired', () => {
  let fixture: WorkerAppFixture;
  beforeEach(async () => {
    fixture = await WorkerAppFixture.open();
    fixture.registry.snapshot = BOTH;
  });
  afterEach(() => fixture.close());

  const found = (viewId: number): Promise<boolean | undefined> => fixture.found(1n, { viewId });
  const keys = (viewId: number): Promise<string[]> => redisKeys(fixture.redis.url, `${PROJECT}{*:${viewId}.*`);

  it('removes its rows and its pointer after the time that they are kept, and nothing else', async () => {
    await fixture.openApp({ LARDER_KEEP_GENERATION_SECONDS: '1' });
    for (const viewId of [1, 2]) await waitFor(() => found(viewId), { until: (each) => each === true });
    fixture.registry.snapshot = WITHOUT_FIRST;
    await waitFor(() => keys(1), { until: (left) => left.length === 0 });
    expect(await fixture.online.readPointer(PROJECT, 1)).toBeUndefined();
    expect([await found(2), (await keys(2)).length]).toEqual([true, 2]);
  });

  it('removes them also when it was not there when the view was retired', async () => {
    const app = await fixture.openApp();
    for (const viewId of [1, 2]) await waitFor(() => found(viewId), { until: (each) => each === true });
    await app.close();
    fixture.registry.snapshot = WITHOUT_FIRST;
    await fixture.openApp({ LARDER_KEEP_GENERATION_SECONDS: '0' });
    await waitFor(() => keys(1), { until: (left) => left.length === 0 });
    expect([await found(1), await found(2)]).toEqual([undefined, true]);
  });

  it('does not believe its own snapshot against the registry’s', async () => {
    const app = await fixture.openApp({ LARDER_KEEP_GENERATION_SECONDS: '0' });
    for (const viewId of [1, 2]) await waitFor(() => found(viewId), { until: (each) => each === true });
    await app.close();
    fixture.registry.snapshot = WITHOUT_FIRST;
    await fixture.openApp({ LARDER_KEEP_GENERATION_SECONDS: '1' });
    const removals = (): Promise<string[]> =>
      redisKeys(fixture.redis.url, '{larder-jobs}:materialization.test:view-1-*');
    await waitFor(removals, { until: (jobs) => jobs.length > 0 });
    fixture.registry.snapshot = { ...BOTH, version: 3 };
    await waitFor(removals, { until: (jobs) => jobs.length === 0, timeoutMs: 15_000 });
    expect([await found(1), await found(2)]).toEqual([true, true]);
  });
});
