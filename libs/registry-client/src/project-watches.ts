import { setTimeout as delay } from 'node:timers/promises';
import { isLarderError, LarderError } from '@larder/registry';
import { openChangeFeed } from './change-feed.js';
import type { ChangeFeed } from './change-feed.js';
import type { SnapshotWatch, SnapshotWatchOptions } from './snapshot-watch.js';
import { openSnapshotWatchOn } from './snapshot-watch.js';

export interface ProjectWatchesOptions extends Omit<SnapshotWatchOptions, 'project'> {
  /** What is served: names, and patterns that end with `*`, such as `dev-*`. The first is the default project when it is a name. */
  readonly projects: readonly string[];
}

/** Called with each project when it is found: with those already known at once. */
export type ProjectListener = (project: string, watch: SnapshotWatch) => void;

/** The watched snapshots of the projects that a service serves. Projects that match a pattern join when they are first applied, and stay. */
export interface ProjectWatches {
  /** The watch of `project`, of the default project for an empty name; undefined for a project that is not served. */
  find(project: string): SnapshotWatch | undefined;
  /** As `find`; NOT_FOUND, naming what is served, when there is none. */
  get(project: string): SnapshotWatch;
  /** Names, the default project first. */
  names(): readonly string[];
  /** Adds a listener; returns what removes it. */
  onProject(listener: ProjectListener): () => void;
  /** Asks the registry now for projects and snapshots. Resolves also when it does not answer. */
  refresh(): Promise<void>;
  close(): Promise<void>;
}

const DEFAULT_POLL_SECONDS = 1;
/** Between two lists of projects while the registry tells of new ones by itself. */
const LIVE_POLL_SECONDS = 10;

/** Opens the watches of the named projects and of those the registry knows that match; never fails because the registry is away. */
export async function openProjectWatches(options: ProjectWatchesOptions): Promise<ProjectWatches> {
  const watches = new DiscoveringWatches(options);
  try {
    await watches.start();
    return watches;
  } catch (error) {
    await watches.close();
    throw error;
  }
}

/** True when one of `patterns` is the project's name, or ends with `*` and is the beginning of it. */
export function matchesProject(patterns: readonly string[], project: string): boolean {
  return patterns.some((each) => (each.endsWith('*') ? project.startsWith(each.slice(0, -1)) : each === project));
}

class DiscoveringWatches implements ProjectWatches {
  private readonly watches = new Map<string, SnapshotWatch>();
  private readonly opening = new Map<string, Promise<void>>();
  private readonly listeners = new Set<ProjectListener>();
  private readonly closed = new AbortController();
  private readonly patterns: readonly string[];
  /** One stream for all projects. */
  private readonly feed: ChangeFeed;
  private nap = new AbortController();
  private looking: Promise<void> | undefined;
  private loop: Promise<void> = Promise.resolve();

  constructor(private readonly options: ProjectWatchesOptions) {
    this.patterns = options.projects.filter((each) => each.endsWith('*'));
    this.feed = openChangeFeed(options.client);
  }

  async start(): Promise<void> {
    const named = this.options.projects.filter((each) => !each.endsWith('*'));
    await Promise.all(named.map((each) => this.open(each)));
    if (this.patterns.length === 0) return;
    await this.look();
    this.feed.listen({
      onEvent: ({ project }) => {
        if (matchesProject(this.patterns, project))
          this.open(project).catch((error: unknown) => this.noteFailure(error));
      },
      onLive: () => this.nap.abort(),
      onAlive: () => undefined,
    });
    this.loop = this.lookUntilClosed();
  }

  find(project: string): SnapshotWatch | undefined {
    return this.watches.get(project === '' ? (this.names()[0] ?? '') : project);
  }

  get(project: string): SnapshotWatch {
    const found = this.find(project);
    if (found !== undefined) return found;
    const served = this.names().join(', ');
    throw new LarderError(
      'NOT_FOUND',
      project === ''
        ? 'no project has been applied yet'
        : `unknown project ${project}; this server serves ${served || 'none yet'}`,
    );
  }

  names(): readonly string[] {
    const [first] = this.options.projects;
    return [...this.watches.keys()].sort((a, b) => Number(b === first) - Number(a === first) || (a < b ? -1 : 1));
  }

  onProject(listener: ProjectListener): () => void {
    this.listeners.add(listener);
    for (const [project, watch] of this.watches) listener(project, watch);
    return () => void this.listeners.delete(listener);
  }

  async refresh(): Promise<void> {
    if (this.patterns.length > 0) await this.look();
    await Promise.all([...this.watches.values()].map((each) => each.refresh()));
  }

  async close(): Promise<void> {
    this.closed.abort();
    this.nap.abort();
    await this.feed.close();
    await this.loop;
    await this.looking;
    await Promise.all(this.opening.values());
    await Promise.all([...this.watches.values()].map((each) => each.close()));
  }

  private look(): Promise<void> {
    this.looking ??= this.discover().finally(() => (this.looking = undefined));
    return this.looking;
  }

  private async lookUntilClosed(): Promise<void> {
    const { pollSeconds = DEFAULT_POLL_SECONDS } = this.options;
    while (!this.closed.signal.aborted) {
      this.nap = new AbortController();
      const seconds = this.feed.isLive ? Math.max(pollSeconds, LIVE_POLL_SECONDS) : pollSeconds;
      const slept = await delay(seconds * 1000, true, { signal: this.nap.signal }).catch(() => false);
      if (slept && !this.closed.signal.aborted) await this.look();
    }
  }

  private async discover(): Promise<void> {
    const { client, logger } = this.options;
    try {
      const projects = await client.projects();
      const found = projects.map((each) => each.project).filter((each) => matchesProject(this.patterns, each));
      await Promise.all(found.map((each) => this.open(each)));
    } catch (error) {
      if (!isLarderError(error)) this.noteFailure(error);
      else logger.debug({ registry: client.url, err: error }, 'the projects of the registry are not known');
    }
  }

  private noteFailure(error: unknown): void {
    this.options.logger.error({ err: error }, 'a project that was found could not be opened');
  }

  /** Once, whoever finds the project first. */
  private open(project: string): Promise<void> {
    if (this.watches.has(project) || this.closed.signal.aborted) return Promise.resolve();
    const known = this.opening.get(project);
    if (known !== undefined) return known;
    const opening = this.openNow(project).finally(() => this.opening.delete(project));
    this.opening.set(project, opening);
    return opening;
  }

  private async openNow(project: string): Promise<void> {
    const watch = await openSnapshotWatchOn(this.feed, { ...this.options, project });
    this.watches.set(project, watch);
    for (const listener of this.listeners) listener(project, watch);
  }
}
