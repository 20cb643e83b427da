import { LarderError } from '@larder/registry';

/** Lets a few pieces of work run at once; others wait their turn, in order, until their signal aborts. */
export class Gate {
  private readonly waiting: (() => void)[] = [];
  private running = 0;

  constructor(private readonly limits: { readonly maxRunning: number; readonly maxWaiting: number }) {}

  /** RESOURCE_EXHAUSTED when too many wait already; the signal's reason when it aborts before the turn came. */
  async run<T>(signal: AbortSignal, work: () => Promise<T>): Promise<T> {
    signal.throwIfAborted();
    if (this.running >= this.limits.maxRunning) await this.turn(signal);
    else this.running++;
    try {
      return await work();
    } finally {
      const next = this.waiting.shift();
      if (next === undefined) this.running--;
      else next();
    }
  }

  /** Resolves when one that ran has handed over its place. */
  private turn(signal: AbortSignal): Promise<void> {
    if (this.waiting.length >= this.limits.maxWaiting)
      throw new LarderError('RESOURCE_EXHAUSTED', `${this.waiting.length} requests wait already; try again later`);
    return new Promise((resolve, reject) => {
      const enter = (): void => {
        signal.removeEventListener('abort', leave);
        resolve();
      };
      const leave = (): void => {
        this.waiting.splice(this.waiting.indexOf(enter), 1);
        reject(signal.reason as Error);
      };
      this.waiting.push(enter);
      signal.addEventListener('abort', leave, { once: true });
    });
  }
}
