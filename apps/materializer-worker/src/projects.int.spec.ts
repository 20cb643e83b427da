import { InProcessMaterializationQueue } from '@larder/materialization-queue';
import { MemoryOnlineStore } from '@larder/online-store';
import type { Snapshot } from '@larder/registry';
import { waitFor } from '@larder/testing';
import { redisKeys } from './testing/ask-redis.js';
import { MostAtOnce } from './testing/most-at-once.js';
import { column, oneView } from './testing/snapshots.js';
import type { Job } from './testing/worker-app.fixture.js';
import { WorkerAppFixture, YESTERDAY } from './testing/worker-app.fixture.js';
import { PROJECT } from './testing/worker.fixture.js';

const SNAPSHOT = oneView({ features: [column('value', 'float64')] });
const of = (project: string, changes: Partial<Snapshot> = {}): Snapshot => ({ ...SNAPSHOT, project, ...changes });

describe('several projects', () => {
  let fixture: WorkerAppFixture;
  beforeEach(async () => {
    fixture = await WorkerAppFixture.open();
  });
  afterEach(() => fixture.close());

  const apply = (snapshot: Snapshot): void => void (fixture.registry.project(snapshot.project).snapshot = snapshot);
  const online = (project: string, is: boolean | undefined = true): Promise<unknown> =>
    waitFor(() => fixture.found(1n, { project }), { until: (each) => each === is });

  it('share a source and nothing else; one that is applied later joins without a restart', async () => {
    apply(SNAPSHOT);
    apply(of('shop'));
    const app = await fixture.openApp({ LARDER_PROJECT: `${PROJECT},shop,team-*` });
    await Promise.all([online(PROJECT), online('shop')]);
    apply(of('team-a'));
    apply(of('other'));
    await online('team-a');
    expect(await fixture.call(app, '/health/ready')).toMatchObject({
      status: 200,
      body: { details: { snapshot: expect.stringMatching(/^test version 1 from the registry.*team-a version 1/) } },
    });
    const job = await fixture.materialize(app, { project: 'team-a', mode: 'reload' });
    expect(job).toMatchObject({ project: 'team-a', status: 'completed', result: { generation: 2 } });
    expect(await fixture.online.readPointer('team-a', 1)).toMatchObject({ generation: 2 });
    for (const project of [PROJECT, 'shop'])
      expect(await fixture.online.readPointer(project, 1)).toMatchObject({ generation: 1 });
    await waitFor(() => fixture.registry.project('team-a').runs.length, { until: (count) => count === 2 });
    expect([fixture.registry.runs.length, fixture.registry.project('shop').runs.length]).toEqual([1, 1]);
    expect(await fixture.online.readPointer('other', 1)).toBeUndefined();
    const metrics = await (await fetch(`${app.httpUrl}/metrics`)).text();
    expect(metrics).toContain(
      'larder_materialization_rows_total{project="team-a",view="driver_stats",outcome="written"} 4',
    );
  });

  it('are named by requests; a job is found in whatever project it is', async () => {
    apply(SNAPSHOT);
    apply(of('shop'));
    const app = await fixture.openApp({ LARDER_PROJECT: `${PROJECT},shop` });
    await Promise.all([online(PROJECT), online('shop')]);
    const post = (path: string, body: object): Promise<{ status: number; body: { jobs: Job[] } }> =>
      fixture.call(app, path, { method: 'POST', body });
    const inBody = await post('/v1/materializations', { project: 'shop', mode: 'reload' });
    const inQuery = await post('/v1/materializations?project=shop', { mode: 'reload', asOf: YESTERDAY });
    const byDefault = await post('/v1/materializations', {});
    const [job] = inBody.body.jobs;
    expect([inBody, inQuery, byDefault].map(({ body }) => body.jobs[0]?.project)).toEqual(['shop', 'shop', PROJECT]);
    const asked = async (query: string): Promise<number> =>
      (await fixture.call(app, `/v1/materializations/${job?.id}${query}`)).status;
    expect([await asked('?wait=20'), await asked('?project=shop'), await asked(`?project=${PROJECT}`)]).toEqual([
      200, 200, 404,
    ]);
    const cancelled = await fixture.call(app, `/v1/materializations/${job?.id}`, { method: 'DELETE' });
    expect(cancelled).toMatchObject({ status: 200, body: { project: 'shop', status: 'completed' } });
    const listed = await fixture.call<{ jobs: Job[] }>(app, '/v1/materializations?project=shop');
    expect(listed.body.jobs.map((each) => each.project)).toEqual(listed.body.jobs.map(() => 'shop'));
    expect(listed.body.jobs.length).toBe(3);
    expect(await post('/v1/materializations', { project: 'none' })).toMatchObject({
      status: 404,
      body: { error: { message: 'unknown project none; this server serves test, shop' } },
    });
    await waitFor(async () => (await fixture.online.readPointer('shop', 1))?.generation === 3);
    expect(await post('/v1/views/driver_stats/rollback?project=shop', {})).toMatchObject({
      status: 200,
      body: { project: 'shop', generation: 2 },
    });
    expect(await fixture.online.readPointer(PROJECT, 1)).toMatchObject({ generation: 1 });
  });

  it('are left alone when they are not scheduled, until they are asked for', async () => {
    apply(of('dev-anna'));
    apply(SNAPSHOT);
    const app = await fixture.openApp({ LARDER_PROJECT: `${PROJECT},dev-*` });
    await online(PROJECT);
    const jobsOf = (project: string): Promise<string[]> =>
      redisKeys(fixture.redis.url, `{larder-jobs}:materialization.${project}:*`);
    expect((await jobsOf(PROJECT)).some((key) => key.includes(':repeat:'))).toBe(true);
    expect((await jobsOf('dev-anna')).filter((key) => /:repeat:|:driver_stats-/.test(key))).toEqual([]);
    expect(await fixture.online.readPointer('dev-anna', 1)).toBeUndefined();
    expect(await fixture.materialize(app, { project: 'dev-anna' })).toMatchObject({ status: 'completed' });
    expect(await fixture.found(1n, { project: 'dev-anna' })).toBe(true);
  });

  it('are known to who asks right after they were applied', async () => {
    const app = await fixture.openApp({ LARDER_PROJECT: `${PROJECT},dev-*` });
    for (const project of [PROJECT, 'dev-anna', 'dev-ben']) {
      apply(of(project));
      expect(await fixture.materialize(app, { project })).toMatchObject({ project, status: 'completed' });
    }
  });

  it('run no more materializations at the same time, all together, than the setting says', async () => {
    const projects = Array.from({ length: 6 }, (_, index) => `p${index}`);
    for (const project of projects) apply(of(project));

    const counting = new MostAtOnce(fixture.online);
    await fixture.openApp({ LARDER_PROJECT: 'p*', LARDER_WORKER_CONCURRENCY: '2' }, { onlineStore: counting.store });
    await Promise.all(projects.map((project) => online(project)));
    expect(counting.most).toBe(2);
  });

  it('have a queue each where the queues are given', async () => {
    apply(SNAPSHOT);
    apply(of('shop'));
    const queues = new Map<string, InProcessMaterializationQueue>();
    const queue = (project: string): InProcessMaterializationQueue => {
      const opened = new InProcessMaterializationQueue({ project });
      queues.set(project, opened);
      return opened;
    };
    const onlineStore = new MemoryOnlineStore();
    const app = await fixture.openApp(
      { LARDER_PROJECT: `${PROJECT},shop`, LARDER_REDIS_URL: 'redis://127.0.0.1:1', LARDER_WORKER_CONCURRENCY: '1' },
      { onlineStore, queue },
    );
    for (const project of [PROJECT, 'shop']) {
      expect(await fixture.materialize(app, { project })).toMatchObject({ project, status: 'completed' });
      expect(await onlineStore.readPointer(project, 1)).toMatchObject({ viewVersion: 1 });
    }
    expect([...queues.keys()].sort()).toEqual(['shop', PROJECT]);
    await app.close();
    await Promise.all([...queues.values()].map((each) => each.close()));
  });
});
