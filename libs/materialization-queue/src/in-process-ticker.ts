import type { Clock } from '@larder/registry';
import { cadenceOf, nextTickMillis } from './view-schedule.js';
import type { ViewSchedule } from './view-schedule.js';

/** A timer cannot wait longer. */
const MAX_TIMER_MS = 2 ** 31 - 1;

/** Calls `tick` at every tick of a schedule, by the given clock. */
export class InProcessTicker {
  private timer: NodeJS.Timeout | undefined;

  constructor(
    readonly schedule: ViewSchedule,
    private readonly clock: Clock,
    private readonly tick: () => void,
  ) {
    this.arm(this.nowMillis());
  }

  stop(): void {
    clearTimeout(this.timer);
  }

  /** Waits for the first tick after `fromMillis`; a clock that stands still, or that a timer overtook, gives no tick twice. */
  private arm(fromMillis: number): void {
    const next = nextTickMillis(cadenceOf(this.schedule), fromMillis);
    if (next === undefined) return;
    const waitMs = next - fromMillis;
    if (waitMs > MAX_TIMER_MS) this.timer = setTimeout(() => this.arm(fromMillis + MAX_TIMER_MS), MAX_TIMER_MS);
    else this.timer = setTimeout(() => this.ticked(next), waitMs);
    this.timer.unref();
  }

  private ticked(atMillis: number): void {
    this.tick();
    this.arm(Math.max(atMillis, this.nowMillis()));
  }

  private nowMillis(): number {
    return Number(this.clock.now() / 1000n);
  }
}
