import type { FeatureViewSpec } from '@larder/registry';
import type { Metrics } from '@larder/service-runtime';
import { JOB_SECONDS_BUCKETS } from '@larder/service-runtime';
import type { RunReport } from './run-materialization.js';
import { runMode } from './run-record.js';

/** Whose run is counted. */
export interface MetricPlace {
  readonly project: string;
  readonly view: FeatureViewSpec;
}

/** What the worker counts. */
export interface WorkerMetrics {
  finished(place: MetricPlace, report: RunReport): void;
  failed(place: MetricPlace): void;
}

/** Registers the worker's metrics. */
export function createWorkerMetrics(metrics: Metrics): WorkerMetrics {
  const runs = metrics.counter({
    name: 'larder_materialization_runs_total',
    help: 'Attempts at materialization runs that ended.',
    labels: ['project', 'view', 'mode', 'status'],
  });
  const rows = metrics.counter({
    name: 'larder_materialization_rows_total',
    help: 'Rows: written, fenced (older than what was stored) or without an entity key.',
    labels: ['project', 'view', 'outcome'],
  });
  const seconds = metrics.histogram({
    name: 'larder_materialization_phase_seconds',
    help: 'Duration of the phases of runs.',
    labels: ['phase'],
    buckets: JOB_SECONDS_BUCKETS,
  });
  const watermarks = metrics.gauge({
    name: 'larder_view_watermark_seconds',
    help: 'Time up to which everything known is online, in seconds since the epoch.',
    labels: ['project', 'view'],
  });
  return {
    finished: ({ project, view }, report) => {
      runs.inc({ project, view: view.name, mode: runMode(view, report), status: 'completed' });
      for (const [phase, ms] of Object.entries(report.phasesMs)) seconds.observe({ phase }, ms / 1000);
      if (report.watermark !== undefined) watermarks.set({ project, view: view.name }, Number(report.watermark) / 1e6);
      const { written } = report;
      if (written === undefined) return;
      rows.inc({ project, view: view.name, outcome: 'written' }, written.written);
      rows.inc({ project, view: view.name, outcome: 'fenced' }, written.fenced);
      rows.inc({ project, view: view.name, outcome: 'null_key' }, written.nullKeys);
    },
    failed: ({ project, view }) => runs.inc({ project, view: view.name, mode: 'unknown', status: 'failed' }),
  };
}
