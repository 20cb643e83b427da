import type { LarderError } from '@larder/registry';
import { instantFromMicros } from '@larder/registry';
import type { MaterializationState, RunRecord } from '@larder/registry-client';
import { RegistryClient } from '@larder/registry-client';
import { Metrics, silentLogger } from '@larder/service-runtime';
import { fixedClock } from '@larder/testing';
import { openRegistryApp } from './app.js';
import type { RegistryApp } from './app.js';
import type { RegistryConfig } from './config.js';
import { exampleDefinitions } from './example-definitions.fixture.js';

const NOW = instantFromMicros(1_778_191_200_000_000n);

const OPEN_TIMEOUT_MS = 180_000;

/** What the registry promises over HTTP, whichever database keeps it. */
export function describeRegistryApi(name: string, config: () => RegistryConfig): void {
  describe(`the registry on ${name}`, () => {
    const clock = fixedClock(NOW);
    let app: RegistryApp;
    let client: RegistryClient;
    let projects = 0;
    const newProject = (): string => `project-${++projects}`;
    beforeAll(async () => {
      app = await openRegistryApp({ config: config(), clock, logger: silentLogger(), metrics: new Metrics() });
      client = new RegistryClient({ url: app.httpUrl });
    }, OPEN_TIMEOUT_MS);
    afterAll(() => app.close());

    const post = async (path: string, body: string): Promise<{ status: number; code: string; message: string }> => {
      const response = await fetch(`${app.httpUrl}${path}`, {
        method: 'POST',
        body,
        headers: { 'content-type': 'application/json' },
      });
      const { error } = (await response.json()) as { error: { code: string; message: string } };
      return { status: response.status, ...error };
    };

    describe('plan and apply', () => {
      it('plans without writing, applies, and has nothing left to change', async () => {
        const project = newProject();
        const definitions = exampleDefinitions(project);
        const plan = await client.plan(project, definitions);
        expect(plan.baseVersion).toBe(0);
        expect(plan.changes.map((each) => `${each.action} ${each.kind} ${each.name}`)).toEqual([
          'add entity user',
          'add source events',
          'add featureView activity',
          'add featureView profile',
          'add featureService ranker',
        ]);
        await expect(client.snapshot(project)).rejects.toMatchObject({ code: 'NOT_FOUND' });
        const common = { kept: [], warnings: [], sourceChecks: { status: 'not configured' } };
        expect(await client.apply(project, { definitions, expectedVersion: 0 })).toEqual({
          version: 1,
          changes: plan.changes,
          ...common,
        });
        expect(await client.plan(project, definitions)).toEqual({
          baseVersion: 1,
          changes: [],
          problems: [],
          materializations: [],
          services: [],
          ...common,
        });
        expect(await client.apply(project, { definitions, expectedVersion: 1 })).toEqual({
          version: 1,
          changes: [],
          ...common,
        });
        expect(await client.history(project)).toHaveLength(1);
      });

      it('keeps a view’s id and gives it the next version when its meaning changes, and only then', async () => {
        const project = newProject();
        await client.apply(project, { definitions: exampleDefinitions(project) });
        const described = await client.apply(project, {
          definitions: exampleDefinitions(project, { description: 'Reworded' }),
        });
        expect(described.changes).toMatchObject([{ action: 'change', name: 'activity', rematerialize: false }]);
        const changed = await client.apply(project, {
          definitions: exampleDefinitions(project, { description: 'Reworded', window: '7d' }),
        });
        expect(changed.changes).toMatchObject([{ action: 'change', name: 'activity', rematerialize: true }]);
        const { version, featureViews } = await client.snapshot(project);
        expect(version).toBe(3);
        expect(featureViews.map((view) => [view.name, view.id, view.version])).toEqual([
          ['activity', 1, 2],
          ['profile', 2, 1],
        ]);
      });

      it('says what it retires, and never gives a retired view’s id again', async () => {
        const project = newProject();
        await client.apply(project, { definitions: exampleDefinitions(project) });
        const retired = await client.apply(project, {
          definitions: exampleDefinitions(project, { withoutProfile: true, extraView: 'constructor' }),
          prune: true,
        });
        expect(retired.changes).toMatchObject([
          { action: 'add', name: 'constructor' },
          { action: 'retire', kind: 'featureView', name: 'profile' },
          { action: 'change', kind: 'featureService', name: 'ranker' },
        ]);
        await client.apply(project, { definitions: exampleDefinitions(project), prune: true });
        const { featureViews } = await client.snapshot(project);
        expect(featureViews.map((view) => [view.name, view.id])).toEqual([
          ['activity', 1],
          ['profile', 4],
        ]);
      });

      it('lets exactly one of many applies over one version win, and names it to the others', async () => {
        const project = newProject();
        await client.apply(project, { definitions: exampleDefinitions(project) });
        const authors = Array.from({ length: 12 }, (_, index) => `author-${index}`);
        const results = await Promise.allSettled(
          authors.map((author) =>
            client.apply(project, {
              definitions: exampleDefinitions(project, { description: author }),
              expectedVersion: 1,
              author,
            }),
          ),
        );
        const winners = results.flatMap((each, index) => (each.status === 'fulfilled' ? [authors[index]] : []));
        expect(winners).toHaveLength(1);
        const losers = results.flatMap((each) => (each.status === 'rejected' ? [each.reason as LarderError] : []));
        for (const loser of losers) {
          expect(loser.code).toBe('ABORTED');
          expect(loser.details).toEqual({
            expectedVersion: 1,
            version: 2,
            author: winners[0],
            appliedAt: '2026-05-07T22:00:00Z',
          });
        }
        expect(losers[0]?.message).toBe(
          `project ${project} is at version 2 (applied by ${String(winners[0])} at 2026-05-07T22:00:00Z), not 1; plan again`,
        );
        const { featureViews } = await client.snapshot(project);
        expect(featureViews[0]?.description).toBe(winners[0]);
      });

      it('lets exactly one of many first applies make the project', async () => {
        const project = newProject();
        const results = await Promise.allSettled(
          Array.from({ length: 8 }, (_, index) =>
            client.apply(project, {
              definitions: exampleDefinitions(project, { description: `${index}` }),
              expectedVersion: 0,
            }),
          ),
        );
        expect(results.filter((each) => each.status === 'fulfilled')).toHaveLength(1);
        expect(await client.history(project)).toHaveLength(1);
      });

      it('gives each apply without an expected version a version of its own', async () => {
        const project = newProject();
        const applies = Array.from({ length: 8 }, (_, index) =>
          client.apply(project, { definitions: exampleDefinitions(project, { description: `change ${index}` }) }),
        );
        const versions = (await Promise.all(applies)).map((each) => each.version).sort((a, b) => a - b);
        expect(versions).toEqual([1, 2, 3, 4, 5, 6, 7, 8]);
        const ids = await Promise.all(
          versions.map(async (version) =>
            (await client.snapshot(project, { version })).featureViews.map((view) => view.id),
          ),
        );
        expect(new Set(ids.map(String))).toEqual(new Set(['1,2']));
      });

      it('refuses an expected version of a project that does not exist', async () => {
        const project = newProject();
        const apply = client.apply(project, { definitions: exampleDefinitions(project), expectedVersion: 3 });
        await expect(apply).rejects.toMatchObject({ code: 'ABORTED', details: { version: 0 } });
        await expect(client.history(project)).rejects.toMatchObject({ code: 'NOT_FOUND' });
      });

      it('makes a version of a project that defines nothing', async () => {
        const project = newProject();
        const empty = {
          formatVersion: 1 as const,
          project,
          entities: [],
          sources: [],
          featureViews: [],
          featureServices: [],
        };
        expect(await client.apply(project, { definitions: empty })).toMatchObject({ version: 1, changes: [] });
        expect((await client.snapshot(project)).featureViews).toEqual([]);
      });
    });

    describe('what is stored', () => {
      it('shows who applied what and when, newest first', async () => {
        const project = newProject();
        await client.apply(project, { definitions: exampleDefinitions(project), author: 'ada', gitCommit: 'abc123' });
        clock.advance(1n);
        await client.apply(project, { definitions: exampleDefinitions(project, { window: '7d' }) });
        const history = await client.history(project);
        clock.advance(-1n);
        expect(history).toMatchObject([
          { version: 2, appliedAt: '2026-05-07T22:00:00.000001Z', changes: [{ action: 'change', name: 'activity' }] },
          { version: 1, appliedAt: '2026-05-07T22:00:00Z', author: 'ada', gitCommit: 'abc123' },
        ]);
        expect(history[0]).not.toHaveProperty('author');
        expect(await client.history(project, { limit: 1 })).toHaveLength(1);
        expect(await client.projects()).toContainEqual({
          project,
          version: 2,
          appliedAt: '2026-05-07T22:00:00.000001Z',
        });
      });

      it('keeps every snapshot as it was', async () => {
        const project = newProject();
        await client.apply(project, { definitions: exampleDefinitions(project) });
        const first = await client.snapshot(project);
        await client.apply(project, {
          definitions: exampleDefinitions(project, { window: '7d', withoutProfile: true }),
        });
        expect(await client.snapshot(project, { version: 1 })).toEqual(first);
        await expect(client.snapshot(project, { version: 3 })).rejects.toMatchObject({
          code: 'NOT_FOUND',
          message: `project ${project} has no version 3`,
        });
      });

      it('answers a known snapshot with 304 and a changed one with the new', async () => {
        const project = newProject();
        await client.apply(project, { definitions: exampleDefinitions(project) });
        const first = await client.snapshotIfChanged(project, undefined);
        expect(await client.snapshotIfChanged(project, first?.etag)).toBeUndefined();
        expect(await client.snapshotIfChanged(project, `W/${String(first?.etag)}, "other"`)).toBeUndefined();
        await client.apply(project, { definitions: exampleDefinitions(project, { window: '7d' }) });
        const second = await client.snapshotIfChanged(project, first?.etag);
        expect(second?.snapshot.version).toBe(2);
        expect(second?.etag).not.toBe(first?.etag);
      });

      it('lists features with what a reader looks for', async () => {
        const project = newProject();
        await client.apply(project, { definitions: exampleDefinitions(project) });
        expect(await client.features(project)).toEqual([
          {
            feature: 'activity:events_recent',
            entity: 'user',
            type: 'int64',
            source: 'events',
            cadence: 'every 1h',
            owner: 'growth',
            description: null,
            version: 1,
          },
          {
            feature: 'profile:age',
            entity: 'user',
            type: 'int64',
            source: 'events',
            cadence: 'every 1d',
            owner: null,
            description: 'In years',
            version: 1,
          },
          {
            feature: 'profile:score',
            entity: 'user',
            type: 'float64',
            source: 'events',
            cadence: 'every 1d',
            owner: null,
            description: null,
            version: 1,
          },
        ]);
      });

      it('describes a view with its surroundings', async () => {
        const project = newProject();
        await client.apply(project, { definitions: exampleDefinitions(project) });
        const description = await client.view(project, 'profile');
        expect(description).toMatchObject({
          view: { name: 'profile', id: 2 },
          entities: [{ name: 'user' }],
          source: { name: 'events' },
          services: ['ranker'],
          materialization: null,
        });
        await expect(client.view(project, 'profil')).rejects.toMatchObject({
          code: 'NOT_FOUND',
          message: expect.stringContaining('did you mean profile?'),
        });
        await expect(client.view(project, 'constructor')).rejects.toMatchObject({ code: 'NOT_FOUND' });
      });

      it('keeps texts exactly, those that PostgreSQL does not take as they are included', async () => {
        const project = newProject();
        const description =
          'zero \u0000, half a pair \ud800, cheese \u{1f9c0}, quote \' and "; DROP TABLE larder_projects; --';
        await client.apply(project, { definitions: exampleDefinitions(project, { description }) });
        expect((await client.snapshot(project)).featureViews[0]?.description).toBe(description);
      });
    });

    describe('materialization state', () => {
      const state = (changes: Partial<MaterializationState> = {}): MaterializationState => ({
        viewId: 1,
        viewVersion: 1,
        generation: 1,
        epoch: 'epoch-1',
        watermarkMicros: '1778191200000001',
        files: [
          { path: 'data/events/1.parquet', bytes: 10, modifiedMicros: '9223372036854775807', rows: 3, pending: true },
        ],
        ...changes,
      });
      const appliedProject = async (): Promise<string> => {
        const project = newProject();
        await client.apply(project, { definitions: exampleDefinitions(project) });
        return project;
      };

      it('is undefined at first, then what was written, with revision and time', async () => {
        const project = await appliedProject();
        expect(await client.materialization(project, 1)).toBeUndefined();
        const stored = await client.saveMaterialization(project, state(), 0);
        expect(stored).toEqual({ ...state(), revision: 1, updatedAt: '2026-05-07T22:00:00Z' });
        expect(await client.materialization(project, 1)).toEqual(stored);
        expect((await client.view(project, 'activity')).materialization).toEqual(stored);
        expect(await client.materialization(project, 2)).toBeUndefined();
      });

      it('refuses a write over another revision and names the stored one', async () => {
        const project = await appliedProject();
        await client.saveMaterialization(project, state(), 0);
        for (const expected of [0, 2]) {
          await expect(client.saveMaterialization(project, state({ generation: 9 }), expected)).rejects.toMatchObject({
            code: 'ABORTED',
            details: { expectedRevision: expected, revision: 1 },
          });
        }
        await expect(client.saveMaterialization(project, state({ viewId: 2 }), 5)).rejects.toMatchObject({
          code: 'ABORTED',
          details: { revision: 0 },
        });
        expect(await client.materialization(project, 1)).toMatchObject({ generation: 1, revision: 1 });
      });

      it('loses no update of writers that compete', async () => {
        const project = await appliedProject();
        const increment = async (): Promise<void> => {
          for (;;) {
            const before = await client.materialization(project, 1);
            const next = state({ generation: (before?.generation ?? 0) + 1 });
            try {
              await client.saveMaterialization(project, next, before?.revision ?? 0);
              return;
            } catch (error) {
              if ((error as LarderError).code !== 'ABORTED') throw error;
            }
          }
        };
        await Promise.all(Array.from({ length: 20 }, increment));
        expect(await client.materialization(project, 1)).toMatchObject({ generation: 20, revision: 20 });
      });

      it('stays with a view that was retired', async () => {
        const project = await appliedProject();
        await client.saveMaterialization(project, state({ viewId: 2 }), 0);
        await client.apply(project, { definitions: exampleDefinitions(project, { withoutProfile: true }) });
        expect(await client.materialization(project, 2)).toMatchObject({ revision: 1 });
      });

      it('is NOT_FOUND for an id that no view ever had', async () => {
        const project = await appliedProject();
        await expect(client.materialization(project, 3)).rejects.toMatchObject({ code: 'NOT_FOUND' });
        await expect(client.saveMaterialization(project, state({ viewId: 3 }), 0)).rejects.toMatchObject({
          code: 'NOT_FOUND',
        });
        await expect(client.materialization('nowhere', 1)).rejects.toMatchObject({ code: 'NOT_FOUND' });
      });

      it('is refused with every problem when it is malformed', async () => {
        const project = await appliedProject();
        const bad = { ...state(), watermarkMicros: '1e9', generation: 0, surprise: 1 };
        await expect(client.saveMaterialization(project, bad, 0)).rejects.toMatchObject({
          code: 'INVALID_ARGUMENT',
          details: {
            problems: [{ path: 'state.generation' }, { path: 'state.watermarkMicros' }, { path: 'state.surprise' }],
          },
        });
      });
    });

    describe('runs', () => {
      const run = (id: string, changes: Partial<RunRecord> = {}): RunRecord => ({
        id,
        view: 'activity',
        viewVersion: 1,
        snapshotVersion: 1,
        mode: 'incremental',
        status: 'completed',
        startedAt: '2026-05-07T21:00:00Z',
        finishedAt: '2026-05-07T21:00:01.5Z',
        rowsWritten: 7,
        ...changes,
      });

      it('are listed by start, newest first, of all views or of one', async () => {
        const project = newProject();
        await client.apply(project, { definitions: exampleDefinitions(project) });
        await client.recordRun(project, run('b', { startedAt: '2026-05-07T21:00:00.000002Z' }));
        await client.recordRun(project, run('c', { startedAt: '2026-05-07T23:00:00.000001+02:00', view: 'profile' }));
        await client.recordRun(project, run('a', { startedAt: '2026-05-07T20:59:59Z' }));
        expect((await client.runs(project)).map((each) => each.id)).toEqual(['b', 'c', 'a']);
        expect((await client.runs(project, { view: 'activity', limit: 1 })).map((each) => each.id)).toEqual(['b']);
        expect((await client.runs(project, { view: 'profile' })).map((each) => each.id)).toEqual(['c']);
      });

      it('are replaced by a later record of the same id', async () => {
        const project = newProject();
        await client.apply(project, { definitions: exampleDefinitions(project) });
        const { finishedAt: _finishedAt, ...started } = run('r', { status: 'running', rowsWritten: 0 });
        await client.recordRun(project, started);
        const failed = run('r', {
          status: 'failed',
          error: { code: 'UNAVAILABLE', message: 'gone \u0000' },
          details: { phases: [1, { read: 2 }] },
        });
        await client.recordRun(project, failed);
        expect(await client.runs(project)).toEqual([failed]);
      });

      it('are refused when they contradict themselves or their project is unknown', async () => {
        const project = newProject();
        await client.apply(project, { definitions: exampleDefinitions(project) });
        await expect(client.recordRun(project, run('r', { status: 'running' }))).rejects.toMatchObject({
          details: { problems: [{ path: 'finishedAt' }] },
        });
        await expect(client.recordRun('nowhere', run('r'))).rejects.toMatchObject({ code: 'NOT_FOUND' });
        expect(await client.runs(project)).toEqual([]);
      });
    });

    describe('hostile input', () => {
      it.each(['Project', 'a b', '%00', 'a%2Fb', '..%2F..', "a'--", '__proto__', 'x'.repeat(64)])(
        'refuses %j as a project',
        async (project) => {
          const response = await fetch(`${app.httpUrl}/v1/projects/${project}/snapshot`);
          expect(response.status).toBe(400);
        },
      );

      it.each([
        ['no definitions', '{}', 'definitions: is missing'],
        ['a list', '[]', 'body: expected object'],
        ['null', 'null', 'is not JSON|expected object'],
        ['an unknown field', '{"definitions": {}, "expectedVersoin": 1}', 'expectedVersoin: is no known field'],
        ['a prototype key', '{"definitions": {}, "__proto__": {"expectedVersion": 1}}', '__proto__: is no known field'],
        ['a prototype key inside', '{"definitions": {"__proto__": {"formatVersion": 1}}}', '__proto__ cannot be a key'],
        [
          'another format',
          '{"definitions": {"formatVersion": 2, "project": "p", "entities": [], "sources": [], "featureViews": [], "featureServices": []}}',
          'formatVersion',
        ],
        ['a fractional version', '{"definitions": {}, "expectedVersion": 1.5}', 'expectedVersion: expected int'],
        ['a version beyond int32', '{"definitions": {}, "expectedVersion": 3000000000}', 'expectedVersion'],
        [
          'control characters in the author',
          '{"definitions": {}, "author": "a\\u0000b"}',
          'author: expected text without control characters',
        ],
        [
          'half a surrogate pair in the author',
          '{"definitions": {}, "author": "a\\ud800"}',
          'author: expected text without control characters',
        ],
        ['bottomless definitions', `{"definitions": ${'['.repeat(50_000)}${']'.repeat(50_000)}}`, 'nested deeper'],
      ])('refuses %s with INVALID_ARGUMENT', async (_what, body, message) => {
        const answer = await post('/v1/projects/hostile/apply', body);
        expect(answer).toMatchObject({
          status: 400,
          code: 'INVALID_ARGUMENT',
          message: expect.stringMatching(message),
        });
      });

      it('refuses definitions of another project', async () => {
        const apply = client.apply('other', { definitions: exampleDefinitions('mine') });
        await expect(apply).rejects.toMatchObject({
          code: 'INVALID_ARGUMENT',
          details: { problems: [{ path: 'project' }] },
        });
      });

      it('refuses a body of more than 32 MiB', async () => {
        const answer = await post(
          '/v1/projects/hostile/apply',
          JSON.stringify({ definitions: 'x'.repeat(33 * 1024 * 1024) }),
        );
        expect(answer).toMatchObject({ status: 400, message: expect.stringContaining('larger than 33554432 bytes') });
      });

      it.each(['0', '-1', '1.5', '99999999999', 'abc', '1%00'])('refuses %j as a view id', async (viewId) => {
        expect((await fetch(`${app.httpUrl}/v1/projects/p/views/${viewId}/materialization`)).status).toBe(400);
      });

      it.each([
        'snapshot?version=0',
        'snapshot?version=x',
        'snapshot?versoin=1',
        'history?limit=1001',
        'history?limit=1&limit=2',
        'runs?view=A%00',
      ])('refuses the query of %s', async (path) => {
        expect((await fetch(`${app.httpUrl}/v1/projects/p/${path}`)).status).toBe(400);
      });

      it('still works after all that', async () => {
        const project = newProject();
        expect(await client.apply(project, { definitions: exampleDefinitions(project) })).toMatchObject({ version: 1 });
        expect((await fetch(`${app.httpUrl}/health/ready`)).status).toBe(200);
      });
    });
  });
}
