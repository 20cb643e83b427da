import { LarderError } from '@larder/registry';
import { waitFor } from '@larder/testing';
import type { JobRecord } from './job-record.js';
import type { MaterializeViewPayload } from './jobs.js';
import type { JobHandlers, JobRun, MaterializationQueue } from './materialization-queue.js';
import { twoViews, withCadence } from './testdata/two-views.js';
import { waitForJob } from './wait-for-job.js';

/** A queue of its own for one test. */
export interface OpenedQueue {
  readonly queue: MaterializationQueue;
  close(): Promise<void>;
}

/** The payload of a request for view `viewId`. */
export function request(viewId: number, fields: Partial<MaterializeViewPayload> = {}): MaterializeViewPayload {
  return { project: 'demo', viewId, view: `view_${viewId}`, mode: 'incremental', requestedBy: 'manual', ...fields };
}

/** Handlers that do nothing but what is given. */
export function handlers(given: Partial<JobHandlers>): JobHandlers {
  return {
    'materialize-view': async () => ({}),
    'tick-view': async () => ({}),
    'remove-generation': async () => ({}),
    ...given,
  };
}

/** A handler whose runs wait until they are let go, and what it has seen. */
export class Gate {
  readonly entered: JobRun<'materialize-view'>[] = [];
  private readonly waiting: (() => void)[] = [];

  readonly handler = async (run: JobRun<'materialize-view'>): Promise<Record<string, number>> => {
    this.entered.push(run);
    await new Promise<void>((resolve) => {
      this.waiting.push(resolve);
      run.signal.addEventListener('abort', () => resolve(), { once: true });
    });
    run.signal.throwIfAborted();
    return { rows: this.entered.length };
  };

  letGo(): void {
    for (const resolve of this.waiting.splice(0)) resolve();
  }

  async untilEntered(count: number): Promise<void> {
    await waitFor(() => this.entered.length, { until: (seen) => seen >= count, describe: `${count} runs to start` });
  }
}

export async function ended(queue: MaterializationQueue, jobId: string): Promise<JobRecord | undefined> {
  return waitForJob(queue, jobId, { timeoutMs: 15_000 });
}

