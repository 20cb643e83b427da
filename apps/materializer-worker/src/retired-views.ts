import type { OnlineStore, StoredPointer } from '@larder/online-store';
import type { Snapshot } from '@larder/registry';
import type { Logger } from '@larder/service-runtime';
import type { RemovalRequests } from './old-generations.js';
import { requestRemovals } from './old-generations.js';

/** One project as the sweep sees it. */
export interface SweptProject {
  readonly project: string;
  /** The newest snapshot; undefined before the first. */
  readonly snapshot: () => Snapshot | undefined;
  readonly queue: RemovalRequests['queue'];
}

export interface RetiredViewsOptions extends Pick<RemovalRequests, 'keepSeconds'> {
  readonly online: Pick<OnlineStore, 'listPointers'>;
  /** Undefined for a project that is not served: what it has in the store is not ours to judge. */
  readonly find: (project: string) => SweptProject | undefined;
  readonly logger: Logger;
  /** Time between two sweeps. */
  readonly intervalMs: number;
}

/**
 * Finds what views that have left their project still have in the online store, and requests its removal for after the time that
 * generations are kept. It looks at the store itself, now and then and when a view leaves, so that nothing has to be remembered between
 * restarts. The removal asks the registry once more: a view that this process does not know yet is never taken for one that is gone.
 */
export class RetiredViews {
  private timer: NodeJS.Timeout | undefined;
  private sweeping: Promise<void> = Promise.resolve();
  private waiting = false;
  private closed = false;

  constructor(private readonly options: RetiredViewsOptions) {}

  /** Sweeps now, and from time to time until it is closed. */
  start(): void {
    void this.sweep();
    this.timer = setInterval(() => void this.sweep(), this.options.intervalMs);
    this.timer.unref();
  }

  /** Sweeps; resolves when it has. Sweeps never overlap, and one that waits is enough. */
  sweep(): Promise<void> {
    if (this.waiting) return this.sweeping;
    this.waiting = true;
    this.sweeping = this.sweeping.then(async () => {
      this.waiting = false;
      if (!this.closed) await this.look();
    });
    return this.sweeping;
  }

  async close(): Promise<void> {
    this.closed = true;
    clearInterval(this.timer);
    await this.sweeping;
  }

  private async look(): Promise<void> {
    const { online, logger } = this.options;
    try {
      for (const stored of await online.listPointers()) await this.consider(stored);
    } catch (error) {
      logger.warn({ err: error }, 'what retired views have left could not be looked for; trying again');
    }
  }

  private async consider({ project, viewId, pointer }: StoredPointer): Promise<void> {
    const { find, keepSeconds } = this.options;
    const owner = find(project);
    const snapshot = owner?.snapshot();
    if (owner === undefined || snapshot === undefined) return;
    if (snapshot.featureViews.some((view) => view.id === viewId)) return;
    const generations = [pointer.generation, pointer.previousGeneration].filter((each) => each !== undefined);
    const view = { project, viewId, view: `view-${viewId}` };
    await requestRemovals({ queue: owner.queue, keepSeconds }, view, generations);
  }
}
