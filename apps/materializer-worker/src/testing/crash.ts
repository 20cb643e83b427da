import type { OnlineStore, RowWriter } from '@larder/online-store';
import type { MaterializationContext } from '../run-materialization.js';
import { storeWith } from './store-with.js';

/** Where a run dies: at its `step`-th call to a store, before the call is made or after it was. */
export interface CrashPoint {
  readonly step: number;
  readonly when: 'before' | 'after';
}

/** What a dying process throws at itself: nothing after it runs. */
export class Crash extends Error {}

/** A context whose calls are counted, and fail at the crash point and for ever after, as those of a killed process do. */
export class CrashingContext {
  readonly steps: string[] = [];
  private dead = false;

  constructor(
    private readonly real: MaterializationContext,
    private readonly point?: CrashPoint,
  ) {}

  get context(): MaterializationContext {
    const { online, states, queue } = this.real;
    return {
      ...this.real,
      states: {
        read: (...args) => this.call('read state', () => states.read(...args)),
        save: (...args) => this.call('save state', () => states.save(...args)),
        recordRun: (...args) => this.call('record run', () => states.recordRun(...args)),
        runs: (...args) => states.runs(...args),
      },
      queue: { enqueue: (...args) => this.call('enqueue', () => queue.enqueue(...args)) },
      online: this.online(online),
    };
  }

  private online(real: OnlineStore): OnlineStore {
    return storeWith(real, {
      readPointer: (...args) => this.call('read pointer', () => real.readPointer(...args)),
      flipPointer: (flip) => this.call('flip pointer', () => real.flipPointer(flip)),
      openWriter: (target) => this.call('open writer', async () => this.writer(await real.openWriter(target))),
    });
  }

  private writer(real: RowWriter): RowWriter {
    return {
      add: (key, row) => {
        const step = this.begin('add row');
        const more = real.add(key, row);
        this.die(step, 'after');
        return more;
      },
      drained: () => real.drained(),
      finish: () => this.call('finish', () => real.finish()),
      abort: () => real.abort(),
    };
  }

  private async call<T>(name: string, act: () => Promise<T>): Promise<T> {
    const step = this.begin(name);
    const result = await act();
    this.die(step, 'after');
    return result;
  }

  private begin(name: string): number {
    const step = this.steps.push(name) - 1;
    this.die(step, 'before');
    return step;
  }

  private die(step: number, when: CrashPoint['when']): void {
    if (step === this.point?.step && when === this.point.when) this.dead = true;
    if (this.dead) throw new Crash(`${when} ${String(this.steps[step])}`);
  }
}
