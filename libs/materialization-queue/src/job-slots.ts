/** Gives a slot back; once. */
export type ReleaseSlot = () => void;

interface Waiter {
  readonly priority: number;
  readonly resolve: (release: ReleaseSlot | undefined) => void;
}

/**
 * How many jobs that need a slot (`JOBS`) run at the same time, over the workers of any number of queues: a process that serves many
 * projects is bounded as a whole.
 */
export class JobSlots {
  private taken = 0;
  private readonly waiting: Waiter[] = [];
  private readonly listeners = new Set<() => void>();

  /** @param size At least 1. */
  constructor(readonly size: number) {}

  /** A slot, if one is free and nobody waits for it. */
  tryTake(): ReleaseSlot | undefined {
    if (this.taken >= this.size || this.waiting.length > 0) return undefined;
    return this.take();
  }

  /** A slot as soon as one is free, for the smallest priority first, then for who came first; undefined once `signal` aborts. */
  async waitFor(priority: number, signal: AbortSignal): Promise<ReleaseSlot | undefined> {
    const free = this.tryTake();
    if (free !== undefined || signal.aborted) return free;
    return new Promise((resolve) => {
      const waiter: Waiter = {
        priority,
        resolve: (release) => {
          signal.removeEventListener('abort', giveUp);
          resolve(release);
        },
      };
      const giveUp = (): void => {
        this.waiting.splice(this.waiting.indexOf(waiter), 1);
        waiter.resolve(undefined);
      };
      signal.addEventListener('abort', giveUp, { once: true });
      const later = this.waiting.findIndex((each) => each.priority > priority);
      this.waiting.splice(later < 0 ? this.waiting.length : later, 0, waiter);
    });
  }

  /** Adds a listener that is told when a slot is free and nobody waits for it; returns what removes it. */
  onFree(listener: () => void): () => void {
    this.listeners.add(listener);
    return () => void this.listeners.delete(listener);
  }

  private take(): ReleaseSlot {
    this.taken++;
    let released = false;
    return () => {
      if (released) return;
      released = true;
      this.taken--;
      this.handOn();
    };
  }

  private handOn(): void {
    const next = this.waiting.shift();
    if (next !== undefined) next.resolve(this.take());
    else for (const listener of this.listeners) listener();
  }
}
