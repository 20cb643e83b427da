import { LarderError } from '@larder/registry';
import { callJson } from './http-json.js';

/** What to ask offline-query for. */
export interface TrainingSetRequest {
  readonly project?: string;
  /** Rows, or a file that the service can read. */
  readonly spine: readonly Readonly<Record<string, unknown>>[] | { readonly path: string };
  readonly featureService?: string;
  readonly features?: readonly string[];
  readonly fullFeatureNames?: boolean;
  readonly knowledgeTime?: boolean;
  readonly accuracy?: string;
  readonly timestampColumn?: string;
}

/** A training-set job of offline-query. */
export interface TrainingSetJob {
  readonly id: string;
  readonly status: 'queued' | 'running' | 'done' | 'failed' | 'cancelled';
  readonly location?: string;
  readonly rows?: number;
  readonly error?: { readonly code: string; readonly message: string };
}

const POLL_MS = 100;

/** Starts a training set and waits for its Parquet file. Throws the job's error. */
export async function makeTrainingSet(offlineQueryUrl: string, request: TrainingSetRequest): Promise<TrainingSetJob> {
  const started = await callJson<TrainingSetJob>('offline-query', `${offlineQueryUrl}/v1/training-sets`, {
    method: 'POST',
    body: request,
  });
  let job = started;
  while (job.status === 'queued' || job.status === 'running') {
    await new Promise((resolve) => setTimeout(resolve, POLL_MS));
    job = await callJson<TrainingSetJob>('offline-query', `${offlineQueryUrl}/v1/training-sets/${started.id}`);
  }
  if (job.status === 'done') return job;
  throw new LarderError('FAILED_PRECONDITION', job.error?.message ?? `training set ${job.id} was ${job.status}`);
}

/** The rows of a finished training set; for small ones. */
export async function trainingSetRows(offlineQueryUrl: string, id: string): Promise<Record<string, unknown>[]> {
  const { rows } = await callJson<{ rows: Record<string, unknown>[] }>(
    'offline-query',
    `${offlineQueryUrl}/v1/training-sets/${id}/rows`,
  );
  return rows;
}