/** What every materialization queue promises. */
export function describeMaterializationQueue(name: string, open: () => Promise<OpenedQueue>): void {
  describe(name, () => {
    let opened: OpenedQueue;
    let queue: MaterializationQueue;

    beforeEach(async () => {
      opened = await open();
      queue = opened.queue;
    });

    afterEach(async () => {
      await opened.close();
    });

    describe('requests', () => {
      it('runs a job and keeps what it answered', async () => {
        const worker = await queue.work(
          handlers({ 'materialize-view': async ({ payload }) => ({ view: payload.view }) }),
          { concurrency: 1 },
        );
        const { jobId, joined } = await queue.enqueue('materialize-view', request(1));
        expect(joined).toBe(false);
        expect(await ended(queue, jobId)).toMatchObject({
          id: jobId,
          name: 'materialize-view',
          status: 'completed',
          result: { view: 'view_1' },
          attempts: 1,
        });
        await worker.close();
      });

      it('joins a waiting request for the same work and says so', async () => {
        const first = await queue.enqueue('materialize-view', request(1));
        expect(first.joined).toBe(false);
        expect(await queue.enqueue('materialize-view', request(1, { requestedBy: 'schedule' }))).toEqual({
          jobId: first.jobId,
          joined: true,
        });
        expect((await queue.enqueue('materialize-view', request(2))).joined).toBe(false);
        expect(await queue.list()).toHaveLength(2);
      });

      it('lets an incremental request join a waiting reload, never the other way round, and never another as-of time', async () => {
        const incremental = await queue.enqueue('materialize-view', request(1));
        const reload = await queue.enqueue('materialize-view', request(1, { mode: 'reload' }));
        expect(reload).toEqual({ jobId: expect.not.stringMatching(incremental.jobId), joined: false });
        const past = await queue.enqueue('materialize-view', request(1, { asOf: '2026-01-01T00:00:00Z' }));
        expect(past.joined).toBe(false);
        const other = await queue.enqueue('materialize-view', request(2, { mode: 'reload' }));
        expect(await queue.enqueue('materialize-view', request(2))).toEqual({ jobId: other.jobId, joined: true });
      });

      it('never joins a run that has started: the second request runs after it', async () => {
        const gate = new Gate();
        const worker = await queue.work(handlers({ 'materialize-view': gate.handler }), { concurrency: 4 });
        const first = await queue.enqueue('materialize-view', request(1));
        await gate.untilEntered(1);
        const second = await queue.enqueue('materialize-view', request(1));
        expect(second).toEqual({ jobId: expect.not.stringMatching(first.jobId), joined: false });
        expect(await queue.enqueue('materialize-view', request(1))).toEqual({ jobId: second.jobId, joined: true });
        gate.letGo();
        await ended(queue, first.jobId);
        await gate.untilEntered(2);
        gate.letGo();
        expect(await ended(queue, second.jobId)).toMatchObject({ status: 'completed' });
        await worker.close();
      });

      it('gives requests with one idempotency key one job, also after it ended', async () => {
        const worker = await queue.work(handlers({}), { concurrency: 1 });
        const first = await queue.enqueue('materialize-view', request(1), { idempotencyKey: 'nightly:2026-05-07' });
        await ended(queue, first.jobId);
        expect(await queue.enqueue('materialize-view', request(1), { idempotencyKey: 'nightly:2026-05-07' })).toEqual({
          jobId: first.jobId,
          joined: true,
        });
        expect(
          (await queue.enqueue('materialize-view', request(2), { idempotencyKey: 'nightly:2026-05-07' })).joined,
        ).toBe(false);
        await worker.close();
      });

      it('refuses a wrong payload with every problem', async () => {
        const wrong = JSON.parse(JSON.stringify({ ...request(0), mode: 'all', values: [1] })) as MaterializeViewPayload;
        const problem = await queue.enqueue('materialize-view', wrong).catch((error: unknown) => error);
        expect(problem).toMatchObject({ code: 'INVALID_ARGUMENT' });
        expect((problem as LarderError).details.problems?.map((each) => each.path)).toEqual([
          'payload.viewId',
          'payload.mode',
          'payload',
        ]);
        expect(await queue.list()).toEqual([]);
      });
    });

    describe('order', () => {
      it('runs serving before push before schedule before manual before backfill, recent before old', async () => {
        const order: string[] = [];
        const asked = ['backfill', 'manual', 'schedule', 'push', 'serving'] as const;
        await queue.enqueue('materialize-view', request(9, { requestedBy: 'backfill', asOf: '2020-01-01T00:00:00Z' }));
        await queue.enqueue('materialize-view', request(8, { requestedBy: 'backfill', asOf: '2024-01-01T00:00:00Z' }));
        for (const [index, requestedBy] of asked.entries())
          await queue.enqueue('materialize-view', request(index + 1, { requestedBy }));
        const track = async ({ payload }: JobRun<'materialize-view'>): Promise<Record<string, never>> => {
          order.push(payload.asOf?.slice(0, 4) ?? payload.requestedBy);
          return {};
        };
        const worker = await queue.work(handlers({ 'materialize-view': track }), { concurrency: 1 });
        await waitFor(() => order.length, { until: (count) => count === 7 });
        expect(order).toEqual(['serving', 'push', 'schedule', 'manual', 'backfill', '2024', '2020']);
        await worker.close();
      });

      it('makes a waiting job as urgent as the most urgent request that joined it', async () => {
        const order: number[] = [];
        await queue.enqueue('materialize-view', request(1, { requestedBy: 'backfill' }));
        await queue.enqueue('materialize-view', request(2, { requestedBy: 'manual' }));
        await queue.enqueue('materialize-view', request(1, { requestedBy: 'serving' }));
        const track = async ({ payload }: JobRun<'materialize-view'>): Promise<Record<string, never>> => {
          order.push(payload.viewId);
          return {};
        };
        const worker = await queue.work(handlers({ 'materialize-view': track }), { concurrency: 1 });
        await waitFor(() => order.length, { until: (count) => count === 2 });
        expect(order).toEqual([1, 2]);
        await worker.close();
      });

      it('runs views side by side, one view never twice at a time, whatever the number of workers', async () => {
        const running = new Map<number, number>();
        let most = 0;
        let overlaps = 0;
        const track = async ({ payload: { viewId } }: JobRun<'materialize-view'>): Promise<Record<string, never>> => {
          running.set(viewId, (running.get(viewId) ?? 0) + 1);
          if ((running.get(viewId) ?? 0) > 1) overlaps++;
          most = Math.max(
            most,
            [...running.values()].reduce((sum, each) => sum + each, 0),
          );
          await waitFor(() => most, { until: (count) => count === 2 });
          await new Promise((resolve) => setTimeout(resolve, 40));
          running.set(viewId, (running.get(viewId) ?? 0) - 1);
          return {};
        };
        const asOfs = ['2026-01-01T00:00:00Z', '2026-01-02T00:00:00Z', undefined];
        const ids = await Promise.all(
          [1, 2].flatMap((view) =>
            asOfs.map((asOf) => queue.enqueue('materialize-view', request(view, asOf === undefined ? {} : { asOf }))),
          ),
        );
        const workers = [
          await queue.work(handlers({ 'materialize-view': track }), { concurrency: 3 }),
          await queue.work(handlers({ 'materialize-view': track }), { concurrency: 3 }),
        ];
        for (const { jobId } of ids) expect(await ended(queue, jobId)).toMatchObject({ status: 'completed' });
        expect({ overlaps, most }).toEqual({ overlaps: 0, most: 2 });
        await Promise.all(workers.map((worker) => worker.close()));
      });
    });

    describe('failures', () => {
      it('tries again after a passing failure', async () => {
        const attempts: number[] = [];
        const flaky = async ({ attempt }: JobRun<'materialize-view'>): Promise<Record<string, never>> => {
          attempts.push(attempt);
          if (attempt === 1) throw new LarderError('UNAVAILABLE', 'Redis is away');
          return {};
        };
        const worker = await queue.work(handlers({ 'materialize-view': flaky }), { concurrency: 1 });
        const { jobId } = await queue.enqueue('materialize-view', request(1));
        const retrying = await waitFor(() => queue.get(jobId), { until: (job) => job?.status === 'retrying' });
        expect(retrying).toMatchObject({
          attempts: 1,
          maxAttempts: 5,
          error: { code: 'UNAVAILABLE', message: 'Redis is away' },
        });
        expect(await ended(queue, jobId)).toMatchObject({ status: 'completed', attempts: 2 });
        expect(attempts).toEqual([1, 2]);
        await worker.close();
      });

      it('fails at once when trying again cannot help, and keeps the job with its reason', async () => {
        let runs = 0;
        const broken = async (): Promise<Record<string, never>> => {
          runs++;
          throw new LarderError('INVALID_ARGUMENT', 'column trips is missing\nin two lines');
        };
        const worker = await queue.work(handlers({ 'materialize-view': broken }), { concurrency: 1 });
        const { jobId } = await queue.enqueue('materialize-view', request(1));
        const error = { code: 'INVALID_ARGUMENT', message: 'column trips is missing\nin two lines' };
        expect(await ended(queue, jobId)).toMatchObject({ status: 'failed', attempts: 1, error });
        expect(runs).toBe(1);
        expect(await queue.list({ status: 'failed' })).toMatchObject([{ id: jobId, error }]);
        await worker.close();
      });

      it('hides the cause of an internal error and tells the worker', async () => {
        const told: unknown[] = [];
        const broken = async (): Promise<Record<string, never>> => {
          throw new TypeError('secret detail');
        };
        const worker = await queue.work(handlers({ 'materialize-view': broken }), {
          concurrency: 1,
          onError: (error) => told.push(error),
        });
        const { jobId } = await queue.enqueue('materialize-view', request(1));
        const job = await waitFor(() => queue.get(jobId), { until: (each) => each?.status === 'retrying' });
        expect(job?.error).toEqual({ code: 'INTERNAL', message: expect.not.stringContaining('secret') });
        expect(told).toEqual([expect.objectContaining({ message: 'secret detail' })]);
        await worker.close();
      });
    });

    describe('status', () => {
      it('shows progress while a job runs', async () => {
        const gate = new Gate();
        const worker = await queue.work(handlers({ 'materialize-view': gate.handler }), { concurrency: 1 });
        const { jobId } = await queue.enqueue('materialize-view', request(1));
        await gate.untilEntered(1);
        gate.entered[0]?.report({ phase: 'writing', rows: 1 });
        gate.entered[0]?.report({ phase: 'writing', rows: 2_000, percent: 20 });
        await waitFor(() => queue.get(jobId), { until: (job) => job?.progress?.rows === 2_000 });
        expect(await queue.get(jobId)).toMatchObject({
          status: 'running',
          attempts: 0,
          progress: { phase: 'writing', rows: 2_000, percent: 20 },
        });
        gate.letGo();
        await ended(queue, jobId);
        await worker.close();
      });

      it('lists jobs, the newest first, by view and status', async () => {
        const worker = await queue.work(handlers({}), { concurrency: 1 });
        const done = await queue.enqueue('materialize-view', request(1));
        await ended(queue, done.jobId);
        await worker.close();
        const waiting = await queue.enqueue('materialize-view', request(2));
        expect((await queue.list()).map((job) => job.id)).toEqual([waiting.jobId, done.jobId]);
        expect((await queue.list({ viewId: 1 })).map((job) => job.id)).toEqual([done.jobId]);
        expect((await queue.list({ status: 'queued' })).map((job) => job.id)).toEqual([waiting.jobId]);
        expect(await queue.list({ limit: 1 })).toHaveLength(1);
      });

      it('knows nothing of an unknown job', async () => {
        expect([await queue.get('nothing'), await queue.cancel('nothing')]).toEqual([undefined, undefined]);
      });

      it('forgets ended jobs of kinds that nobody asks about', async () => {
        const worker = await queue.work(handlers({}), { concurrency: 1 });
        const { jobId } = await queue.enqueue('remove-generation', {
          project: 'demo',
          viewId: 1,
          view: 'view_1',
          generation: 3,
        });
        await waitFor(async () => (await queue.get(jobId)) === undefined);
        await worker.close();
      });
    });

    describe('cancelling', () => {
      it('keeps a waiting job from ever starting, and later requests from joining it', async () => {
        const gate = new Gate();
        const { jobId } = await queue.enqueue('materialize-view', request(1));
        expect(await queue.cancel(jobId)).toMatchObject({ status: 'cancelled' });
        const again = await queue.enqueue('materialize-view', request(1));
        expect(again).toEqual({ jobId: expect.not.stringMatching(jobId), joined: false });
        const worker = await queue.work(handlers({ 'materialize-view': gate.handler }), { concurrency: 2 });
        await gate.untilEntered(1);
        gate.letGo();
        await ended(queue, again.jobId);
        expect(gate.entered.map((run) => run.jobId)).toEqual([again.jobId]);
        expect(await queue.get(jobId)).toMatchObject({ status: 'cancelled' });
        await worker.close();
      });

      it('stops a running job, once', async () => {
        const gate = new Gate();
        const worker = await queue.work(handlers({ 'materialize-view': gate.handler }), { concurrency: 1 });
        const { jobId } = await queue.enqueue('materialize-view', request(1));
        await gate.untilEntered(1);
        await queue.cancel(jobId);
        expect(await ended(queue, jobId)).toMatchObject({
          status: 'cancelled',
          error: { code: 'ABORTED', message: 'the job was cancelled' },
        });
        expect(gate.entered).toHaveLength(1);
        await worker.close();
      });

      it('leaves an ended job as it is', async () => {
        const worker = await queue.work(handlers({}), { concurrency: 1 });
        const { jobId } = await queue.enqueue('materialize-view', request(1));
        await ended(queue, jobId);
        expect(await queue.cancel(jobId)).toMatchObject({ status: 'completed' });
        await worker.close();
      });
    });

    describe('pausing and draining', () => {
      it('takes no job while paused', async () => {
        await queue.pause();
        const gate = new Gate();
        const worker = await queue.work(handlers({ 'materialize-view': gate.handler }), { concurrency: 1 });
        const { jobId } = await queue.enqueue('materialize-view', request(1));
        expect(await waitForJob(queue, jobId, { timeoutMs: 150 })).toMatchObject({ status: 'queued' });
        await queue.resume();
        await gate.untilEntered(1);
        gate.letGo();
        expect(await ended(queue, jobId)).toMatchObject({ status: 'completed' });
        await worker.close();
      });

      it('lets a running job end when its worker closes', async () => {
        const gate = new Gate();
        const worker = await queue.work(handlers({ 'materialize-view': gate.handler }), { concurrency: 1 });
        const { jobId } = await queue.enqueue('materialize-view', request(1));
        await gate.untilEntered(1);
        const closing = worker.close();
        gate.letGo();
        await closing;
        expect(await queue.get(jobId)).toMatchObject({ status: 'completed' });
      });

      it('stops a running job at the deadline; it starts again on another worker and loses no attempt', async () => {
        const gate = new Gate();
        const worker = await queue.work(handlers({ 'materialize-view': gate.handler }), { concurrency: 1 });
        const { jobId } = await queue.enqueue('materialize-view', request(1));
        await gate.untilEntered(1);
        await worker.close(AbortSignal.abort());
        expect(await queue.get(jobId)).toMatchObject({ status: 'queued', attempts: 0 });
        const second = await queue.work(handlers({ 'materialize-view': gate.handler }), { concurrency: 1 });
        await gate.untilEntered(2);
        gate.letGo();
        expect(await ended(queue, jobId)).toMatchObject({ status: 'completed', attempts: 1 });
        await second.close();
      });
    });

    describe('schedulers', () => {
      it('are one per online view, by its cadence', async () => {
        const changes = await queue.reconcileSchedulers(twoViews);
        expect(changes).toMatchObject({ added: [{ viewId: 1 }, { viewId: 2 }], changed: [], removed: [] });
        expect(await queue.schedules()).toEqual([
          {
            viewId: 1,
            pattern: 'every 3600s',
            payload: { project: 'demo', viewId: 1, view: 'hourly', requestedBy: 'schedule' },
          },
          {
            viewId: 2,
            pattern: '0 5 * * *',
            timeZone: 'Europe/Paris',
            payload: { project: 'demo', viewId: 2, view: 'at_five', requestedBy: 'schedule' },
          },
        ]);
      });

      it('stay as they are when nothing changed, change with a cadence, and go with their view', async () => {
        await queue.reconcileSchedulers(twoViews);
        expect(await queue.reconcileSchedulers(twoViews)).toEqual({ added: [], changed: [], removed: [] });
        const changed = withCadence(twoViews, 'at_five', { kind: 'push' });
        expect(await queue.reconcileSchedulers(changed)).toMatchObject({
          added: [],
          changed: [{ viewId: 2, pattern: 'every 1s' }],
          removed: [],
        });
        const fewer = { ...twoViews, featureViews: twoViews.featureViews.slice(0, 1) };
        expect(await queue.reconcileSchedulers(fewer)).toMatchObject({
          added: [],
          changed: [],
          removed: [{ viewId: 2 }],
        });
        expect((await queue.schedules()).map((each) => each.viewId)).toEqual([1]);
      });

      it('tick without doubles, by the new cadence as soon as it changed', async () => {
        const ticks: number[] = [];
        const track = async ({ payload }: JobRun<'tick-view'>): Promise<Record<string, never>> => {
          ticks.push(payload.viewId);
          return {};
        };
        const worker = await queue.work(handlers({ 'tick-view': track }), { concurrency: 1 });
        await queue.reconcileSchedulers(twoViews);
        expect(ticks).toEqual([]);
        const started = performance.now();
        for (let times = 0; times < 5; times++)
          await queue.reconcileSchedulers(withCadence(twoViews, 'hourly', { kind: 'every', seconds: 1 }));
        await waitFor(() => ticks.length, { until: (count) => count >= 2 });
        expect(ticks.every((viewId) => viewId === 1)).toBe(true);
        expect(ticks.length).toBeLessThanOrEqual(Math.ceil((performance.now() - started) / 1000) + 1);
        await worker.close();
      });
    });

    it('answers a ping and describes itself', async () => {
      await queue.ping();
      expect(queue.describe).toMatch(/queue/);
    });
  });
}
