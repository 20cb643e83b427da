import type { Clock, Snapshot } from '@larder/registry';
import type { Queue } from 'bullmq';
import { ruleOptions } from './bullmq-job-options.js';
import { parsePayload } from './jobs.js';
import { planSchedulerChanges, planSchedules } from './view-schedule.js';
import type { SchedulerChanges, ViewSchedule } from './view-schedule.js';

const ID = /^view-(\d+)$/;

/** One BullMQ job scheduler per view, `view-<view id>`; each adds a `tick-view` job at every tick. */
export class BullMqSchedulers {
  constructor(
    private readonly queue: Queue,
    private readonly options: { readonly clock: Clock; readonly pushPollSeconds: number },
  ) {}

  async reconcile(snapshot: Snapshot): Promise<SchedulerChanges> {
    const changes = planSchedulerChanges(planSchedules(snapshot, this.options.pushPollSeconds), await this.read());
    for (const schedule of changes.removed) await this.queue.removeJobScheduler(schedulerId(schedule));
    for (const schedule of [...changes.added, ...changes.changed]) await this.put(schedule);
    return changes;
  }

  async read(): Promise<ViewSchedule[]> {
    const schedulers = await this.queue.getJobSchedulers();
    const schedules = schedulers.flatMap(({ key, pattern, tz, template }) => {
      const viewId = Number(ID.exec(key)?.[1] ?? 0);
      if (viewId === 0 || pattern === undefined) return [];
      const payload = parsePayload('tick-view', template?.data);
      return [{ viewId, pattern, ...(tz === undefined ? {} : { timeZone: tz }), payload }];
    });
    return schedules.sort((left, right) => left.viewId - right.viewId);
  }

  private async put(schedule: ViewSchedule): Promise<void> {
    const { pattern, timeZone, payload } = schedule;
    const repeat = { pattern, ...(timeZone === undefined ? {} : { tz: timeZone }) };
    const opts = ruleOptions('tick-view', payload, this.options.clock.now());
    await this.queue.upsertJobScheduler(schedulerId(schedule), repeat, { name: 'tick-view', data: payload, opts });
  }
}

function schedulerId({ viewId }: ViewSchedule): string {
  return `view-${viewId}`;
}
