import type { Clock, Snapshot } from '@larder/registry';
import { formatInstant, LarderError } from '@larder/registry';
import { materializationWriteSchema, runRecordSchema } from '@larder/registry-client';
import type { RunRecord, StoredMaterializationState } from '@larder/registry-client';
import {
  createHttpApp,
  createRouter,
  Health,
  Lifecycle,
  listen,
  Metrics,
  silentLogger,
  validateBody,
} from '@larder/service-runtime';
import type { Router } from '@larder/service-runtime';

/** The part of the registry's HTTP API that the worker uses, in memory: an app may not import another one. */
export class RegistryStandIn {
  readonly states = new Map<number, StoredMaterializationState>();
  readonly runs: RunRecord[] = [];
  url = '';
  private close_: () => Promise<void> = async () => undefined;

  constructor(
    private readonly clock: Clock,
    /** Undefined = nothing was applied yet. */
    public snapshot?: Snapshot,
  ) {}

  async open(port = 0): Promise<this> {
    const logger = silentLogger();
    const health = new Health(new Lifecycle({ name: 'registry', logger, drainSeconds: 0 }), logger);
    const app = createHttpApp({ logger, metrics: new Metrics(), health, routers: [this.router()] });
    const server = await listen(app, { host: '127.0.0.1', port });
    this.url = server.url;
    this.close_ = () => server.close(AbortSignal.abort());
    return this;
  }

  async close(): Promise<void> {
    await this.close_();
  }

  private router(): Router {
    const router = createRouter();
    router.get('/v1/projects/:project/snapshot', (request, response) => {
      if (this.snapshot === undefined) throw new LarderError('NOT_FOUND', 'nothing was applied');
      const etag = `"${this.snapshot.version}"`;
      response.setHeader('etag', etag);
      if (request.headers['if-none-match'] === etag) response.status(304).end();
      else response.json(this.snapshot);
    });
    router.get('/v1/projects/:project/views/:viewId/materialization', (request, response) => {
      response.json({ state: this.states.get(Number(request.params.viewId)) ?? null });
    });
    router.put('/v1/projects/:project/views/:viewId/materialization', (request, response) => {
      const { revision, state } = validateBody(materializationWriteSchema, request.body);
      const stored = this.states.get(state.viewId)?.revision ?? 0;
      if (stored !== revision) throw new LarderError('ABORTED', `revision ${stored} is stored`, { revision: stored });
      const next = { ...state, revision: revision + 1, updatedAt: formatInstant(this.clock.now()) };
      this.states.set(state.viewId, next);
      response.json({ state: next });
    });
    router.post('/v1/projects/:project/runs', (request, response) => {
      const run = validateBody(runRecordSchema, request.body);
      const known = this.runs.findIndex((each) => each.id === run.id);
      if (known >= 0) this.runs.splice(known, 1);
      this.runs.unshift(run);
      response.json(run);
    });
    router.get('/v1/projects/:project/runs', (request, response) => {
      response.json(
        this.runs.filter((run) => request.query['view'] === undefined || run.view === request.query['view']),
      );
    });
    return router;
  }
}
