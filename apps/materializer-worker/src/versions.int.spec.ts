import type { OnlineStore, PointerFlip } from '@larder/online-store';
import { MemoryOnlineStore } from '@larder/online-store';
import type { Snapshot } from '@larder/registry';
import { LarderError } from '@larder/registry';
import { liveVersion } from '@larder/registry-client';
import { waitFor } from '@larder/testing';
import type { RunReport } from './run-materialization.js';
import { runMaterialization } from './run-materialization.js';
import { Hanging } from './testing/hanging.js';
import type { History } from './testing/history.js';
import { column, nextVersion, oneView, viewOf } from './testing/snapshots.js';
import { storeWith, storeWithFinish } from './testing/store-with.js';
import { WorkerAppFixture, YESTERDAY } from './testing/worker-app.fixture.js';
import type { Job } from './testing/worker-app.fixture.js';
import { NOW, PROJECT, stored, WorkerFixture } from './testing/worker.fixture.js';
import { toStored } from './view-state.js';

const hoursAgo = (hours: number): bigint => NOW - BigInt(hours) * 3_600_000_000n;
const DAILY = { kind: 'every', seconds: 86_400 } as const;
const V1 = oneView({ features: [column('value', 'float64')], view: { cadence: DAILY } });
const V2 = nextVersion(V1, { features: [column('value', 'float32')] });
const BACK_TO_V1: Snapshot = { ...V1, version: 3 };

describe('a changed definition', () => {
  let fixture: WorkerFixture;
  let history: History;

  beforeEach(async () => {
    fixture = await WorkerFixture.open(new MemoryOnlineStore());
    history = fixture.history({ driver_id: 'BIGINT', value: 'DOUBLE', at: 'TIMESTAMP' });
    await history.write('a.parquet', [[1, 1, hoursAgo(4)]]);
    await fixture.run(V1);
    fixture.advanceSeconds(60);
  });
  afterEach(() => fixture.close());

  const pointer = (): ReturnType<OnlineStore['readPointer']> => fixture.online.readPointer(PROJECT, 1);
  const live = async (): Promise<number | undefined> => {
    const state = await fixture.states.read(1);
    return state && liveVersion(toStored(1, state));
  };
  const row = (snapshot: Snapshot, value: number): Buffer => stored(viewOf(snapshot), [value], hoursAgo(4) as never);
  const failing = (): OnlineStore =>
    storeWithFinish(fixture.online, async (writer) => {
      await writer.abort();
      throw new LarderError('UNAVAILABLE', 'the store went away');
    });

  async function failToReload(snapshot: Snapshot): Promise<void> {
    const context = { ...fixture.context, online: failing() };
    await expect(fixture.run(snapshot, {}, context)).rejects.toMatchObject({ code: 'UNAVAILABLE' });
  }

  it('leaves readers what they had while it is loaded, and then switches once', async () => {
    const before = await pointer();
    const hanging = new Hanging(fixture.online);
    const flips: PointerFlip[] = [];
    const counting = storeWith(hanging.store, {
      flipPointer: (flip) => fixture.online.flipPointer(flip).finally(() => flips.push(flip)),
    });
    const run = fixture.run(V2, {}, { ...fixture.context, online: counting });
    await hanging.arrived;
    expect(await pointer()).toEqual(before);
    expect(before).toMatchObject({ viewVersion: 1, generation: 1 });
    expect(await fixture.read(V1, [[1n]])).toEqual([row(V1, 1)]);
    expect(await live()).toBeUndefined();
    expect(await fixture.states.read(1)).toMatchObject({ viewVersion: 1, begun: { viewVersion: 2, generation: 2 } });
    hanging.letGo();
    expect((await run).plan).toMatchObject({ kind: 'reload', reason: expect.stringContaining('definition changed') });
    expect(flips.map(({ expected, next }) => [expected, next])).toEqual([[before, await pointer()]]);
    expect(await pointer()).toMatchObject({ viewVersion: 2, generation: 2, previousGeneration: 1 });
    expect(await fixture.read(V2, [[1n]])).toEqual([row(V2, 1)]);
    expect(await live()).toBe(2);
  });

  it('leaves readers what they had when it cannot be loaded', async () => {
    const before = await pointer();
    const broken = nextVersion(V1, { features: [column('absent', 'float64')] });
    await expect(fixture.run(broken)).rejects.toMatchObject({ code: 'INVALID_ARGUMENT' });
    await failToReload(V2);
    expect(await pointer()).toEqual(before);
    expect(await fixture.read(V1, [[1n]])).toEqual([row(V1, 1)]);
    expect((await fixture.run(V2)).plan).toMatchObject({ kind: 'reload', generation: 3 });
  });

  it.each([
    ['before it was loaded', async () => undefined],
    ['after a load that failed', async () => failToReload(V2)],
    ['after two', async () => failToReload(V2).then(() => failToReload(V2))],
  ])('that is taken back %s needs no reload, and no generation is written twice', async (_when, happen) => {
    await happen();
    expect((await fixture.run(BACK_TO_V1)).plan.kind).toBe('nothing');
    await history.write('b.parquet', [[2, 2, hoursAgo(4)]]);
    const run: RunReport = await fixture.run(BACK_TO_V1);
    expect(run).toMatchObject({ plan: { kind: 'incremental', generation: 1 }, written: { rowsRead: 1, written: 1 } });
    expect(await fixture.read(V1, [[1n], [2n]])).toEqual([row(V1, 1), row(V1, 2)]);
    const begun = (await fixture.states.read(1))?.begun?.generation ?? 1;
    expect((await fixture.run(V2)).plan).toMatchObject({ kind: 'reload', generation: begun + 1 });
    expect((await fixture.states.read(1))?.begun).toBeUndefined();
  });

  it('that is taken back while it is loaded never comes to be seen', async () => {
    let wanted = true;
    const store = storeWithFinish(fixture.online, (writer) => {
      wanted = false;
      return writer.finish();
    });
    const run = runMaterialization(
      { ...fixture.context, online: store },
      {
        snapshot: V2,
        view: viewOf(V2),
        payload: { mode: 'incremental', requestedBy: 'serving' },
        signal: new AbortController().signal,
        report: () => undefined,
        isWanted: () => wanted,
      },
    );
    await expect(run).rejects.toMatchObject({ code: 'ABORTED', message: expect.stringContaining('version 2') });
    expect(await pointer()).toMatchObject({ viewVersion: 1, generation: 1 });
    expect((await fixture.run(BACK_TO_V1)).plan.kind).toBe('nothing');
  });

  it('that is taken back after it was loaded is loaded again, beside the one that readers see', async () => {
    await fixture.run(V2);
    expect((await fixture.run(BACK_TO_V1)).plan).toMatchObject({ kind: 'reload', generation: 3 });
    expect(await pointer()).toMatchObject({ viewVersion: 1, generation: 3, previousGeneration: 2 });
    expect(await fixture.read(V1, [[1n]])).toEqual([row(V1, 1)]);
  });
});

