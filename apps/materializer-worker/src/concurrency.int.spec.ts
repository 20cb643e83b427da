import type { OnlineStore, ViewPointer } from '@larder/online-store';
import { RedisOnlineStore } from '@larder/online-store';
import { instantFromMicros } from '@larder/registry';
import { encodeRow } from '@larder/row-format';
import { startTestRedis } from '@larder/testing';
import type { TestRedis } from '@larder/testing';
import { redisKeys } from './testing/ask-redis.js';
import { Hanging } from './testing/hanging.js';
import { removeGeneration } from './old-generations.js';
import { rollbackView } from './rollback-view.js';
import { runMaterialization } from './run-materialization.js';
import { column, nextVersion, oneView, viewOf } from './testing/snapshots.js';
import { NOW, PROJECT, stored, WorkerFixture } from './testing/worker.fixture.js';

const hoursAgo = (hours: number): bigint => NOW - BigInt(hours) * 3_600_000_000n;
const SNAPSHOT = oneView({ features: [column('value', 'float64')] });
const COLUMNS = { driver_id: 'BIGINT', value: 'DOUBLE', at: 'TIMESTAMP' };
const REFERENCE = { project: PROJECT, viewId: 1, view: 'driver_stats' };

describe('two runs, two generations, two histories of one Redis', () => {
  let redis: TestRedis;
  let online: RedisOnlineStore;
  let fixture: WorkerFixture;

  beforeEach(async () => {
    redis = await startTestRedis();
    online = new RedisOnlineStore({ url: redis.url });
    fixture = await WorkerFixture.open(online);
    await fixture.history(COLUMNS).write('a.parquet', [
      [1, 1, hoursAgo(5)],
      [2, 2, hoursAgo(5)],
    ]);
  });

  afterEach(async () => {
    await fixture.close();
    await online.close();
    await redis.close();
  });

  const value = (each: number, hours: number): Buffer =>
    stored(viewOf(SNAPSHOT), [each], instantFromMicros(hoursAgo(hours)));

  it.each(['reload', 'incremental'] as const)(
    'a worker that hung through a %s does no harm when it wakes up',
    async (mode) => {
      await fixture.run(SNAPSHOT);
      await fixture.history(COLUMNS).write('b.parquet', [[1, 10, hoursAgo(4)]]);
      const hanging = new Hanging(online);
      const asleep = fixture
        .run(SNAPSHOT, { mode }, { ...fixture.context, online: hanging.store })
        .catch((error: unknown) => error);
      await hanging.arrived;
      await fixture.history(COLUMNS).write('c.parquet', [[1, 100, hoursAgo(3)]]);
      await fixture.run(SNAPSHOT, { mode });
      const pointer = await online.readPointer(PROJECT, 1);
      hanging.letGo();
      expect(await asleep).toMatchObject({ code: 'ABORTED' });
      expect(await online.readPointer(PROJECT, 1)).toEqual(pointer);
      expect(await fixture.read(SNAPSHOT, [[1n], [2n]])).toEqual([value(100, 3), value(2, 5)]);
      expect((await fixture.run(SNAPSHOT)).plan.kind).toBe('nothing');
    },
  );

  it('a run that was switched under by a rollback begins again', async () => {
    await fixture.run(SNAPSHOT);
    await fixture.run(SNAPSHOT, { mode: 'reload' });
    await recordGenerations(fixture);
    await fixture.history(COLUMNS).write('b.parquet', [[1, 10, hoursAgo(4)]]);
    const hanging = new Hanging(online);
    const run = fixture
      .run(SNAPSHOT, {}, { ...fixture.context, online: hanging.store })
      .catch((error: unknown) => error);
    await hanging.arrived;
    await rollbackView({ online, states: fixture.states, project: PROJECT, view: viewOf(SNAPSHOT) });
    hanging.letGo();
    expect(await run).toMatchObject({ code: 'ABORTED' });
    expect(await fixture.run(SNAPSHOT)).toMatchObject({ plan: { kind: 'incremental', generation: 1 } });
    expect(await fixture.read(SNAPSHOT, [[1n]])).toEqual([value(10, 4)]);
  });

  it('a Redis that comes back with rows from before the last run is noticed and filled again', async () => {
    await fixture.run(SNAPSHOT);
    const before = await online.readPointer(PROJECT, 1);
    await fixture.history(COLUMNS).write('b.parquet', [[1, 10, hoursAgo(4)]]);
    await fixture.run(SNAPSHOT);
    await bringBack(online, { pointer: before!, key: 'i1', row: oldRow() });
    expect(await fixture.read(SNAPSHOT, [[1n]])).toEqual([value(1, 5)]);
    expect(await fixture.run(SNAPSHOT)).toMatchObject({
      plan: { kind: 'reload', generation: 2, reason: expect.stringContaining('not as the last run left it') },
    });
    expect(await fixture.read(SNAPSHOT, [[1n]])).toEqual([value(10, 4)]);
  });

  it('a registry that comes back with a state from before the last run leads to a reload, not to lost rows', async () => {
    await fixture.run(SNAPSHOT);
    const before = await fixture.states.read(1);
    await fixture.history(COLUMNS).write('b.parquet', [[1, 10, hoursAgo(4)]]);
    await fixture.run(SNAPSHOT);
    const now = await fixture.states.read(1);
    const { revision: _revision, updatedAt: _updatedAt, ...old } = before!;
    await fixture.states.save(1, old, now!.revision);
    expect((await fixture.run(SNAPSHOT)).plan).toMatchObject({ kind: 'reload' });
    expect(await fixture.read(SNAPSHOT, [[1n], [2n]])).toEqual([value(10, 4), value(2, 5)]);
  });

  it('a run that is cancelled while it writes leaves readers with what they had, and the next one completes', async () => {
    await fixture.run(SNAPSHOT);
    await fixture.history(COLUMNS).write('a.parquet', [[1, 7, hoursAgo(4)]]);
    const controller = new AbortController();
    const request = {
      snapshot: SNAPSHOT,
      view: viewOf(SNAPSHOT),
      payload: { mode: 'incremental', requestedBy: 'manual' } as const,
    };
    const report = ({ phase }: { readonly phase: string }): void => {
      if (phase === 'writing') controller.abort(new Error('cancelled'));
    };
    await expect(
      runMaterialization(fixture.context, { ...request, signal: controller.signal, report }),
    ).rejects.toThrow('cancelled');
    expect(await fixture.read(SNAPSHOT, [[1n], [2n]])).toEqual([value(1, 5), value(2, 5)]);
    expect(await fixture.run(SNAPSHOT)).toMatchObject({ plan: { kind: 'reload', generation: 3 } });
    expect(await fixture.read(SNAPSHOT, [[1n], [2n]])).toEqual([value(7, 4), 'NOT_FOUND']);
  });

  describe('old generations', () => {
    const removal = (generation: number): ReturnType<typeof removeGeneration> =>
      removeGeneration(fixture.removal, { ...REFERENCE, generation });
    const rowKeys = async (generation: number): Promise<number> =>
      (await redisKeys(redis.url, `${PROJECT}{*:1.${generation}`)).length;

    it('are asked to be removed when they are replaced, once, and after the time they are kept', async () => {
      await fixture.run(SNAPSHOT);
      await fixture.run(SNAPSHOT, { mode: 'reload' });
      await fixture.run(SNAPSHOT);
      const jobs = await fixture.queue.list({ name: 'remove-generation' });
      expect(jobs.map((job) => job.payload)).toEqual([{ ...REFERENCE, generation: 1 }]);
    });

    it('leave the pointer before their rows go', async () => {
      await fixture.run(SNAPSHOT);
      await fixture.run(SNAPSHOT, { mode: 'reload' });
      expect(await rowKeys(1)).toBe(2);
      expect(await removal(1)).toEqual({ outcome: 'removed', rows: 2 });
      expect([await rowKeys(1), await rowKeys(2)]).toEqual([0, 2]);
      expect(await online.readPointer(PROJECT, 1)).toEqual({
        viewVersion: 1,
        generation: 2,
        epoch: expect.any(String),
      });
      await expect(
        rollbackView({ online, states: fixture.states, project: PROJECT, view: viewOf(SNAPSHOT) }),
      ).rejects.toMatchObject({ code: 'FAILED_PRECONDITION' });
    });

    it('are never removed while readers use them or may come to use them', async () => {
      await fixture.run(SNAPSHOT);
      expect(await removal(1)).toEqual({ outcome: 'in use' });
      await fixture.run(SNAPSHOT, { mode: 'reload' });
      await recordGenerations(fixture);
      await rollbackView({ online, states: fixture.states, project: PROJECT, view: viewOf(SNAPSHOT) });
      expect(await removal(2)).toEqual({ outcome: 'put off' });
      expect(await removal(1)).toEqual({ outcome: 'in use' });
      expect([await rowKeys(1), await rowKeys(2)]).toEqual([2, 2]);
      await fixture.run(SNAPSHOT, { mode: 'reload' });
      expect(await online.readPointer(PROJECT, 1)).toMatchObject({ generation: 3, previousGeneration: 1 });
      expect(await removal(2)).toMatchObject({ outcome: 'removed' });
    });

    it('of a run that died before its switch are removed once a later one is in use', async () => {
      await fixture.run(SNAPSHOT);
      const hanging = new Hanging(online);
      const dead = fixture
        .run(SNAPSHOT, { mode: 'reload' }, { ...fixture.context, online: hanging.store })
        .catch((error: unknown) => error);
      await hanging.arrived;
      expect(await removal(2)).toEqual({ outcome: 'put off' });
      await fixture.run(SNAPSHOT, { mode: 'reload' });
      hanging.letGo();
      await dead;
      const payloads = (await fixture.queue.list({ name: 'remove-generation' })).map((job) =>
        'generation' in job.payload ? job.payload.generation : 0,
      );
      expect(payloads.sort((left, right) => left - right)).toEqual([1, 2]);
      expect(await removal(2)).toMatchObject({ outcome: 'removed', rows: 2 });
    });
  });

  it('refuses to go back to rows of another version of the definition', async () => {
    await fixture.run(SNAPSHOT);
    await recordGenerations(fixture);
    const changed = nextVersion(SNAPSHOT, { features: [column('value', 'float32')] });
    await fixture.run(changed);
    const rollback = rollbackView({ online, states: fixture.states, project: PROJECT, view: viewOf(changed) });
    await expect(rollback).rejects.toMatchObject({
      code: 'FAILED_PRECONDITION',
      message: expect.stringContaining('written for version 1'),
    });
  });
});

