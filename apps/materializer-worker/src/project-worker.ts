import type { JobSlots, MaterializationQueue } from '@larder/materialization-queue';
import type { OfflineStore } from '@larder/offline-store';
import type { OnlineStore } from '@larder/online-store';
import type { Clock, Snapshot } from '@larder/registry';
import type { RegistryClient, SnapshotWatch } from '@larder/registry-client';
import { matchesProject } from '@larder/registry-client';
import type { Logger } from '@larder/service-runtime';
import type { MaterializerWorkerConfig } from './config.js';
import { createJobHandlers } from './job-handlers.js';
import { ProjectKeeper } from './project-keeper.js';
import { createViewStates } from './view-states.js';
import type { ViewStates } from './view-states.js';
import type { WorkerMetrics } from './worker-metrics.js';

/** A project's queue, and what ends it when it is the worker's own. */
export interface OpenedQueue {
  readonly queue: MaterializationQueue;
  close(): Promise<void>;
}

/** What all projects of one process share. */
export interface SharedParts {
  readonly config: MaterializerWorkerConfig;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly metrics: WorkerMetrics;
  readonly client: RegistryClient;
  readonly offline: OfflineStore;
  readonly online: OnlineStore;
  /** Bounds the jobs that run at the same time, over all projects. */
  readonly slots: JobSlots;
  readonly openQueue: (project: string) => OpenedQueue;
}

/** All that one project has of its own: queue, schedulers, states, and the jobs that run. */
export interface ProjectWorker {
  readonly project: string;
  readonly queue: MaterializationQueue;
  readonly online: OnlineStore;
  readonly states: ViewStates;
  /** The newest snapshot; undefined before the first. */
  snapshot(): Snapshot | undefined;
  /** Asks the registry for a newer one. Resolves also when it does not answer. */
  refresh(): Promise<void>;
  /** Takes no more jobs and waits for the running ones; when `deadline` aborts they are stopped and start again elsewhere. */
  close(deadline?: AbortSignal): Promise<void>;
}

/** Opens a project: runs its jobs, and keeps its views as its snapshot says. */
export async function openProjectWorker(
  shared: SharedParts,
  project: string,
  watch: SnapshotWatch,
): Promise<ProjectWorker> {
  const { config, online, client, slots } = shared;
  const logger = shared.logger.child({ project });
  const { queue, close: closeQueue } = shared.openQueue(project);
  const snapshot = (): Snapshot | undefined => watch.current();
  const states = createViewStates(client, project);
  const isRetired = async (viewId: number): Promise<boolean> =>
    !hasView(snapshot(), viewId) && !hasView(await client.snapshot(project), viewId);
  const refresh = (): Promise<void> => watch.refresh();
  const { keepGenerationSeconds: keepSeconds } = config;
  const handlers = createJobHandlers({ ...shared, logger, queue, states, snapshot, refresh, isRetired, keepSeconds });
  const onError = (error: unknown): void => logger.error({ err: error }, 'a job, or the queue itself, failed');
  const work = queue.work(handlers, { concurrency: config.concurrency, slots, onError });
  const worker = await work.catch(async (error: unknown) => {
    await closeQueue();
    throw error;
  });
  const intervalMs = config.keeperSeconds * 1000;
  const scheduled = !matchesProject(config.unscheduledProjects, project);
  const keeper = new ProjectKeeper({ queue, online, snapshot, logger, intervalMs, scheduled });
  const stopListening = watch.onChange(() => void keeper.look());
  keeper.start();
  const close = async (deadline?: AbortSignal): Promise<void> => {
    stopListening();
    await keeper.close();
    await worker.close(deadline);
    await closeQueue();
  };
  return { project, queue, online, states, snapshot, refresh, close };
}

function hasView(snapshot: Snapshot | undefined, viewId: number): boolean {
  return snapshot?.featureViews.some((view) => view.id === viewId) === true;
}
