import type { WatchEvent } from '@larder/registry-client';
import type { Logger } from '@larder/service-runtime';
import type { Queryable } from '../database/database.js';
import { tagOf } from '../definitions/etag.js';
import { readProjects } from '../definitions/project-store.js';

/** Called with each project whose current version changed, and at first with all that there are. */
export type WatchListener = (event: WatchEvent) => void;

export interface WatchHubOptions {
  readonly database: Queryable;
  readonly logger: Logger;
  /** Time between two looks for what other processes have applied; 500 by default. */
  readonly lookMs?: number;
}

const DEFAULT_LOOK_MS = 500;

/**
 * Tells listeners of new versions: of this process at once (`wake`), of others with the next look into the database. Every event
 * comes from a look, one look at a time, so that listeners see versions in the order in which the database had them. One query
 * a look, whatever the number of listeners; none while nobody listens.
 */
export class WatchHub {
  private readonly listeners = new Map<WatchListener, Map<string, string>>();
  private timer: NodeJS.Timeout | undefined;
  private looking: Promise<void> | undefined;
  private again = false;
  private failing = false;

  constructor(private readonly options: WatchHubOptions) {}

  get size(): number {
    return this.listeners.size;
  }

  /** Adds a listener, who is told of every project's current version first; returns what removes it. */
  listen(listener: WatchListener): () => void {
    this.listeners.set(listener, new Map());
    this.wake();
    return () => {
      this.listeners.delete(listener);
      if (this.listeners.size === 0) this.pause();
    };
  }

  /** Looks now. */
  wake(): void {
    if (this.listeners.size === 0) return;
    this.again = true;
    this.looking ??= this.lookUntilCurrent().finally(() => (this.looking = undefined));
  }

  /** Forgets all listeners; resolves when no look is under way any more. */
  async close(): Promise<void> {
    this.listeners.clear();
    this.pause();
    await this.looking;
  }

  private pause(): void {
    clearTimeout(this.timer);
    this.timer = undefined;
  }

  private async lookUntilCurrent(): Promise<void> {
    this.pause();
    while (this.again && this.listeners.size > 0) {
      this.again = false;
      await this.look();
    }
    if (this.listeners.size > 0) this.timer = setTimeout(() => this.wake(), this.options.lookMs ?? DEFAULT_LOOK_MS);
  }

  private async look(): Promise<void> {
    const { database, logger } = this.options;
    try {
      const projects = await readProjects(database);
      this.failing = false;
      for (const each of projects) this.tell({ project: each.project, version: each.version, etag: tagOf(each) });
    } catch (error) {
      if (!this.failing) logger.warn({ err: error }, 'the versions of projects cannot be read; watchers wait');
      this.failing = true;
    }
  }

  private tell(event: WatchEvent): void {
    for (const [listener, told] of this.listeners) {
      if (told.get(event.project) === event.etag) continue;
      told.set(event.project, event.etag);
      listener(event);
    }
  }
}