/** The records that the job handler keeps of runs, for generations 1 and 2 of version 1. */
async function recordGenerations({ states }: WorkerFixture): Promise<void> {
  const times = { startedAt: '2026-05-07T12:00:00Z', finishedAt: '2026-05-07T12:00:00Z' };
  for (const generation of [1, 2]) {
    const head = { id: `run-${generation}`, view: 'driver_stats', viewVersion: 1, snapshotVersion: 1 };
    await states.recordRun({ ...head, ...times, mode: 'reload', status: 'completed', details: { generation } });
  }
}

/** The row of driver 1 as the first run wrote it. */
function oldRow(): Buffer {
  const eventTimeMicros = hoursAgo(5);
  return encodeRow(viewOf(SNAPSHOT), [1], { first: eventTimeMicros, second: NOW, eventTimeMicros });
}

/** Puts a row and the pointer back, as a Redis does that starts from an older copy of its data. */
async function bringBack(
  online: OnlineStore,
  { pointer, key, row }: { readonly pointer: ViewPointer; readonly key: string; readonly row: Buffer },
): Promise<void> {
  const writer = await online.openWriter({
    project: PROJECT,
    viewId: 1,
    generation: pointer.generation,
    mode: 'fresh',
  });
  writer.add(key, row);
  await writer.finish();
  await online.flipPointer({
    project: PROJECT,
    viewId: 1,
    expected: await online.readPointer(PROJECT, 1),
    next: pointer,
  });
}
