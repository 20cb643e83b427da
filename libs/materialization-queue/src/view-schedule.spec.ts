import { parseInstant } from '@larder/registry';
import { twoViews, withCadence } from './testdata/two-views.js';
import { cadenceOf, describeSchedule, nextTickMillis, planSchedulerChanges, planSchedules } from './view-schedule.js';

function millis(text: string): number {
  return Number(parseInstant(text) / 1000n);
}

describe('planSchedules', () => {
  it('has one schedule per online view and looks after views on push at the given interval', () => {
    const plan = planSchedules(withCadence(twoViews, 'hourly', { kind: 'push' }), 5);
    expect(plan.map(({ pattern, payload }) => [payload.view, pattern, payload.requestedBy])).toEqual([
      ['hourly', 'every 5s', 'push'],
      ['at_five', '0 5 * * *', 'schedule'],
    ]);
    expect(plan.map(describeSchedule)).toEqual(['hourly: every 5s', 'at_five: cron 0 5 * * * (Europe/Paris)']);
  });
});

describe('planSchedulerChanges', () => {
  const actual = planSchedules(twoViews, 5);

  it('finds nothing to do when all is right', () => {
    expect(planSchedulerChanges(planSchedules(twoViews, 5), actual)).toEqual({ added: [], changed: [], removed: [] });
  });

  it('notices another pattern, time zone and name', () => {
    const zone = withCadence(twoViews, 'at_five', { kind: 'cron', expression: '0 5 * * *', timeZone: 'UTC' });
    expect(planSchedulerChanges(planSchedules(zone, 5), actual).changed).toMatchObject([{ viewId: 2 }]);
    const renamed = {
      ...twoViews,
      featureViews: twoViews.featureViews.map((view) => ({ ...view, name: `new_${view.name}` })),
    };
    expect(planSchedulerChanges(planSchedules(renamed, 5), actual).changed).toHaveLength(2);
  });
});

describe('nextTickMillis', () => {
  it('counts intervals from the epoch, strictly after the given time', () => {
    const hourly = cadenceOf({ pattern: 'every 3600s' });
    expect(nextTickMillis(hourly, millis('2026-05-07T21:59:59.999Z'))).toBe(millis('2026-05-07T22:00:00Z'));
    expect(nextTickMillis(hourly, millis('2026-05-07T22:00:00Z'))).toBe(millis('2026-05-07T23:00:00Z'));
  });

  it('follows the time zone of a cron expression across a change of its offset', () => {
    const atFive = cadenceOf({ pattern: '0 5 * * *', timeZone: 'Europe/Paris' });
    expect(nextTickMillis(atFive, millis('2026-03-28T12:00:00Z'))).toBe(millis('2026-03-29T03:00:00Z'));
    expect(nextTickMillis(atFive, millis('2026-03-27T12:00:00Z'))).toBe(millis('2026-03-28T04:00:00Z'));
  });

  it('is nothing for an expression that never ticks', () => {
    expect(nextTickMillis(cadenceOf({ pattern: '0 0 31 2 *' }), millis('2026-01-01'))).toBeUndefined();
  });
});
