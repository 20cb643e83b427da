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
import { PROJECT } from './worker.fixture.js';

/** What the stand-in knows of a project. */
export interface StandInProject {
  /** Undefined = nothing was applied yet. */
  snapshot: Snapshot | undefined;
  readonly states: Map<number, StoredMaterializationState>;
  readonly runs: RunRecord[];
}

/** The part of the registry's HTTP API that the worker uses, in memory: an app may not import another one. */
export class RegistryStandIn {
  url = '';
  private readonly projects = new Map<string, StandInProject>();
  private close_: () => Promise<void> = async () => undefined;

  constructor(
    private readonly clock: Clock,
    /** Of the project `test`; undefined = nothing was applied yet. */
    snapshot?: Snapshot,
  ) {
    this.snapshot = snapshot;
  }

  /** A project, made when it is first asked for; `test`, which the members below speak of, when none is named. */
  project(name = PROJECT): StandInProject {
    const known = this.projects.get(name) ?? { snapshot: undefined, states: new Map(), runs: [] };
    this.projects.set(name, known);
    return known;
  }

  get snapshot(): Snapshot | undefined {
    return this.project().snapshot;
  }

  set snapshot(snapshot: Snapshot | undefined) {
    this.project().snapshot = snapshot;
  }

  get states(): Map<number, StoredMaterializationState> {
    return this.project().states;
  }

  get runs(): RunRecord[] {
    return this.project().runs;
  }

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
    router.get('/v1/projects', (_request, response) => {
      const applied = [...this.projects].flatMap(([project, { snapshot }]) =>
        snapshot === undefined
          ? []
          : [{ project, version: snapshot.version, appliedAt: formatInstant(this.clock.now()) }],
      );
      response.json(applied);
    });
    router.get('/v1/projects/:project/snapshot', (request, response) => {
      const { snapshot } = this.project(request.params.project);
      if (snapshot === undefined) throw new LarderError('NOT_FOUND', 'nothing was applied');
      const etag = `"${snapshot.version}"`;
      response.setHeader('etag', etag);
      if (request.headers['if-none-match'] === etag) response.status(304).end();
      else response.json(snapshot);
    });
    router.get('/v1/projects/:project/views/:viewId/materialization', (request, response) => {
      response.json({ state: this.project(request.params.project).states.get(Number(request.params.viewId)) ?? null });
    });
    router.put('/v1/projects/:project/views/:viewId/materialization', (request, response) => {
      const { revision, state } = validateBody(materializationWriteSchema, request.body);
      const { states } = this.project(request.params.project);
      const stored = states.get(state.viewId)?.revision ?? 0;
      if (stored !== revision) throw new LarderError('ABORTED', `revision ${stored} is stored`, { revision: stored });
      const next = { ...state, revision: revision + 1, updatedAt: formatInstant(this.clock.now()) };
      states.set(state.viewId, next);
      response.json({ state: next });
    });
    router.post('/v1/projects/:project/runs', (request, response) => {
      const run = validateBody(runRecordSchema, request.body);
      const { runs } = this.project(request.params.project);
      const known = runs.findIndex((each) => each.id === run.id);
      if (known >= 0) runs.splice(known, 1);
      runs.unshift(run);
      response.json(run);
    });
    router.get('/v1/projects/:project/runs', (request, response) => {
      const { runs } = this.project(request.params.project);
      const { view } = request.query;
      response.json(runs.filter((run) => view === undefined || run.view === view));
    });
    return router;
  }
}
