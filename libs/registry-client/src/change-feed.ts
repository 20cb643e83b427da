import { setTimeout as delay } from 'node:timers/promises';
import type { WatchEvent } from './registry-api.js';
import type { RegistryClient } from './registry-client.js';

/** What a feed tells one who listens. */
export interface FeedListener {
  /** A project's current version; of those known already at once. */
  onEvent(event: WatchEvent): void;
  /** The stream has been connected, or is connected no more. */
  onLive(isLive: boolean): void;
  /** The registry has said something, be it only that it is still there. */
  onAlive(): void;
}

/** New versions as the registry tells of them. Listening is a help, not a promise: who needs to know asks now and then, too. */
export interface ChangeFeed {
  readonly isLive: boolean;
  /** Adds a listener; returns what removes it. */
  listen(listener: FeedListener): () => void;
  close(): Promise<void>;
}

const FIRST_PAUSE_MS = 250;
const MAX_PAUSE_MS = 10_000;

/** Follows the registry's stream of one project, or of all, connecting again and again: after a quarter of a second at first, later after up to ten. */
export function openChangeFeed(client: RegistryClient, project?: string): ChangeFeed {
  const feed = new ReconnectingFeed(client, project);
  feed.start();
  return feed;
}

class ReconnectingFeed implements ChangeFeed {
  isLive = false;
  private readonly known = new Map<string, WatchEvent>();
  private readonly listeners = new Set<FeedListener>();
  private readonly closed = new AbortController();
  private following: Promise<void> = Promise.resolve();

  constructor(
    private readonly client: RegistryClient,
    private readonly project: string | undefined,
  ) {}

  start(): void {
    this.following = this.followUntilClosed();
  }

  listen(listener: FeedListener): () => void {
    this.listeners.add(listener);
    for (const event of this.known.values()) listener.onEvent(event);
    return () => void this.listeners.delete(listener);
  }

  async close(): Promise<void> {
    this.listeners.clear();
    this.closed.abort();
    await this.following;
  }

  private async followUntilClosed(): Promise<void> {
    const { signal } = this.closed;
    let pauseMs = FIRST_PAUSE_MS;
    while (!signal.aborted) {
      if (await this.follow()) pauseMs = FIRST_PAUSE_MS;
      const jitter = 0.5 + Math.random() / 2;
      await delay(pauseMs * jitter, undefined, { signal }).catch(() => undefined);
      pauseMs = Math.min(2 * pauseMs, MAX_PAUSE_MS);
    }
  }

  /** True when the stream has been there. That it ends is no news: who listens is told, and asks by itself. */
  private async follow(): Promise<boolean> {
    let wasLive = false;
    try {
      await this.client.follow({
        ...(this.project === undefined ? {} : { project: this.project }),
        signal: this.closed.signal,
        onAlive: () => {
          if (!wasLive) this.setLive(true);
          wasLive = true;
          for (const listener of this.listeners) listener.onAlive();
        },
        onEvent: (event) => this.tell(event),
      });
    } catch {
      // Nobody answers, or somebody who has no such stream: tried again later.
    }
    this.known.clear();
    if (wasLive) this.setLive(false);
    return wasLive;
  }

  private tell(event: WatchEvent): void {
    this.known.set(event.project, event);
    for (const listener of this.listeners) listener.onEvent(event);
  }

  private setLive(isLive: boolean): void {
    this.isLive = isLive;
    for (const listener of this.listeners) listener.onLive(isLive);
  }
}
