import { join } from 'node:path';
import { InProcessMaterializationQueue } from '@larder/materialization-queue';
import { MemoryOnlineStore } from '@larder/online-store';
import type { OnlineStore } from '@larder/online-store';
import { waitFor } from '@larder/testing';
import type { TemporaryDirectory, TestRedis } from '@larder/testing';
import { askRedis, redisKeys } from './testing/ask-redis.js';
import type { History } from './testing/history.js';
import type { RegistryStandIn } from './testing/registry-stand-in.js';
import { column, nextVersion, oneView } from './testing/snapshots.js';
import { systemTime as clock, WorkerAppFixture, YESTERDAY } from './testing/worker-app.fixture.js';
import type { Job } from './testing/worker-app.fixture.js';
import { PROJECT } from './testing/worker.fixture.js';

const SNAPSHOT = oneView({ features: [column('value', 'float64')] });

describe('the materializer-worker', () => {
  let fixture: WorkerAppFixture;
  let redis: TestRedis;
  let folder: TemporaryDirectory;
  let registry: RegistryStandIn;
  let history: History;
  let online: OnlineStore;

  beforeEach(async () => {
    fixture = await WorkerAppFixture.open();
    ({ redis, folder, registry, history, online } = fixture);
  });

  afterEach(() => fixture.close());

  const openApp: WorkerAppFixture['openApp'] = (...args) => fixture.openApp(...args);
  const call: WorkerAppFixture['call'] = (...args) => fixture.call(...args);
  const found: WorkerAppFixture['found'] = (...args) => fixture.found(...args);
  const materialize: WorkerAppFixture['materialize'] = (...args) => fixture.materialize(...args);

  /** Bytes of the rows of a generation and of their keys, as Redis has them. */
  async function bytesIn(generation: number): Promise<number> {
    const keys = await redisKeys(redis.url, `${PROJECT}{*:1.${generation}`);
    const lengths = await Promise.all(keys.map((key) => askRedis(redis.url, `STRLEN ${key}`)));
    return keys.join('').length + lengths.reduce((sum, answer) => sum + Number(/:(\d+)/.exec(answer)?.[1]), 0);
  }

  it('materializes a view as soon as it is applied, and says which snapshot it works with', async () => {
    const app = await openApp();
    expect((await call(app, '/v1/snapshot')).body).toMatchObject({ snapshotVersion: null });
    expect(await call(app, '/v1/materializations', { method: 'POST', body: {} })).toMatchObject({
      status: 503,
      body: { error: { code: 'UNAVAILABLE' } },
    });
    registry.snapshot = SNAPSHOT;
    await waitFor(() => found(1n), { until: (each) => each === true });
    expect((await call(app, '/v1/snapshot')).body).toMatchObject({ snapshotVersion: 1 });
    await waitFor(() => registry.runs.length);
    expect(registry.runs[0]).toMatchObject({
      view: 'driver_stats',
      status: 'completed',
      mode: 'reload',
      rowsWritten: 2,
      snapshotVersion: 1,
      details: { generation: 1, requestedBy: 'serving', files: 1, sourceRows: 2, bytesWritten: await bytesIn(1) },
    });
    expect(registry.states.get(1)).toMatchObject({ generation: 1, revision: 2, files: [{ rows: 2, pending: false }] });
  });

  it('is asked over HTTP, joins what waits, and answers with the run', async () => {
    registry.snapshot = SNAPSHOT;
    const app = await openApp();
    await waitFor(() => found(1n), { until: (each) => each === true });
    await history.write('b.parquet', [[3, 3, YESTERDAY]]);
    const accepted = await call<{ jobs: Job[] }>(app, '/v1/materializations', {
      method: 'POST',
      body: { views: ['driver_stats'], idempotencyKey: 'one' },
    });
    expect(accepted).toMatchObject({
      status: 202,
      body: { jobs: [{ view: 'driver_stats', joined: false, mode: 'incremental', requestedBy: 'manual' }] },
    });
    const [job] = accepted.body.jobs;
    expect((await call(app, `/v1/materializations/${job?.id}?wait=20`)).body).toMatchObject({
      status: 'completed',
      result: { mode: 'incremental', rowsRead: 1, rowsWritten: 1, rowsFenced: 0, watermark: YESTERDAY },
    });
    const again = await call<{ jobs: Job[] }>(app, '/v1/materializations', {
      method: 'POST',
      body: { views: ['driver_stats'], idempotencyKey: 'one' },
    });
    expect(again.body.jobs).toMatchObject([{ id: job?.id, joined: true, status: 'completed' }]);
    expect(await found(3n)).toBe(true);
    expect(await materialize(app)).toMatchObject({
      status: 'completed',
      result: { mode: 'none', reason: 'no file is new, grown or pending' },
    });
    const listed = await call<{ jobs: Job[] }>(app, '/v1/materializations?view=driver_stats&status=completed&limit=2');
    expect(listed.body.jobs).toHaveLength(2);
  });

  it('answers mistakes with every problem', async () => {
    registry.snapshot = {
      ...SNAPSHOT,
      featureViews: [
        ...SNAPSHOT.featureViews,
        { ...SNAPSHOT.featureViews[0]!, id: 2, name: 'offline_only', online: false },
      ],
    };
    const app = await openApp();
    const wrong = await call<{ error: { details: { problems: { path: string; message: string }[] } } }>(
      app,
      '/v1/materializations',
      { method: 'POST', body: { views: ['driver_stat', 'offline_only'], featureService: 'none' } },
    );
    expect(wrong).toMatchObject({ status: 400, body: { error: { code: 'INVALID_ARGUMENT' } } });
    expect(wrong.body.error.details.problems).toEqual([
      { path: 'views.0', message: 'unknown feature view driver_stat; did you mean driver_stats?' },
      { path: 'views.1', message: 'feature view offline_only is not online: its values are only read for training' },
      { path: 'featureService', message: 'unknown feature service none' },
    ]);
    const shape = await call<{ error: { details: { problems: { path: string }[] } } }>(app, '/v1/materializations', {
      method: 'POST',
      body: { mode: 'all', asOf: 'soon', view: 'x' },
    });
    expect(shape.body.error.details.problems.map((each) => each.path)).toEqual(['mode', 'asOf', 'view']);
    expect(await call(app, '/v1/materializations/nothing')).toMatchObject({
      status: 404,
      body: { error: { code: 'NOT_FOUND' } },
    });
    expect(await call(app, '/v1/materializations/nothing?wait=x')).toMatchObject({ status: 400 });
    expect(await call(app, '/v1/views/nothing/rollback', { method: 'POST' })).toMatchObject({ status: 404 });
    expect(await call(app, '/v1/views/driver_stats/rollback', { method: 'POST' })).toMatchObject({
      status: 412,
      body: { error: { code: 'FAILED_PRECONDITION' } },
    });
  });

  it('fails at once, with the name of what is missing, and asks again later rather than all the time', async () => {
    registry.snapshot = oneView({ features: [column('absent', 'float64')] });
    const app = await openApp();
    const job = await materialize(app, { views: ['driver_stats'] });
    expect(job).toMatchObject({
      status: 'failed',
      error: { code: 'INVALID_ARGUMENT', message: expect.stringContaining('absent') },
    });
    expect(registry.runs.find((run) => run.id === job.id)).toMatchObject({
      status: 'failed',
      error: { code: 'INVALID_ARGUMENT' },
    });
    expect(registry.states.size).toBe(0);
    const { body } = await call<{ jobs: Job[] }>(app, '/v1/materializations?status=failed');
    expect(body.jobs.length).toBeLessThanOrEqual(3);
  });

  it('follows a changed cadence and a new version without a restart', async () => {
    registry.snapshot = SNAPSHOT;
    await openApp();
    await waitFor(() => found(1n), { until: (each) => each === true });
    const [view] = SNAPSHOT.featureViews;
    registry.snapshot = {
      ...SNAPSHOT,
      version: 2,
      featureViews: [{ ...view!, cadence: { kind: 'every', seconds: 1 } }],
    };
    await waitFor(() =>
      registry.runs.some((run) => run.details?.['requestedBy'] === 'schedule' && run.snapshotVersion === 2),
    );
    registry.snapshot = { ...nextVersion(SNAPSHOT, { cadence: { kind: 'every', seconds: 3600 } }), version: 3 };
    await waitFor(async () => (await online.readPointer(PROJECT, 1))?.viewVersion, {
      until: (version) => version === 2,
    });
    expect(await online.readPointer(PROJECT, 1)).toMatchObject({ generation: 2, previousGeneration: 1 });
  });

  it('looks after views on push: new rows are online within seconds', async () => {
    registry.snapshot = { ...SNAPSHOT, featureViews: [{ ...SNAPSHOT.featureViews[0]!, cadence: { kind: 'push' } }] };
    await openApp();
    await waitFor(() => found(1n), { until: (each) => each === true });
    await history.write('b.parquet', [[7, 7, YESTERDAY]]);
    await waitFor(() => found(7n), { until: (each) => each === true });
    const loads = (): unknown[] =>
      registry.runs.filter((run) => run.details?.['requestedBy'] === 'push' && run.mode !== 'none');
    await waitFor(loads, { until: (runs) => runs.length > 0 });
    expect(loads()).toMatchObject([{ mode: 'incremental', rowsWritten: 1 }]);
  });

  it('notices an emptied Redis and fills it again, schedulers too', async () => {
    registry.snapshot = SNAPSHOT;
    const app = await openApp();
    await waitFor(() => found(1n), { until: (each) => each === true });
    await waitFor(() => registry.states.get(1)?.revision, { until: (revision) => revision === 2 });
    await askRedis(redis.url, 'FLUSHALL');
    expect(await found(1n)).toBeUndefined();
    await waitFor(() => found(1n), { until: (each) => each === true });
    expect(await online.readPointer(PROJECT, 1)).toMatchObject({ generation: 2 });
    expect(await materialize(app)).toMatchObject({ status: 'completed', result: { mode: 'none' } });
  });

  it('goes back to the generation before, stays there, and forward again', async () => {
    registry.snapshot = SNAPSHOT;
    const app = await openApp();
    await waitFor(() => found(2n), { until: (each) => each === true });
    await history.write('a.parquet', [[1, 1, YESTERDAY]]);
    expect(await materialize(app)).toMatchObject({ result: { mode: 'reload', generation: 2 } });
    expect(await found(2n)).toBe(false);
    expect(await call(app, '/v1/views/driver_stats/rollback', { method: 'POST' })).toMatchObject({
      status: 200,
      body: { view: 'driver_stats', generation: 1, previousGeneration: 2 },
    });
    expect(await found(2n)).toBe(true);
    expect(await materialize(app)).toMatchObject({ result: { mode: 'none' } });
    await history.write('b.parquet', [[5, 5, YESTERDAY]]);
    expect(await materialize(app)).toMatchObject({ result: { mode: 'incremental', generation: 1 } });
    expect([await found(2n), await found(5n)]).toEqual([true, true]);
    await call(app, '/v1/views/driver_stats/rollback', { method: 'POST' });
    expect([await found(2n), await found(5n)]).toEqual([false, false]);
  });

  it('works without Redis, on stores that it was given and leaves open', async () => {
    registry.snapshot = SNAPSHOT;
    const onlineStore = new MemoryOnlineStore();
    const queue = new InProcessMaterializationQueue({ project: PROJECT, clock });
    const app = await openApp({ LARDER_REDIS_URL: 'redis://127.0.0.1:1' }, { onlineStore, queue: () => queue });
    expect(await materialize(app)).toMatchObject({ status: 'completed' });
    expect(await onlineStore.readPointer(PROJECT, 1)).toMatchObject({ generation: 1 });
    await app.close();
    expect(await queue.list()).not.toEqual([]);
    await queue.close();
  });

  it('cancels a run that waits', async () => {
    registry.snapshot = SNAPSHOT;
    const queue = new InProcessMaterializationQueue({ project: PROJECT, clock });
    const app = await openApp({}, { queue: () => queue });
    await waitFor(() => found(1n), { until: (each) => each === true });
    await queue.pause();
    const { body } = await call<{ jobs: Job[] }>(app, '/v1/materializations', { method: 'POST', body: {} });
    const path = `/v1/materializations/${body.jobs[0]?.id}`;
    expect(await call(app, path, { method: 'DELETE' })).toMatchObject({ status: 200, body: { status: 'cancelled' } });
    await queue.resume();
    expect(await call(app, path)).toMatchObject({ body: { status: 'cancelled', error: { code: 'ABORTED' } } });
    await app.close();
    await queue.close();
  });

  it('removes a replaced generation after the time it is kept', async () => {
    registry.snapshot = SNAPSHOT;
    const app = await openApp({ LARDER_KEEP_GENERATION_SECONDS: '0' });
    await waitFor(() => found(1n), { until: (each) => each === true });
    await materialize(app, { mode: 'reload' });
    await waitFor(async () => (await online.readPointer(PROJECT, 1))?.previousGeneration === undefined);
    expect(await online.readPointer(PROJECT, 1)).toMatchObject({ generation: 2 });
    await waitFor(() => redisKeys(redis.url, `${PROJECT}{*:1.*`), {
      until: (keys) => keys.length === 2 && keys.every((key) => key.endsWith(':1.2')),
    });
  });

  it('works with two workers: one run per view, whoever is asked', async () => {
    registry.snapshot = SNAPSHOT;
    const workers = await Promise.all([
      openApp(),
      openApp({ LARDER_SNAPSHOT_DIRECTORY: join(folder.path, 'snapshots-2') }),
    ]);
    await waitFor(() => found(1n), { until: (each) => each === true });
    const jobs = await Promise.all(
      [...workers, ...workers, ...workers].map((app) => materialize(app, { mode: 'reload' })),
    );
    expect(jobs.map((job) => job.status)).toEqual(jobs.map(() => 'completed'));
    const generation = (await online.readPointer(PROJECT, 1))?.generation ?? 0;
    expect(generation).toBe(1 + new Set(jobs.map((job) => job.id)).size);
    expect(registry.runs.filter((run) => run.status === 'failed')).toEqual([]);
  });

  it('drains: readiness goes red, the running job ends, nothing is left half done', async () => {
    registry.snapshot = SNAPSHOT;
    const app = await openApp();
    await waitFor(() => found(1n), { until: (each) => each === true });
    expect(await call(app, '/health/ready')).toMatchObject({
      status: 200,
      body: {
        checks: { queue: 'ok', 'online store': 'ok', snapshot: 'ok' },
        details: { snapshot: expect.stringMatching(/^test version 1 from the registry, \d+\.\d s ago$/) },
      },
    });
    const metrics = await (await fetch(`${app.httpUrl}/metrics`)).text();
    expect(metrics).toContain(
      'larder_materialization_rows_total{project="test",view="driver_stats",outcome="written"} 2',
    );
    await app.close();
    await expect(fetch(`${app.httpUrl}/health/live`)).rejects.toThrow();
    const pointer = await online.readPointer(PROJECT, 1);
    expect(registry.states.get(1)).toMatchObject({ generation: pointer?.generation, epoch: pointer?.epoch });
  });
});
