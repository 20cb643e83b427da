import { setTimeout as delay } from 'node:timers/promises';
import type { Clock, Instant, Snapshot } from '@larder/registry';
import { isLarderError, LarderError } from '@larder/registry';
import type { Logger } from '@larder/service-runtime';
import { openChangeFeed } from './change-feed.js';
import type { ChangeFeed } from './change-feed.js';
import type { WatchEvent } from './registry-api.js';
import type { RegistryClient, TaggedSnapshot } from './registry-client.js';
import { createSnapshotFile } from './snapshot-file.js';
import type { SnapshotFile } from './snapshot-file.js';

export interface SnapshotWatchOptions {
  readonly client: RegistryClient;
  readonly project: string;
  /** Folder in which the last good snapshot is kept. */
  readonly directory: string;
  readonly clock: Clock;
  readonly logger: Logger;
  /** Time between two questions for a change while the registry does not tell of changes by itself; 1 by default. */
  readonly pollSeconds?: number;
}

export type SnapshotOrigin = 'registry' | 'disk';

/** Called with each new snapshot, and the one before; what it throws is logged and stops nothing. */
export type SnapshotListener = (snapshot: Snapshot, previous: Snapshot | undefined) => void;

/**
 * The current snapshot of a project, kept current in the background. Reading it never waits, never fails and never
 * depends on the registry; an answer that cannot be understood leaves the one before in place.
 */
export interface SnapshotWatch {
  /** The newest snapshot known; undefined only before the first one. */
  current(): Snapshot | undefined;
  /** Resolves with the first snapshot; rejects with UNAVAILABLE when the watch is closed before. */
  readonly ready: Promise<Snapshot>;
  /** Where the current snapshot is known from: the registry's own word, or only the file of an earlier run. Null before the first. */
  source(): SnapshotOrigin | null;
  /** When the registry last answered; undefined when it has not since the watch was opened. */
  lastContact(): Instant | undefined;
  /** Adds a listener; returns what removes it. */
  onChange(listener: SnapshotListener): () => void;
  /** Asks the registry now. Resolves also when it does not answer. */
  refresh(): Promise<void>;
  close(): Promise<void>;
}

const DEFAULT_POLL_SECONDS = 1;
/** Between two questions while the registry tells of changes by itself: only a message that was lost is found so. */
const LIVE_POLL_SECONDS = 10;

/**
 * Opens a watch: reads the file of the last run, then asks the registry once, and from then on follows its stream of new versions
 * with a slow question behind it, a quick one while there is no stream. Resolves after the first question, also when there is no
 * snapshot yet: the project may be applied later, and `ready` tells. Throws INVALID_ARGUMENT for a malformed project name.
 */
export async function openSnapshotWatch(options: SnapshotWatchOptions): Promise<SnapshotWatch> {
  const file = createSnapshotFile(options.directory, options.project);
  const feed = openChangeFeed(options.client, options.project);
  const watch = new FollowingWatch(options, file, feed);
  await watch.start();
  return {
    current: () => watch.current(),
    ready: watch.ready,
    source: () => watch.source(),
    lastContact: () => watch.lastContact(),
    onChange: (listener) => watch.onChange(listener),
    refresh: () => watch.refresh(),
    close: async () => {
      await Promise.all([watch.close(), feed.close()]);
    },
  };
}

/** As `openSnapshotWatch`, on a feed that others listen to as well and that outlives the watch. */
export async function openSnapshotWatchOn(feed: ChangeFeed, options: SnapshotWatchOptions): Promise<SnapshotWatch> {
  const watch = new FollowingWatch(options, createSnapshotFile(options.directory, options.project), feed);
  await watch.start();
  return watch;
}

class FollowingWatch implements SnapshotWatch {
  readonly ready: Promise<Snapshot>;
  private tagged: TaggedSnapshot | undefined;
  private contact: Instant | undefined;
  private reachable = true;
  private polling: Promise<void> | undefined;
  private catchingUp: Promise<void> = Promise.resolve();
  private loop: Promise<void> = Promise.resolve();
  private nap = new AbortController();
  private announced: string | undefined;
  private stopListening: () => void = () => undefined;
  private readonly closed = new AbortController();
  private readonly listeners = new Set<SnapshotListener>();
  private becomeReady: (snapshot: Snapshot) => void = () => undefined;
  private neverReady: (error: LarderError) => void = () => undefined;

  constructor(
    private readonly options: SnapshotWatchOptions,
    private readonly file: SnapshotFile,
    private readonly feed: ChangeFeed,
  ) {
    this.ready = new Promise((resolve, reject) => {
      this.becomeReady = resolve;
      this.neverReady = reject;
    });
    this.ready.catch(() => undefined);
  }

  current(): Snapshot | undefined {
    return this.tagged?.snapshot;
  }

  source(): SnapshotOrigin | null {
    if (this.tagged === undefined) return null;
    return this.contact === undefined ? 'disk' : 'registry';
  }

  lastContact(): Instant | undefined {
    return this.contact;
  }

