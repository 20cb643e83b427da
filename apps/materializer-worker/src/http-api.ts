import type {
  EnqueuedJob,
  JobRecord,
  MaterializationQueue,
  MaterializeViewPayload,
} from '@larder/materialization-queue';
import { JOB_STATUSES, waitForJob } from '@larder/materialization-queue';
import type { FeatureViewSpec, Snapshot } from '@larder/registry';
import { formatInstant, LarderError, parseInstant } from '@larder/registry';
import { createRouter, validateBody, validateQuery } from '@larder/service-runtime';
import type { Router } from '@larder/service-runtime';
import { z } from 'zod';
import type { Rollback } from './rollback-view.js';
import { rollbackView } from './rollback-view.js';
import { onlineViewByName, selectViews } from './view-lookup.js';

export interface HttpApiOptions extends Pick<Rollback, 'online' | 'states'> {
  readonly queue: MaterializationQueue;
  readonly snapshot: () => Snapshot | undefined;
}

const MAX_WAIT_SECONDS = 60;
const MAX_LISTED = 1_000;

const requestBody = z.strictObject({
  /** Names of views; all online ones when neither views nor a service are given. */
  views: z.array(z.string()).min(1).optional(),
  featureService: z.string().optional(),
  mode: z.enum(['incremental', 'reload']).default('incremental'),
  asOf: z.string().refine(isInstantText, 'expected an ISO 8601 time such as 2026-05-07T22:00:00Z').optional(),
  requestedBy: z.enum(['manual', 'backfill']).default('manual'),
  idempotencyKey: z.string().min(1).max(200).optional(),
});

const waitQuery = z.object({ wait: wholeNumber(0, MAX_WAIT_SECONDS).optional() });
const listQuery = z.object({
  view: z.string().optional(),
  status: z.enum(JOB_STATUSES).optional(),
  limit: wholeNumber(1, MAX_LISTED).optional(),
});

/** The worker's HTTP API: request materializations, follow and cancel them, go back to the previous generation. */
export function createMaterializationRouter(options: HttpApiOptions): Router {
  const { queue } = options;
  const router = createRouter();
  router.post('/v1/materializations', async (request, response) => {
    const jobs = await requestMaterializations(options, validateBody(requestBody, request.body ?? {}));
    response.status(202).json({ jobs });
  });
  router.get('/v1/materializations', async (request, response) => {
    const { view, status, limit } = validateQuery(listQuery, request.query);
    const viewId = view === undefined ? undefined : onlineViewByName(currentSnapshot(options), view).id;
    const records = await queue.list({
      ...(viewId === undefined ? {} : { viewId }),
      ...(status === undefined ? {} : { status }),
      ...(limit === undefined ? {} : { limit }),
    });
    response.json({ jobs: records.map(toResource) });
  });
  router.get('/v1/materializations/:id', async (request, response) => {
    const { wait = 0 } = validateQuery(waitQuery, request.query);
    const gone = new AbortController();
    response.once('close', () => gone.abort());
    const record = await waitForJob(queue, request.params.id, { timeoutMs: wait * 1000, signal: gone.signal });
    response.json(toResource(known(record, request.params.id)));
  });
  router.delete('/v1/materializations/:id', async (request, response) => {
    response.json(toResource(known(await queue.cancel(request.params.id), request.params.id)));
  });
  router.post('/v1/views/:name/rollback', async (request, response) => {
    const snapshot = currentSnapshot(options);
    const view = onlineViewByName(snapshot, request.params.name);
    const { generation, previousGeneration } = await rollbackView({ ...options, project: snapshot.project, view });
    response.json({ view: view.name, generation, previousGeneration });
  });
  return router;
}

async function requestMaterializations(options: HttpApiOptions, body: z.infer<typeof requestBody>): Promise<object[]> {
  const snapshot = currentSnapshot(options);
  const views = selectViews(snapshot, body);
  return Promise.all(
    views.map(async (view) => {
      const enqueued = await options.queue.enqueue(
        'materialize-view',
        payloadOf(snapshot.project, view, body),
        idempotency(body),
      );
      return requestedResource(options.queue, { view, body, enqueued });
    }),
  );
}

function payloadOf(
  project: string,
  { id, name }: FeatureViewSpec,
  { mode, asOf, requestedBy }: z.infer<typeof requestBody>,
): MaterializeViewPayload {
  return {
    project,
    viewId: id,
    view: name,
    mode,
    requestedBy,
    ...(asOf === undefined ? {} : { asOf: formatInstant(parseInstant(asOf)) }),
  };
}

function idempotency({ idempotencyKey }: z.infer<typeof requestBody>): { readonly idempotencyKey?: string } {
  return idempotencyKey === undefined ? {} : { idempotencyKey };
}

interface Requested {
  readonly view: FeatureViewSpec;
  readonly body: z.infer<typeof requestBody>;
  readonly enqueued: EnqueuedJob;
}

/** The job as it is; one that ended and was dropped within this turn is shown as it was requested. */
async function requestedResource(queue: MaterializationQueue, { view, body, enqueued }: Requested): Promise<object> {
  const record = await queue.get(enqueued.jobId);
  const resource =
    record === undefined
      ? { id: enqueued.jobId, view: view.name, mode: body.mode, status: 'queued' }
      : toResource(record);
  return { ...resource, joined: enqueued.joined };
}

/** A job as the API shows it; times are ISO 8601. */
function toResource(record: JobRecord): object {
  const { id, payload, status, attempts, maxAttempts, progress, result, error } = record;
  const { view, mode, requestedBy, asOf } = payload as MaterializeViewPayload;
  const times = Object.entries({
    enqueuedAt: record.enqueuedAt,
    startedAt: record.startedAt,
    finishedAt: record.finishedAt,
  });
  return {
    id,
    view,
    mode,
    requestedBy,
    asOf,
    status,
    attempts,
    maxAttempts,
    progress,
    result,
    error,
    ...Object.fromEntries(times.flatMap(([name, time]) => (time === undefined ? [] : [[name, formatInstant(time)]]))),
  };
}

function known(record: JobRecord | undefined, id: string): JobRecord {
  if (record === undefined || record.name !== 'materialize-view')
    throw new LarderError('NOT_FOUND', `unknown materialization ${id}`);
  return record;
}

function currentSnapshot({ snapshot }: HttpApiOptions): Snapshot {
  const current = snapshot();
  if (current === undefined)
    throw new LarderError(
      'UNAVAILABLE',
      'no snapshot of the project is known yet: nothing was applied, or the registry does not answer',
    );
  return current;
}

function wholeNumber(min: number, max: number): z.ZodType<number> {
  const expected = `expected a whole number from ${min} to ${max}`;
  return z
    .string()
    .regex(/^\d{1,6}$/, expected)
    .transform(Number)
    .refine((value) => value >= min && value <= max, expected);
}

function isInstantText(text: string): boolean {
  try {
    parseInstant(text);
    return true;
  } catch {
    return false;
  }
}
