import { setTimeout as delay } from 'node:timers/promises';
import { LarderError } from '@larder/registry';
import { matchesProject } from '@larder/registry-client';
import type { ProjectWatches, SnapshotWatch } from '@larder/registry-client';
import type { Logger } from '@larder/service-runtime';
import type { ProjectWorker } from './project-worker.js';

export interface ProjectWorkersOptions {
  readonly watches: Pick<ProjectWatches, 'names' | 'find' | 'get' | 'onProject' | 'refresh'>;
  /** Names and patterns of what may be found. */
  readonly patterns: readonly string[];
  readonly open: (project: string, watch: SnapshotWatch) => Promise<ProjectWorker>;
  readonly logger: Logger;
}

/** How long a request waits for its project to be opened. */
const MAX_OPENING_MS = 5_000;
const FIRST_RETRY_MS = 500;
const MAX_RETRY_MS = 30_000;

/** The projects that this process works for: one worker per project, opened when the project is found. */
export class ProjectWorkers {
  private readonly workers = new Map<string, ProjectWorker>();
  private readonly opening = new Map<string, Promise<void>>();
  private readonly closed = new AbortController();
  private stopListening: () => void = () => undefined;

  constructor(private readonly options: ProjectWorkersOptions) {}

  /** Opens every project that is known, and from now on each one that is found. Throws when a known one cannot be opened. */
  async start(): Promise<void> {
    const known: Promise<void>[] = [];
    let started = false;
    this.stopListening = this.options.watches.onProject((project, watch) => {
      const opened = started ? this.openInTime(project, watch) : this.open(project, watch);
      this.opening.set(project, opened);
      if (!started) known.push(opened);
    });
    started = true;
    await Promise.all(known);
  }

  /** The worker of a project; of the default one for an empty name. NOT_FOUND, naming what is served; UNAVAILABLE while it is being opened. */
  get(project: string): ProjectWorker {
    const { watches } = this.options;
    watches.get(project);
    const name = project === '' ? (watches.names()[0] ?? '') : project;
    const found = this.workers.get(name);
    if (found !== undefined) return found;
    throw new LarderError('UNAVAILABLE', `project ${name} is being opened; try again`);
  }

  /** As `get`, with what was applied up to now: who applies and then asks is not told that nothing was applied. */
  async upToDate(project: string): Promise<ProjectWorker> {
    const { watches, patterns } = this.options;
    if (watches.find(project) === undefined && matchesProject(patterns, project)) await watches.refresh();
    await Promise.race([this.opening.get(project), delay(MAX_OPENING_MS, undefined, { ref: false })]);
    const worker = this.get(project);
    await worker.refresh();
    return worker;
  }

  /** As `get`; undefined for a project that is not open. */
  find(project: string): ProjectWorker | undefined {
    return this.workers.get(project);
  }

  /** The open ones, the default project first. */
  all(): readonly ProjectWorker[] {
    return this.options.watches.names().flatMap((name) => this.workers.get(name) ?? []);
  }

  /** Closes all at once, under one deadline. */
  async close(deadline?: AbortSignal): Promise<void> {
    this.stopListening();
    this.closed.abort();
    await Promise.allSettled(this.opening.values());
    await Promise.all([...this.workers.values()].map((worker) => worker.close(deadline)));
  }

  private async open(project: string, watch: SnapshotWatch): Promise<void> {
    this.workers.set(project, await this.options.open(project, watch));
  }

  /** A project that was found later: nobody waits for it, so that it is tried until it succeeds. */
  private async openInTime(project: string, watch: SnapshotWatch): Promise<void> {
    const { logger } = this.options;
    const { signal } = this.closed;
    for (let pauseMs = FIRST_RETRY_MS; !signal.aborted; pauseMs = Math.min(pauseMs * 2, MAX_RETRY_MS)) {
      try {
        await this.open(project, watch);
        logger.info({ project }, 'working for another project');
        return;
      } catch (error) {
        logger.warn({ project, err: error }, 'the project could not be opened; trying again');
        await delay(pauseMs, undefined, { signal }).catch(() => undefined);
      }
    }
  }
}