describe('a worker whose view changes', () => {
  let fixture: WorkerAppFixture;
  beforeEach(async () => {
    fixture = await WorkerAppFixture.open();
  });
  afterEach(() => fixture.close());

  const pointer = (): ReturnType<OnlineStore['readPointer']> => fixture.online.readPointer(PROJECT, 1);

  it('loads the new version at once, whatever its cadence; requests meanwhile wait and harm nothing', async () => {
    const { registry } = fixture;
    registry.snapshot = V1;
    let held = new Hanging(fixture.online);
    held.letGo();
    const onlineStore = storeWith(fixture.online, { openWriter: (target) => held.store.openWriter(target) });
    const app = await fixture.openApp({}, { onlineStore });
    await waitFor(() => fixture.found(1n), { until: (each) => each === true });
    await waitFor(() => registry.states.get(1)?.asOfMicros);
    const before = await pointer();
    held = new Hanging(fixture.online);
    registry.snapshot = V2;
    await held.arrived;
    await fixture.history.write('b.parquet', [[3, 3, YESTERDAY]]);
    const { body } = await fixture.call<{ jobs: Job[] }>(app, '/v1/materializations', { method: 'POST', body: {} });
    const id = body.jobs[0]?.id ?? '';
    expect((await fixture.call<Job>(app, `/v1/materializations/${id}?wait=1`)).body.status).toBe('queued');
    expect(await pointer()).toEqual(before);
    expect([await fixture.found(1n), await fixture.found(3n)]).toEqual([true, false]);
    held.letGo();
    const { body: job } = await fixture.call<Job>(app, `/v1/materializations/${id}?wait=20`);
    expect(job).toMatchObject({ status: 'completed', result: { mode: 'incremental', generation: 2, rowsWritten: 1 } });
    expect(await pointer()).toMatchObject({ viewVersion: 2, generation: 2, previousGeneration: 1 });
    expect(await fixture.found(3n)).toBe(true);
  });

  it('loads what is registered when the run starts, not what it last heard of', async () => {
    fixture.registry.snapshot = V1;
    const app = await fixture.openApp();
    await waitFor(() => fixture.registry.states.get(1)?.asOfMicros);
    fixture.registry.snapshot = V2;
    expect(await fixture.materialize(app)).toMatchObject({ status: 'completed' });
    expect(await pointer()).toMatchObject({ viewVersion: 2 });
  });
});
