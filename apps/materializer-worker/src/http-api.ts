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
import type { ProjectWorker } from './project-worker.js';
import type { ProjectWorkers } from './project-workers.js';
import { rollbackView } from './rollback-view.js';
import { onlineViewByName, selectViews } from './view-lookup.js';

export interface HttpApiOptions {
  readonly projects: Pick<ProjectWorkers, 'get' | 'upToDate' | 'all'>;
}

const MAX_WAIT_SECONDS = 60;
const MAX_LISTED = 1_000;

/** Absent = the default project. */
const project = z.string().optional();

const requestBody = z.strictObject({
  project,
  /** Names of views; all online ones when neither views nor a service are given. */
  views: z.array(z.string()).min(1).optional(),
  featureService: z.string().optional(),
  mode: z.enum(['incremental', 'reload']).default('incremental'),
  asOf: z.string().refine(isInstantText, 'expected an ISO 8601 time such as 2026-05-07T22:00:00Z').optional(),
  requestedBy: z.enum(['manual', 'backfill']).default('manual'),
  idempotencyKey: z.string().min(1).max(200).optional(),
});

const jobQuery = z.object({ project });
const waitQuery = z.object({ project, wait: wholeNumber(0, MAX_WAIT_SECONDS).optional() });
const listQuery = z.object({
  project,
  view: z.string().optional(),
  status: z.enum(JOB_STATUSES).optional(),
  limit: wholeNumber(1, MAX_LISTED).optional(),
});

const rollbackBody = z.strictObject({ project });

/**
 * The worker's HTTP API: request materializations, follow and cancel them, go back to the previous generation. Requests name their project
 * in the body (`POST`) or as `?project=`; one job is found in whatever project it is.
 */
export function createMaterializationRouter({ projects }: HttpApiOptions): Router {
  const router = createRouter();
  router.post('/v1/materializations', async (request, response) => {
    const body = validateBody(requestBody, request.body ?? {});
    const jobs = await requestMaterializations(await projects.upToDate(namedProject(body, request.query)), body);
    response.status(202).json({ jobs });
  });
  router.get('/v1/materializations', async (request, response) => {
    const { project: name = '', view, status, limit } = validateQuery(listQuery, request.query);
    const worker = projects.get(name);
    const viewId = view === undefined ? undefined : onlineViewByName(currentSnapshot(worker), view).id;
    const records = await worker.queue.list({
      ...(viewId === undefined ? {} : { viewId }),
      ...(status === undefined ? {} : { status }),
      ...(limit === undefined ? {} : { limit }),
    });
    response.json({ jobs: records.map(toResource) });
  });
  router.get('/v1/materializations/:id', async (request, response) => {
    const { project: name, wait = 0 } = validateQuery(waitQuery, request.query);
    const { id } = request.params;
    const queue = await queueOfJob(projects, id, name);
    const gone = new AbortController();
    response.once('close', () => gone.abort());
    response.json(toResource(known(await waitForJob(queue, id, { timeoutMs: wait * 1000, signal: gone.signal }), id)));
  });
  router.delete('/v1/materializations/:id', async (request, response) => {
    const { id } = request.params;
    const queue = await queueOfJob(projects, id, validateQuery(jobQuery, request.query).project);
    response.json(toResource(known(await queue.cancel(id), id)));
  });
  router.post('/v1/views/:name/rollback', async (request, response) => {
    const worker = await projects.upToDate(namedProject(validateBody(rollbackBody, request.body ?? {}), request.query));
    const view = onlineViewByName(currentSnapshot(worker), request.params.name);
    const { generation, previousGeneration } = await rollbackView({ ...worker, view });
    response.json({ project: worker.project, view: view.name, generation, previousGeneration });
  });
  return router;
}

/** The project that a body names, else the query, else the default one. */
function namedProject(body: { readonly project?: string | undefined }, query: unknown): string {
  return body.project ?? validateQuery(jobQuery, query).project ?? '';
}

/** The queue that holds a job: of the project, or of whichever has it. NOT_FOUND when none does. */
async function queueOfJob(
  projects: HttpApiOptions['projects'],
  id: string,
  name: string | undefined,
): Promise<MaterializationQueue> {
  const workers = name === undefined ? projects.all() : [projects.get(name)];
  for (const { queue } of workers) if ((await queue.get(id)) !== undefined) return queue;
  return Promise.reject(unknownJob(id));
}

async function requestMaterializations(worker: ProjectWorker, body: z.infer<typeof requestBody>): Promise<object[]> {
  const { queue } = worker;
  const snapshot = currentSnapshot(worker);
  const views = selectViews(snapshot, body);
  return Promise.all(
    views.map(async (view) => {
      const payload = payloadOf(snapshot.project, view, body);
      const enqueued = await queue.enqueue('materialize-view', payload, idempotency(body));
      return requestedResource(queue, { project: snapshot.project, view, body, enqueued });
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
  readonly project: string;
  readonly view: FeatureViewSpec;
  readonly body: z.infer<typeof requestBody>;
  readonly enqueued: EnqueuedJob;
}

/** The job as it is; one that ended and was dropped within this turn is shown as it was requested. */
async function requestedResource(
  queue: MaterializationQueue,
  { project: name, view, body, enqueued }: Requested,
): Promise<object> {
  const record = await queue.get(enqueued.jobId);
  const resource =
    record === undefined
      ? { id: enqueued.jobId, project: name, view: view.name, mode: body.mode, status: 'queued' }
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
    project: payload.project,
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
  if (record === undefined || record.name !== 'materialize-view') throw unknownJob(id);
  return record;
}

function unknownJob(id: string): LarderError {
  return new LarderError('NOT_FOUND', `unknown materialization ${id}`);
}

function currentSnapshot({ project: name, snapshot }: ProjectWorker): Snapshot {
  const current = snapshot();
  if (current === undefined)
    throw new LarderError(
      'UNAVAILABLE',
      `no snapshot of project ${name} is known yet: nothing was applied, or the registry does not answer`,
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