  onChange(listener: SnapshotListener): () => void {
    this.listeners.add(listener);
    return () => void this.listeners.delete(listener);
  }

  refresh(): Promise<void> {
    this.polling ??= this.poll().finally(() => (this.polling = undefined));
    return this.polling;
  }

  async start(): Promise<void> {
    await this.readFile();
    await this.refresh();
    this.stopListening = this.feed.listen({
      onEvent: (event) => this.hear(event),
      onLive: () => this.nap.abort(),
      onAlive: () => {
        if (this.announced !== undefined && this.isCurrent()) this.contact = this.options.clock.now();
      },
    });
    this.loop = this.pollUntilClosed();
  }

  async close(): Promise<void> {
    this.stopListening();
    this.closed.abort();
    this.nap.abort();
    await this.loop;
    await this.catchingUp;
    await this.polling;
    this.neverReady(
      new LarderError(
        'UNAVAILABLE',
        `the watch of project ${this.options.project} was closed before its first snapshot`,
      ),
    );
  }

  private hear({ project, etag }: WatchEvent): void {
    if (project !== this.options.project) return;
    this.announced = etag;
    if (this.isCurrent()) return;
    this.nap.abort();
    this.catchingUp = this.catchUp();
  }

  /** A question that is under way may have been asked before the change: asks once more after it. */
  private async catchUp(): Promise<void> {
    await this.polling;
    if (!this.closed.signal.aborted && !this.isCurrent()) await this.refresh();
  }

  /** By what the stream has told. */
  private isCurrent(): boolean {
    return this.announced === this.tagged?.etag;
  }

  private async pollUntilClosed(): Promise<void> {
    const { pollSeconds = DEFAULT_POLL_SECONDS } = this.options;
    while (!this.closed.signal.aborted) {
      this.nap = new AbortController();
      const isQuiet = this.feed.isLive && this.isCurrent();
      const seconds = isQuiet ? Math.max(pollSeconds, LIVE_POLL_SECONDS) : pollSeconds;
      const slept = await delay(seconds * 1000, true, { signal: this.nap.signal }).catch(() => false);
      if (slept && !this.closed.signal.aborted) await this.refresh();
    }
  }

  private async readFile(): Promise<void> {
    const { logger } = this.options;
    try {
      const tagged = await this.file.read();
      if (tagged === undefined) return;
      logger.info(
        { path: this.file.path, version: tagged.snapshot.version },
        'starting from the last good snapshot on disk',
      );
      this.take(tagged);
    } catch (error) {
      logger.warn({ path: this.file.path, err: error }, 'the snapshot on disk is left aside');
    }
  }

  private async poll(): Promise<void> {
    const { client, project, clock } = this.options;
    try {
      const tagged = await client.snapshotIfChanged(project, this.tagged?.etag, this.closed.signal);
      this.contact = clock.now();
      this.noteReachable();
      if (tagged !== undefined) await this.takeAndKeep(tagged);
    } catch (error) {
      if (!this.closed.signal.aborted) this.noteFailure(error);
    }
  }

  private async takeAndKeep(tagged: TaggedSnapshot): Promise<void> {
    const { logger, project } = this.options;
    if (tagged.snapshot.project !== project) {
      throw new LarderError(
        'FAILED_PRECONDITION',
        `the registry answered with project ${tagged.snapshot.project} instead of ${project}`,
      );
    }
    const before = this.current()?.version;
    const { version } = tagged.snapshot;
    if (before !== undefined && version < before)
      logger.warn({ project, before, version }, 'the registry went back to an older snapshot; following it');
    this.take(tagged);
    logger.info({ project, version }, 'new snapshot');
    await this.file
      .write(tagged)
      .catch((error: unknown) =>
        logger.warn({ path: this.file.path, err: error }, 'the snapshot could not be kept on disk'),
      );
  }

  private take(tagged: TaggedSnapshot): void {
    const previous = this.current();
    this.tagged = tagged;
    this.becomeReady(tagged.snapshot);
    for (const listener of this.listeners) {
      try {
        listener(tagged.snapshot, previous);
      } catch (error) {
        this.options.logger.error({ err: error }, 'a listener of the snapshot failed');
      }
    }
  }

  private noteReachable(): void {
    if (!this.reachable) this.options.logger.info({ registry: this.options.client.url }, 'the registry answers again');
    this.reachable = true;
  }

  /** Once per outage: a poll a second would fill the log. */
  private noteFailure(error: unknown): void {
    const { logger, client, project } = this.options;
    const message = this.tagged === undefined ? 'no snapshot yet' : 'keeping the last good snapshot';
    const fields = { registry: client.url, project, err: error };
    const notApplied = isLarderError(error) && error.code === 'NOT_FOUND' && this.tagged === undefined;
    if (!this.reachable) logger.debug(fields, message);
    else if (notApplied) logger.info({ registry: client.url, project }, 'nothing has been applied to the project yet');
    else logger.warn(fields, message);
    this.reachable = false;
  }
}
