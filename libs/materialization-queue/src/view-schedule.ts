import { formatCadence, instantFromMillis, nextTick } from '@larder/registry';
import type { Cadence, FeatureViewSpec, Instant, Snapshot } from '@larder/registry';
import type { TickViewPayload } from './jobs.js';

/** When a view's scheduler adds a `tick-view` job. */
export interface ViewSchedule {
  readonly viewId: number;
  /** `every 3600s` (aligned to the epoch, as `lastTick` counts) or a cron expression. */
  readonly pattern: string;
  /** Of a cron expression. */
  readonly timeZone?: string;
  readonly payload: TickViewPayload;
}

export interface SchedulerChanges {
  readonly added: readonly ViewSchedule[];
  readonly changed: readonly ViewSchedule[];
  readonly removed: readonly ViewSchedule[];
}

export type TickingCadence = Exclude<Cadence, { kind: 'push' }>;

/** The schedule of every online view. Views on push are looked after every `pushPollSeconds`. Pure. */
export function planSchedules(snapshot: Snapshot, pushPollSeconds: number): ViewSchedule[] {
  return snapshot.featureViews
    .filter((view) => view.online)
    .map((view) => viewSchedule(snapshot.project, view, pushPollSeconds));
}

function viewSchedule(project: string, view: FeatureViewSpec, pushPollSeconds: number): ViewSchedule {
  const { cadence, id: viewId, name } = view;
  const requestedBy = cadence.kind === 'push' ? 'push' : 'schedule';
  const payload = { project, viewId, view: name, requestedBy } as const;
  if (cadence.kind === 'cron') return { viewId, pattern: cadence.expression, timeZone: cadence.timeZone, payload };
  return { viewId, pattern: everyPattern(cadence.kind === 'push' ? pushPollSeconds : cadence.seconds), payload };
}

/** What to add, change and remove so that `actual` becomes `wanted`. Pure. */
export function planSchedulerChanges(
  wanted: readonly ViewSchedule[],
  actual: readonly ViewSchedule[],
): SchedulerChanges {
  const byId = new Map(actual.map((each) => [each.viewId, each]));
  const wantedIds = new Set(wanted.map((each) => each.viewId));
  return {
    added: wanted.filter((each) => !byId.has(each.viewId)),
    changed: wanted.filter(
      (each) => byId.has(each.viewId) && scheduleText(byId.get(each.viewId)) !== scheduleText(each),
    ),
    removed: actual.filter((each) => !wantedIds.has(each.viewId)),
  };
}

/** The schedule's cadence. */
export function cadenceOf({ pattern, timeZone = 'UTC' }: Pick<ViewSchedule, 'pattern' | 'timeZone'>): TickingCadence {
  const every = /^every (\d+)s$/.exec(pattern);
  if (every !== null) return { kind: 'every', seconds: Number(every[1]) };
  return { kind: 'cron', expression: pattern, timeZone };
}

/** The first tick strictly after `atMillis`, in milliseconds since the epoch; undefined for a cron expression that never ticks again. */
export function nextTickMillis(cadence: TickingCadence, atMillis: number): number | undefined {
  try {
    return toMillis(nextTick(cadence, instantFromMillis(atMillis)));
  } catch {
    return undefined;
  }
}

/** Ascending by view id, one line each; for logs. */
export function describeSchedule(schedule: ViewSchedule): string {
  return `${schedule.payload.view}: ${formatCadence(cadenceOf(schedule))}`;
}

function everyPattern(seconds: number): string {
  return `every ${seconds}s`;
}

function scheduleText(schedule: ViewSchedule | undefined): string {
  if (schedule === undefined) return '';
  const { pattern, timeZone = '', payload } = schedule;
  return [pattern, timeZone, payload.project, payload.view, payload.requestedBy].join('\n');
}

function toMillis(instant: Instant): number {
  return Number(instant / 1000n);
}
