import type {
  JobHandlers,
  JobResult,
  JobRun,
  MaterializationQueue,
  TickViewPayload,
} from '@larder/materialization-queue';
import { RunStopped } from '@larder/materialization-queue';
import type { OnlineStore } from '@larder/online-store';
import type { FeatureViewSpec, Snapshot } from '@larder/registry';
import { LarderError } from '@larder/registry';
import type { RunRecord } from '@larder/registry-client';
import type { Logger } from '@larder/service-runtime';
import { findFileChanges, isUnchanged } from './file-changes.js';
import { removeGeneration } from './old-generations.js';
import type { Removal } from './old-generations.js';
import type { MaterializationContext, RunReport } from './run-materialization.js';
import { runMaterialization } from './run-materialization.js';
import { failedRunRecord, finishedRunRecord, runResult } from './run-record.js';
import type { RunHead } from './run-record.js';
import { readViewFiles } from './view-files.js';
import { onlineViewById } from './view-lookup.js';
import { describesPointer, stateOfPointer } from './view-state.js';
import type { WorkerMetrics } from './worker-metrics.js';

export interface HandlerContext extends MaterializationContext, Removal {
  readonly online: OnlineStore;
  readonly queue: MaterializationQueue;
  /** The newest snapshot; undefined before the first. */
  readonly snapshot: () => Snapshot | undefined;
  /** Asks the registry for a newer one. Resolves also when it does not answer. */
  readonly refresh: () => Promise<void>;
  readonly metrics: WorkerMetrics;
  readonly logger: Logger;
}

/** Pending files are read again by polls no more often than this. */
const PENDING_POLL_MICROS = 60_000_000n;

/** What the worker does for each job of the catalogue. */
export function createJobHandlers(context: HandlerContext): JobHandlers {
  return {
    'materialize-view': (run) => materialize(context, run),
    'tick-view': (run) => tick(context, run.payload),
    'remove-generation': async ({ payload }) => {
      const outcome = await removeGeneration(context, payload);
      context.logger.info({ ...payload, ...outcome }, 'old generation');
      return { ...outcome };
    },
  };
}

async function materialize(context: HandlerContext, job: JobRun<'materialize-view'>): Promise<JobResult> {
  const { payload, signal } = job;
  // Of two workers, one that has not heard of the newest definition would load the one before again.
  await context.refresh();
  const snapshot = currentSnapshot(context);
  const view = onlineViewById(snapshot, payload.viewId, payload.view);
  const head = {
    jobId: job.jobId,
    attempt: job.attempt,
    payload,
    view,
    snapshotVersion: snapshot.version,
    startedAt: context.clock.now(),
  };
  try {
    const isWanted = (): boolean => versionNow(context, view.id) === view.version;
    const report = await runMaterialization(context, { snapshot, view, payload, signal, report: job.report, isWanted });
    await finished(context, head, report);
    return runResult(view, report);
  } catch (error) {
    await failed(context, head, signal.aborted ? signal.reason : error);
    throw error;
  }
}

/** Undefined for a view that has left the project, or the online store. */
function versionNow({ snapshot }: HandlerContext, viewId: number): number | undefined {
  const view = snapshot()?.featureViews.find((each) => each.id === viewId);
  return view?.online === true ? view.version : undefined;
}

async function finished(context: HandlerContext, head: RunHead, report: RunReport): Promise<void> {
  const { clock, metrics, logger } = context;
  metrics.finished({ project: head.payload.project, view: head.view }, report);
  logger.info({ view: head.view.name, jobId: head.jobId, ...runResult(head.view, report) }, 'view materialized');
  await record(context, finishedRunRecord(head, report, clock.now()));
}

async function failed(context: HandlerContext, head: RunHead, error: unknown): Promise<void> {
  if (error instanceof RunStopped && error.reason !== 'cancelled') return;
  const { clock, metrics, logger } = context;
  metrics.failed({ project: head.payload.project, view: head.view });
  logger.warn({ view: head.view.name, jobId: head.jobId, attempt: head.attempt, err: error }, 'materialization failed');
  await record(context, failedRunRecord(head, error, clock.now()));
}

/** A run that did its work has not failed because nobody could write that down. */
async function record({ states, logger }: HandlerContext, run: RunRecord): Promise<void> {
  await states
    .recordRun(run)
    .catch((error: unknown) =>
      logger.warn({ run: run.id, err: error }, 'the registry did not take the record of a run'),
    );
}

/** A tick of the cadence asks for a run; one of a view on push only when there is something new to load. */
async function tick(context: HandlerContext, payload: TickViewPayload): Promise<JobResult> {
  const { viewId, view, requestedBy } = payload;
  const snapshot = currentSnapshot(context);
  const spec = snapshot.featureViews.find((each) => each.id === viewId);
  if (spec?.online !== true) return { requested: false };
  if (requestedBy === 'push' && !(await hasNews(context, snapshot, spec))) return { requested: false };
  const { jobId } = await context.queue.enqueue('materialize-view', {
    project: snapshot.project,
    viewId,
    view,
    mode: 'incremental',
    requestedBy,
  });
  return { requested: true, jobId };
}

async function hasNews(
  { states, online, offline, clock }: HandlerContext,
  snapshot: Snapshot,
  view: FeatureViewSpec,
): Promise<boolean> {
  const [stored, pointer] = await Promise.all([states.read(view.id), online.readPointer(snapshot.project, view.id)]);
  const state = stateOfPointer(stored, pointer);
  if (!describesPointer(state, pointer) || state.viewVersion !== view.version) return true;
  const { files } = await readViewFiles(offline, snapshot, view);
  const rested = clock.now() - state.updatedAt >= PENDING_POLL_MICROS;
  const changes = findFileChanges(state.files, files);
  return !isUnchanged(rested ? changes : { ...changes, pending: [] });
}

function currentSnapshot({ snapshot }: HandlerContext): Snapshot {
  const current = snapshot();
  if (current === undefined) throw new LarderError('UNAVAILABLE', 'no snapshot of the project is known yet');
  return current;
}
