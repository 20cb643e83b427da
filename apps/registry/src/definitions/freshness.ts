import type { FeatureViewSpec, Instant } from '@larder/registry';
import { formatInstant } from '@larder/registry';
import type { LastRun, RunRecord, ViewFreshness } from '@larder/registry-client';
import type { Queryable } from '../database/database.js';
import { readProgress } from '../materialization/materialization-store.js';
import type { ViewProgress } from '../materialization/materialization-store.js';
import { readLastRuns } from '../materialization/run-store.js';

/** How fresh the online values of these views are, by name; null for a view that no run has touched. */
export async function readFreshness(
  database: Queryable,
  project: string,
  views: readonly Pick<FeatureViewSpec, 'name' | 'id'>[],
): Promise<Map<string, ViewFreshness | null>> {
  if (views.length === 0) return new Map();
  const progress = await readProgress(database, project);
  const runs = await readLastRuns(
    database,
    project,
    views.map((each) => each.name),
  );
  return new Map(views.map(({ name, id }) => [name, freshnessOf(progress.get(id), runs.get(name))]));
}

function freshnessOf(progress: ViewProgress | undefined, run: RunRecord | undefined): ViewFreshness | null {
  if (progress === undefined && run === undefined) return null;
  return {
    watermark: timeText(progress?.watermark),
    asOf: timeText(progress?.asOf),
    liveVersion: progress?.asOf === undefined ? null : progress.viewVersion,
    lastRun: run === undefined ? null : toLastRun(run),
  };
}

function toLastRun({ id, status, mode, startedAt, finishedAt, rowsWritten, error }: RunRecord): LastRun {
  return {
    id,
    status,
    mode,
    startedAt,
    finishedAt: finishedAt ?? null,
    rowsWritten: rowsWritten ?? null,
    error: error === undefined ? null : `${error.code}: ${error.message}`,
  };
}

function timeText(instant: Instant | undefined): string | null {
  return instant === undefined ? null : formatInstant(instant);
}
