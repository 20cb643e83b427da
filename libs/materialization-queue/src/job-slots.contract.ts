import { waitFor } from '@larder/testing';
import { JobSlots } from './job-slots.js';
import { ended, Gate, handlers, request } from './materialization-queue.contract.js';
import type { OpenedQueue } from './materialization-queue.contract.js';
import type { JobRun } from './materialization-queue.js';

/** What every queue's workers promise when they share slots with the workers of other queues. */
export function describeJobSlots(name: string, open: () => Promise<OpenedQueue>): void {
  describe(`${name} with shared slots`, () => {
    let opened: OpenedQueue;
    beforeEach(async () => {
      opened = await open();
    });
    afterEach(() => opened.close());

    it('runs no more heavy jobs than there are slots, whatever the number of workers', async () => {
      const { queue } = opened;
      const slots = new JobSlots(2);
      let running = 0;
      let most = 0;
      const track = async (run: JobRun<'materialize-view'>): Promise<Record<string, never>> => {
        most = Math.max(most, ++running);
        await waitFor(() => most === 2);
        if (run.payload.viewId % 2 === 0) await new Promise((resolve) => setImmediate(resolve));
        running--;
        return {};
      };
      const workers = await Promise.all(
        [1, 2, 3].map(() => queue.work(handlers({ 'materialize-view': track }), { concurrency: 4, slots })),
      );
      const jobs = await Promise.all(
        Array.from({ length: 12 }, (_, index) => queue.enqueue('materialize-view', request(index + 1))),
      );
      for (const { jobId } of jobs) expect(await ended(queue, jobId)).toMatchObject({ status: 'completed' });
      expect(most).toBe(2);
      await Promise.all(workers.map((worker) => worker.close()));
    });

    it('runs light jobs while no slot is free', async () => {
      const { queue } = opened;
      const gate = new Gate();
      const ticks: number[] = [];
      const tick = async ({ payload }: JobRun<'tick-view'>): Promise<Record<string, never>> => {
        ticks.push(payload.viewId);
        return {};
      };
      const slots = new JobSlots(1);
      const given = handlers({ 'materialize-view': gate.handler, 'tick-view': tick });
      const worker = await queue.work(given, { concurrency: 2, slots });
      await queue.enqueue('materialize-view', request(1));
      await gate.untilEntered(1);
      await queue.enqueue('materialize-view', request(2));
      await queue.enqueue('tick-view', { project: 'demo', viewId: 3, view: 'view_3', requestedBy: 'schedule' });
      await waitFor(() => ticks.length);
      expect([ticks, gate.entered.length]).toEqual([[3], 1]);
      gate.letGo();
      await gate.untilEntered(2);
      gate.letGo();
      await worker.close();
    });

    it('leaves a job that waits for a slot to others when its worker closes', async () => {
      const { queue } = opened;
      const slots = new JobSlots(1);
      const held = slots.tryTake();
      const gate = new Gate();
      const full = await queue.work(handlers({ 'materialize-view': gate.handler }), { concurrency: 1, slots });
      const { jobId } = await queue.enqueue('materialize-view', request(1));
      await full.close(AbortSignal.timeout(2_000));
      held?.();
      expect(gate.entered).toEqual([]);
      const other = await queue.work(handlers({}), { concurrency: 1, slots: new JobSlots(1) });
      expect(await ended(queue, jobId)).toMatchObject({ status: 'completed', attempts: 1 });
      await other.close();
    });
  });
}
