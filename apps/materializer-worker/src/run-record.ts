import type { JobResult, MaterializeViewPayload } from '@larder/materialization-queue';
import { RunStopped } from '@larder/materialization-queue';
import type { FeatureViewSpec, Instant } from '@larder/registry';
import { formatInstant, LarderError } from '@larder/registry';
import type { RunRecord } from '@larder/registry-client';
import type { RunReport } from './run-materialization.js';

/** What is known of a run before it starts. */
export interface RunHead {
  readonly jobId: string;
  /** From 1. */
  readonly attempt: number;
  readonly payload: MaterializeViewPayload;
  readonly view: FeatureViewSpec;
  readonly snapshotVersion: number;
  readonly startedAt: Instant;
}

const MAX_MESSAGE = 10_000;

/**
 * The record of a run that did its work. `rowsWritten` of a reload is the number of entities. Its `details`: which `generation` the rows
 * are in; `bytesWritten` of packed rows and their keys; `files` and `sourceRows` of the source as the run found it, whatever it read of them.
 */
export function finishedRunRecord(head: RunHead, report: RunReport, finishedAt: Instant): RunRecord {
  const { plan, source, asOf, watermark, written, phasesMs } = report;
  return {
    ...recordHead(head, finishedAt),
    mode: runMode(head.view, report),
    status: 'completed',
    ...(written === undefined
      ? {}
      : { rowsRead: written.rowsRead, rowsWritten: written.written, rowsFenced: written.fenced }),
    details: {
      ...detailsOf(head),
      reason: plan.reason,
      asOf: formatInstant(asOf),
      phasesMs,
      files: source.files,
      sourceRows: source.rows,
      ...(watermark === undefined ? {} : { watermark: formatInstant(watermark) }),
      ...(plan.kind === 'nothing'
        ? {}
        : { generation: plan.generation, filesRead: plan.files?.length ?? plan.manifest.length }),
      ...(written === undefined ? {} : { nullKeys: written.nullKeys, bytesWritten: written.bytes + written.keyBytes }),
    },
  };
}

/** The record of an attempt that failed or was cancelled; the next attempt replaces it. */
export function failedRunRecord(head: RunHead, error: unknown, finishedAt: Instant): RunRecord {
  const { code, message } = LarderError.from(error);
  return {
    ...recordHead(head, finishedAt),
    mode: head.payload.mode,
    status: error instanceof RunStopped ? 'cancelled' : 'failed',
    error: {
      code,
      message: code === 'INTERNAL' ? 'internal error; the worker has logged its cause' : message.slice(0, MAX_MESSAGE),
    },
    details: detailsOf(head),
  };
}

/** What a job answers: counts and times, for the one who asked. */
export function runResult(view: FeatureViewSpec, report: RunReport): JobResult {
  const { plan, asOf, watermark, written, phasesMs } = report;
  return {
    mode: runMode(view, report),
    reason: plan.reason,
    asOf: formatInstant(asOf),
    phasesMs: { ...phasesMs },
    ...(watermark === undefined ? {} : { watermark: formatInstant(watermark) }),
    ...(plan.kind === 'nothing' ? {} : { generation: plan.generation }),
    rowsRead: written?.rowsRead ?? 0,
    rowsWritten: written?.written ?? 0,
    rowsFenced: written?.fenced ?? 0,
    nullKeys: written?.nullKeys ?? 0,
  };
}

/** In words for people: `as-of` = windows computed again into the generation in use. */
export function runMode(
  view: Pick<FeatureViewSpec, 'computation'>,
  { plan }: Pick<RunReport, 'plan'>,
): RunRecord['mode'] {
  if (plan.kind === 'nothing') return 'none';
  return plan.kind === 'incremental' && view.computation === 'windows' ? 'as-of' : plan.kind;
}

function recordHead(
  { jobId, view, snapshotVersion, startedAt }: RunHead,
  finishedAt: Instant,
): Omit<RunRecord, 'mode' | 'status'> {
  return {
    id: jobId,
    view: view.name,
    viewVersion: view.version,
    snapshotVersion,
    startedAt: formatInstant(startedAt),
    finishedAt: formatInstant(finishedAt),
  };
}

function detailsOf({ payload, attempt }: RunHead): Record<string, unknown> {
  return { requestedBy: payload.requestedBy, requestedMode: payload.mode, attempt };
}
