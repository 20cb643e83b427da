import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { startTestRedis, waitFor } from '@larder/testing';
import type { TestRedis } from '@larder/testing';
import { Redis } from 'ioredis';
import { BullMqMaterializationQueue } from './bullmq-materialization-queue.js';
import { ended, Gate, handlers, request } from './materialization-queue.contract.js';
import { queueKeys } from './queue-keys.js';
import { twoViews } from './testdata/two-views.js';

const HOOKS = fileURLToPath(new URL('../../local-services/src/testdata/typescript-hooks.mjs', import.meta.url));
const STUCK_WORKER = fileURLToPath(new URL('./testdata/stuck-worker.ts', import.meta.url));

describe('BullMqMaterializationQueue when things die', () => {
  let redis: TestRedis;
  let plain: Redis;
  const queues: BullMqMaterializationQueue[] = [];

  function openQueue(): BullMqMaterializationQueue {
    const queue = new BullMqMaterializationQueue({ url: redis.url, project: 'demo', holdMs: 1_000 });
    queues.push(queue);
    return queue;
  }

  beforeEach(async () => {
    redis = await startTestRedis();
    plain = new Redis(redis.url);
  });

  afterEach(async () => {
    await Promise.all(queues.splice(0).map((queue) => queue.close()));
    plain.disconnect();
    await redis.close();
  });

  it('fails with UNAVAILABLE and without the password while Redis is away', async () => {
    const queue = new BullMqMaterializationQueue({ url: 'redis://user:secret@127.0.0.1:1/0', project: 'demo' });
    const error = await queue.enqueue('materialize-view', request(1)).catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ code: 'UNAVAILABLE', message: expect.stringContaining('redis://127.0.0.1:1/0') });
    expect(`${String(error)} ${queue.describe}`).not.toContain('secret');
    await queue.close();
  });

  it('starts the job of a worker that was killed again on another one, and keeps the view to it until then', async () => {
    const queue = openQueue();
    const args = ['--no-warnings', '--conditions=@larder/source', '--import', HOOKS, STUCK_WORKER];
    const child = spawn(process.execPath, args, {
      env: { ...process.env, LARDER_TEST_REDIS: redis.url },
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const { jobId } = await queue.enqueue('materialize-view', request(1));
    expect(String((await once(child.stdout, 'data'))[0]).trim()).toBe(jobId);
    child.kill('SIGKILL');
    const gate = new Gate();
    const worker = await queue.work(handlers({ 'materialize-view': gate.handler }), { concurrency: 2 });
    const behind = await queue.enqueue('materialize-view', request(1));
    expect(behind.joined).toBe(false);
    await gate.untilEntered(1);
    gate.letGo();
    await gate.untilEntered(2);
    gate.letGo();
    expect(await ended(queue, jobId)).toMatchObject({ status: 'completed' });
    expect(await ended(queue, behind.jobId)).toMatchObject({ status: 'completed' });
    expect(gate.entered.map((run) => run.jobId).sort()).toEqual([jobId, behind.jobId].sort());
    await worker.close();
  });

  it('stops a run that lost its claim on the view, and starts it again', async () => {
    const queue = openQueue();
    const gate = new Gate();
    const worker = await queue.work(handlers({ 'materialize-view': gate.handler }), { concurrency: 1 });
    const { jobId } = await queue.enqueue('materialize-view', request(1));
    await gate.untilEntered(1);
    await plain.del(queueKeys('demo').claim(1));
    await gate.untilEntered(2);
    expect(gate.entered[0]?.signal.reason).toMatchObject({ reason: 'lock-lost' });
    gate.letGo();
    expect(await ended(queue, jobId)).toMatchObject({ status: 'completed', attempts: 1 });
    await worker.close();
  });

  it('keeps a job longer than its hold alive while its worker lives', async () => {
    const queue = openQueue();
    const gate = new Gate();
    const workers = [await queue.work(handlers({ 'materialize-view': gate.handler }), { concurrency: 1 })];
    const { jobId } = await queue.enqueue('materialize-view', request(1));
    await gate.untilEntered(1);
    workers.push(await openQueue().work(handlers({ 'materialize-view': gate.handler }), { concurrency: 1 }));
    const seen = performance.now();
    await waitFor(() => performance.now() - seen > 2_500);
    expect(gate.entered).toHaveLength(1);
    gate.letGo();
    expect(await ended(queue, jobId)).toMatchObject({ status: 'completed' });
    await Promise.all(workers.map((worker) => worker.close()));
  });

  it('cancels a job that runs in another process', async () => {
    const gate = new Gate();
    const worker = await openQueue().work(handlers({ 'materialize-view': gate.handler }), { concurrency: 1 });
    const queue = openQueue();
    const { jobId } = await queue.enqueue('materialize-view', request(1));
    await gate.untilEntered(1);
    expect(await queue.cancel(jobId)).toMatchObject({ status: 'running' });
    expect(await ended(queue, jobId)).toMatchObject({ status: 'cancelled' });
    await worker.close();
  });

  it('gives requests that come at the same time from many processes one job', async () => {
    const asking = Array.from({ length: 8 }, openQueue);
    const answers = await Promise.all(asking.map((queue) => queue.enqueue('materialize-view', request(1))));
    expect(new Set(answers.map((each) => each.jobId)).size).toBe(1);
    expect(answers.filter((each) => !each.joined)).toHaveLength(1);
  });

  it('puts schedulers back after Redis was emptied, and works on', async () => {
    const queue = openQueue();
    const worker = await queue.work(handlers({}), { concurrency: 1 });
    await queue.reconcileSchedulers(twoViews);
    await plain.flushall();
    expect(await queue.schedules()).toEqual([]);
    expect((await queue.reconcileSchedulers(twoViews)).added).toHaveLength(2);
    const { jobId } = await queue.enqueue('materialize-view', request(1));
    expect(await ended(queue, jobId)).toMatchObject({ status: 'completed' });
    await worker.close();
  });

  it('makes no doubles when several workers reconcile at the same time', async () => {
    await Promise.all(Array.from({ length: 5 }, () => openQueue().reconcileSchedulers(twoViews)));
    expect(await openQueue().schedules()).toHaveLength(2);
    const { delayed } = await delayedJobs(plain);
    expect(delayed).toBe(2);
  });
});

async function delayedJobs(redis: Redis): Promise<{ readonly delayed: number }> {
  return { delayed: await redis.zcard('{larder-jobs}:materialization.demo:delayed') };
}
