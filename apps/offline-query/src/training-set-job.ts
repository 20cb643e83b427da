import type { ErrorCode, ErrorDetails, Instant, ResolvedView } from '@larder/registry';
import { formatInstant } from '@larder/registry';
import type { FeatureStatistics, OutputColumn, PlannedView } from '@larder/point-in-time';

export type JobStatus = 'queued' | 'running' | 'done' | 'failed' | 'cancelled';

/** What is known of one training set; plain JSON, as callers see it and as it is kept beside the file. */
export interface TrainingSetJob {
  readonly id: string;
  readonly status: JobStatus;
  readonly project: string;
  readonly snapshotVersion: number;
  readonly knowledgeTime: boolean;
  /** How each view was read. */
  readonly views: readonly JobView[];
  readonly createdAt: string;
  readonly startedAt?: string;
  readonly finishedAt?: string;
  /** Absolute path of the Parquet file, once done. */
  readonly location?: string;
  readonly rows?: number;
  readonly bytes?: number;
  readonly columns?: readonly OutputColumn[];
  readonly statistics?: readonly FeatureStatistics[];
  /** What a reader of the result should know, in words. */
  readonly warnings?: readonly string[];
  readonly error?: { readonly code: ErrorCode; readonly message: string; readonly details: ErrorDetails };
}

export interface JobView {
  readonly alias: string;
  readonly view: string;
  readonly viewVersion: number;
  readonly accuracy: PlannedView['accuracy'];
}

/** A job that waits for its turn. */
export function newJob(options: {
  readonly id: string;
  readonly project: string;
  readonly snapshotVersion: number;
  readonly knowledgeTime: boolean;
  readonly views: readonly JobView[];
  readonly now: Instant;
}): TrainingSetJob {
  const { now, ...rest } = options;
  return { status: 'queued', createdAt: formatInstant(now), ...rest };
}

/** True once nothing more happens to a job. */
export function isFinished(job: Pick<TrainingSetJob, 'status'>): boolean {
  return job.status !== 'queued' && job.status !== 'running';
}

/** How the selected views are read, each role once. */
export function jobViews(views: readonly ResolvedView[], accuracy: PlannedView['accuracy'] | undefined): JobView[] {
  const byAlias = new Map(
    views.map(({ alias, view }) => [
      alias,
      { alias, view: view.name, viewVersion: view.version, accuracy: accuracy ?? view.accuracy },
    ]),
  );
  return [...byAlias.values()];
}

/** Share of rows from which on a loss to created times is worth a warning. */
const MANY = 0.05;

/**
 * Warns where a created time alone kept the newest row from many rows of the spine: history that was loaded long after it happened
 * is not known at the spine's times.
 */
export function warningsOf(statistics: readonly FeatureStatistics[], rows: number): string[] {
  return statistics
    .filter(({ notKnownYet }) => rows > 0 && notKnownYet / rows > MANY)
    .map(
      ({ feature, notKnownYet }) =>
        `${feature}: for ${notKnownYet} of ${rows} rows (${Math.round((notKnownYet / rows) * 100)} %) a newer value had happened but was created later. ` +
        `If that history was loaded after the fact, declare trustedHistoryBefore on its source.`,
    );
}
