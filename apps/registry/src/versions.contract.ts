import type { Definitions } from '@larder/registry';
import type { MaterializationState, RunRecord } from '@larder/registry-client';
import type { RegistryConfig } from './config.js';
import { registryForTests } from './contract-setup.fixture.js';
import { exampleDefinitions, onlyExtraView } from './example-definitions.fixture.js';

const empty = (project: string): Definitions => ({
  formatVersion: 1,
  project,
  entities: [],
  sources: [],
  featureViews: [],
  featureServices: [],
});

const names = (changes: readonly { action: string; kind: string; name: string }[]): string[] =>
  changes.map(({ action, kind, name }) => `${action} ${kind} ${name}`);

/** What the registry promises about the versions of a project, whichever database keeps it. */
export function describeVersions(name: string, config: () => RegistryConfig): void {
  describe(`versions on ${name}`, () => {
    const registry = registryForTests(config);
    const state = (viewVersion: number, changes: Partial<MaterializationState> = {}): MaterializationState => ({
      viewId: 1,
      viewVersion,
      generation: viewVersion,
      epoch: 'e "asOfMicros":"5" \u0000',
      watermarkMicros: '1778191200000001',
      asOfMicros: '1778191200000002',
      files: [],
      ...changes,
    });
    const run = (changes: Partial<RunRecord>): RunRecord => ({
      id: 'run',
      view: 'activity',
      viewVersion: 1,
      snapshotVersion: 1,
      mode: 'reload',
      status: 'completed',
      startedAt: '2026-05-07T22:00:00Z',
      finishedAt: '2026-05-07T22:00:01Z',
      rowsWritten: 42,
      details: { mode: 'incremental', status: 'failed', text: '\u0000' },
      ...changes,
    });

    describe('several repositories in one project', () => {
      it('keep what the others registered, and say so', async () => {
        const { client } = registry;
        const project = registry.newProject();
        await client.apply(project, { definitions: exampleDefinitions(project) });
        const second = onlyExtraView(project, 'scores');
        const plan = await client.plan(project, second);
        expect(names(plan.changes)).toEqual(['add featureView scores']);
        expect(plan.kept).toEqual([
          { kind: 'featureView', name: 'activity' },
          { kind: 'featureView', name: 'profile' },
          { kind: 'featureService', name: 'ranker' },
        ]);
        const applied = await client.apply(project, { definitions: second });
        expect(applied).toMatchObject({ version: 2, changes: plan.changes, kept: plan.kept });
        const { featureViews } = await client.snapshot(project);
        expect(featureViews.map((view) => view.name)).toEqual(['activity', 'profile', 'scores']);
      });

      it('retires what is gone only when asked to prune', async () => {
        const { client } = registry;
        const project = registry.newProject();
        await client.apply(project, { definitions: exampleDefinitions(project, { extraView: 'scores' }) });
        const without = exampleDefinitions(project);
        expect((await client.plan(project, without)).changes).toEqual([]);
        const plan = await client.plan(project, without, { prune: true });
        expect(names(plan.changes)).toEqual(['retire featureView scores']);
        expect(plan.kept).toEqual([]);
        await client.apply(project, { definitions: without, prune: true });
        expect((await client.snapshot(project)).featureViews).toHaveLength(2);
      });

      it('refuses to retire what is protected, naming every reason at once', async () => {
        const { client } = registry;
        const project = registry.newProject();
        const before = exampleDefinitions(project, { protectProfile: true });
        await client.apply(project, {
          definitions: { ...before, entities: before.entities.map((each) => ({ ...each, protect: true })) },
        });
        const plan = await client.plan(project, empty(project), { prune: true });
        expect(plan.problems.map((each) => each.path)).toEqual(['entities.user', 'featureViews.profile']);
        const refused = client.apply(project, { definitions: empty(project), prune: true });
        await expect(refused).rejects.toMatchObject({
          code: 'FAILED_PRECONDITION',
          details: { problems: plan.problems },
          message: expect.stringContaining('featureViews.profile: is protected'),
        });
        expect(await client.history(project)).toHaveLength(1);
        await client.apply(project, { definitions: exampleDefinitions(project) });
        await client.apply(project, { definitions: empty(project), prune: true });
        expect((await client.snapshot(project)).featureViews).toEqual([]);
      });

      it('checks the whole that would be registered', async () => {
        const { client } = registry;
        const project = registry.newProject();
        await client.apply(project, { definitions: exampleDefinitions(project) });
        const other = exampleDefinitions(project);
        const views = other.featureViews.filter((view) => view.name === 'profile');
        const changed = views.map((view) => ({
          ...view,
          features: view.features.filter((each) => each.name === 'age'),
        }));
        const apply = client.apply(project, {
          definitions: { ...other, featureViews: changed, featureServices: [] },
        });
        await expect(apply).rejects.toMatchObject({
          code: 'INVALID_ARGUMENT',
          message: expect.stringContaining('featureServices.ranker'),
        });
      });

      it('may refer to what only the registry has', async () => {
        const { client } = registry;
        const project = registry.newProject();
        await client.apply(project, { definitions: exampleDefinitions(project) });
        const { featureViews } = onlyExtraView(project, 'scores');
        expect(await client.apply(project, { definitions: { ...empty(project), featureViews } })).toMatchObject({
          version: 2,
        });
      });
    });

    describe('what a change takes', () => {
      it('lists views to be materialized with what serves until then, and the services that read differently', async () => {
        const { client } = registry;
        const project = registry.newProject();
        await client.apply(project, { definitions: exampleDefinitions(project) });
        await client.saveMaterialization(project, state(1), 0);
        await client.reportConsumers(project, {
          consumers: [
            {
              consumer: 'checkout',
              kind: 'online',
              featureService: 'ranker',
              views: ['profile', 'activity'],
              lastSeenAt: '2026-05-07T21:00:00Z',
              reads: 3,
            },
            {
              consumer: 'notebook',
              kind: 'training',
              featureService: null,
              views: ['profile'],
              lastSeenAt: '2026-05-07T21:00:00Z',
              reads: 1,
            },
          ],
        });
        const plan = await client.plan(project, exampleDefinitions(project, { window: '7d', extraView: 'scores' }));
        expect(plan.materializations).toEqual([
          { view: 'activity', version: 2, liveVersion: 1 },
          { view: 'scores', version: 1, liveVersion: null },
        ]);
        expect(plan.services).toMatchObject([
          { service: 'ranker', breaking: [], consumers: [{ consumer: 'checkout' }] },
        ]);
        const retired = await client.plan(project, exampleDefinitions(project, { withoutProfile: true }));
        expect(retired.services[0]?.breaking).toContain('profile__age is gone');
        const definitions = exampleDefinitions(project, { withoutProfile: true });
        const pruned = await client.plan(project, definitions, { prune: true });
        expect(
          pruned.services.map(({ service, breaking, consumers }) => [
            service,
            breaking.length > 0,
            consumers.map((each) => each.consumer),
          ]),
        ).toEqual([
          ['ranker', true, ['checkout']],
          ['profile:*', true, ['notebook']],
        ]);
        expect(await client.history(project)).toHaveLength(1);
      });

      it('keeps a replaced version servable until the new one is online, by what the runs tell', async () => {
        const { client } = registry;
        const project = registry.newProject();
        const apply = async (window: '7d' | '30d', description: string) => {
          await client.apply(project, { definitions: exampleDefinitions(project, { window, description }) });
          return (await client.snapshot(project)).formerViews?.map(({ view }) => [view.name, view.version]);
        };
        await apply('30d', 'a');
        await client.saveMaterialization(project, state(1), 0);
        expect(await apply('7d', 'b')).toEqual([['activity', 1]]);
        await client.saveMaterialization(
          project,
          state(1, { begun: { viewVersion: 2, generation: 2, epoch: 'e' } }),
          1,
        );
        expect(await apply('30d', 'c')).toEqual([['activity', 2]]);
        expect(await apply('7d', 'd')).toEqual([['activity', 1]]);
        await client.saveMaterialization(project, state(2), 2);
        expect(await apply('7d', 'e')).toBeUndefined();
      });

      it('gives a meaning that comes back its number back', async () => {
        const { client } = registry;
        const project = registry.newProject();
        const versions: (number | undefined)[] = [];
        for (const window of ['30d', '7d', '30d', '7d'] as const) {
          await client.apply(project, { definitions: exampleDefinitions(project, { window }) });
          versions.push((await client.snapshot(project)).featureViews[0]?.version);
        }
        expect(versions).toEqual([1, 2, 1, 2]);
      });
    });

    describe('rollback and diff', () => {
      it('makes an older version current as a new one, and says so', async () => {
        const { client } = registry;
        const project = registry.newProject();
        await client.apply(project, { definitions: exampleDefinitions(project) });
        await client.apply(project, {
          definitions: exampleDefinitions(project, { window: '7d', extraView: 'scores' }),
        });
        const back = await client.rollback(project, { version: 1, expectedVersion: 2, author: 'ada' });
        expect(back).toMatchObject({ version: 3, sourceChecks: { status: 'skipped' } });
        expect(names(back.changes)).toEqual(['change featureView activity', 'retire featureView scores']);
        const [first, third] = [
          await client.snapshot(project, { version: 1 }),
          await client.snapshot(project, { version: 3 }),
        ];
        const { formerViews: _formerViews, ...rest } = third;
        expect(rest).toEqual({ ...first, version: 3 });
        const history = await client.history(project);
        expect(history[0]).toMatchObject({ version: 3, rollbackTo: 1, author: 'ada' });
        expect(history[1]).not.toHaveProperty('rollbackTo');
        expect(await client.rollback(project, { version: 1 })).toMatchObject({ version: 3, changes: [] });
      });

      it('is refused over another version, to one that never was, and where it would retire what is protected', async () => {
        const { client } = registry;
        const project = registry.newProject();
        await client.apply(project, { definitions: exampleDefinitions(project, { withoutProfile: true }) });
        await client.apply(project, { definitions: exampleDefinitions(project, { protectProfile: true }) });
        const refusal = (request: { version: number; expectedVersion?: number }) =>
          expect(client.rollback(project, request)).rejects;
        await refusal({ version: 2, expectedVersion: 1 }).toMatchObject({ code: 'ABORTED', details: { version: 2 } });
        await refusal({ version: 3 }).toMatchObject({ code: 'NOT_FOUND' });
        await refusal({ version: 1 }).toMatchObject({
          code: 'FAILED_PRECONDITION',
          details: { problems: [{ path: 'featureViews.profile' }] },
        });
        await expect(client.rollback(registry.newProject(), { version: 1 })).rejects.toMatchObject({
          code: 'NOT_FOUND',
        });
        expect(await client.history(project)).toHaveLength(2);
      });

      it('shows what changed between any two versions, in either direction', async () => {
        const { client } = registry;
        const project = registry.newProject();
        await client.apply(project, { definitions: exampleDefinitions(project) });
        await client.apply(project, { definitions: exampleDefinitions(project, { extraView: 'scores' }) });
        await client.apply(project, { definitions: exampleDefinitions(project, { window: '7d' }) });
        const forward = await client.diff(project, { from: 1 });
        expect(forward).toMatchObject({ from: 1, to: 3 });
        expect(names(forward.changes)).toEqual(['change featureView activity', 'add featureView scores']);
        const backward = await client.diff(project, { from: 2, to: 1 });
        expect(names(backward.changes)).toEqual(['retire featureView scores']);
        expect((await client.diff(project, { from: 2, to: 2 })).changes).toEqual([]);
        await expect(client.diff(project, { from: 1, to: 4 })).rejects.toMatchObject({ code: 'NOT_FOUND' });
        await expect(client.diff(registry.newProject(), { from: 1 })).rejects.toMatchObject({ code: 'NOT_FOUND' });
      });
    });

    it('tells how fresh a view is by its state, and of its last run', async () => {
      const { client } = registry;
      const project = registry.newProject();
      await client.apply(project, { definitions: exampleDefinitions(project) });
      await client.recordRun(project, run({}));
      await client.recordRun(
        project,
        run({ id: 'later', mode: 'incremental', startedAt: '2026-05-07T23:00:00Z', rowsWritten: 1 }),
      );
      const { freshness } = await client.view(project, 'activity');
      expect(freshness).toEqual({
        watermark: null,
        asOf: null,
        liveVersion: null,
        lastRun: {
          id: 'later',
          status: 'completed',
          mode: 'incremental',
          startedAt: '2026-05-07T23:00:00Z',
          finishedAt: '2026-05-07T22:00:01Z',
          rowsWritten: 1,
          error: null,
        },
      });
      await client.saveMaterialization(project, state(1), 0);
      expect((await client.view(project, 'activity')).freshness).toMatchObject({
        watermark: '2026-05-07T22:00:00.000001Z',
        asOf: '2026-05-07T22:00:00.000002Z',
        liveVersion: 1,
      });
      expect((await client.view(project, 'profile')).freshness).toBeNull();
    });
  });
}
