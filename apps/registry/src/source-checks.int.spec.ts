import { registryForTests } from './contract-setup.fixture.js';
import { exampleDefinitions, testConfig } from './example-definitions.fixture.js';
import { ScriptedInspector } from './offline-query.fixture.js';

const inspector = await ScriptedInspector.start();
afterAll(() => inspector.close());
beforeEach(() => {
  inspector.requests.length = 0;
  inspector.answerWith(() => ({}));
});

const PROBLEM = { path: 'sources.events', message: 'no file matches data/events/*.parquet' };
const WARNING = { path: 'featureViews.activity', message: 'the window is longer than the history' };
const ESTIMATE = {
  view: 'activity',
  files: 2,
  sourceRows: 1000,
  sourceBytes: 5000,
  entities: 100,
  bytesPerEntity: 60.5,
};

describe('a registry that asks offline-query about the data', () => {
  const registry = registryForTests(() => testConfig({ offlineUrl: `${inspector.url}/` }));
  const applied = async (): Promise<string> => {
    const project = registry.newProject();
    await registry.client.apply(project, { definitions: exampleDefinitions(project) });
    inspector.requests.length = 0;
    return project;
  };

  it('asks about what is new or computes something else, in the whole that would be registered', async () => {
    const project = registry.newProject();
    const definitions = exampleDefinitions(project);
    expect((await registry.client.plan(project, definitions)).sourceChecks).toEqual({ status: 'done' });
    await registry.client.apply(project, { definitions });
    expect(inspector.requests).toEqual([
      { definitions, views: ['activity', 'profile'], estimates: ['activity', 'profile'] },
      { definitions, views: ['activity', 'profile'], estimates: [] },
    ]);
    await registry.client.plan(project, exampleDefinitions(project, { window: '7d' }));
    expect(inspector.requests.at(-1)).toMatchObject({ views: ['activity'], estimates: ['activity'] });
    const asked = inspector.requests.length;
    const reworded = await registry.client.apply(project, {
      definitions: exampleDefinitions(project, { description: 'Reworded' }),
    });
    expect(reworded).toMatchObject({ version: 2, sourceChecks: { status: 'done' } });
    expect(inspector.requests).toHaveLength(asked);
  });

  it('plans with what the data says, and refuses to apply what it says to be wrong', async () => {
    const project = await applied();
    inspector.answerWith(() => ({ problems: [PROBLEM], warnings: [WARNING], estimates: [ESTIMATE] }));
    const definitions = exampleDefinitions(project, { window: '7d' });
    const plan = await registry.client.plan(project, definitions);
    expect(plan).toMatchObject({
      problems: [PROBLEM],
      warnings: [WARNING],
      materializations: [
        {
          view: 'activity',
          version: 2,
          liveVersion: null,
          estimate: {
            files: 2,
            sourceRows: 1000,
            sourceBytes: 5000,
            entities: 100,
            onlineBytes: 6050,
            entitiesFrom: 'data',
          },
        },
      ],
    });
    await expect(registry.client.apply(project, { definitions })).rejects.toMatchObject({
      code: 'FAILED_PRECONDITION',
      details: { problems: [PROBLEM] },
      message: expect.stringContaining(PROBLEM.message),
    });
    expect(await registry.client.history(project)).toHaveLength(1);
    inspector.answerWith(() => ({ warnings: [WARNING] }));
    expect(await registry.client.apply(project, { definitions })).toMatchObject({ version: 2, warnings: [WARNING] });
    expect((await registry.client.history(project))[0]).not.toHaveProperty('sourceChecksSkipped');
  });

  it('counts entities as the last whole load of the same key did', async () => {
    const project = await applied();
    inspector.answerWith(() => ({ estimates: [ESTIMATE] }));
    await registry.client.recordRun(project, {
      id: 'r',
      view: 'activity',
      viewVersion: 1,
      snapshotVersion: 1,
      mode: 'reload',
      status: 'completed',
      startedAt: '2026-05-07T22:00:00Z',
      finishedAt: '2026-05-07T22:00:01Z',
      rowsWritten: 40,
    });
    const changed = exampleDefinitions(project, { window: '7d' });
    const estimateOf = async (definitions: typeof changed) =>
      (await registry.client.plan(project, definitions)).materializations[0]?.estimate;
    expect(await estimateOf(changed)).toMatchObject({ entities: 40, onlineBytes: 2420, entitiesFrom: 'last run' });
    const entities = changed.entities.map((each) => ({
      ...each,
      joinKeys: [{ name: 'member', type: 'int64' as const }],
    }));
    expect(await estimateOf({ ...changed, entities })).toMatchObject({ entities: 100, entitiesFrom: 'data' });
  });

  it.each([
    ['that is in trouble', () => inspector.answerWith(() => ({}), 500), 'it answered 500: out of memory'],
    [
      'whose answer makes no sense',
      () => inspector.answerWith(() => ({ problems: [{ path: 1, message: '' } as never] })),
      'its answer has an unknown shape',
    ],
  ])('with one %s plans without it, and applies only when told to skip the checks', async (_what, arrange, reason) => {
    const project = await applied();
    arrange();
    const definitions = exampleDefinitions(project, { window: '7d' });
    const plan = await registry.client.plan(project, definitions);
    expect(plan.sourceChecks).toEqual({ status: 'unavailable', reason: expect.stringContaining(reason) });
    expect(plan.changes).toHaveLength(1);
    await expect(registry.client.apply(project, { definitions })).rejects.toMatchObject({
      code: 'UNAVAILABLE',
      message: expect.stringContaining('apply again when it answers, or skip the source checks'),
    });
    const skipped = await registry.client.apply(project, { definitions, skipSourceChecks: true });
    expect(skipped).toMatchObject({ version: 2, sourceChecks: { status: 'skipped' } });
    expect((await registry.client.history(project))[0]).toMatchObject({ version: 2, sourceChecksSkipped: true });
    expect(
      (await registry.client.plan(project, exampleDefinitions(project), { skipSourceChecks: true })).sourceChecks
        .status,
    ).toBe('skipped');
  });

  it('holds no lock while the data is looked at, and looks again when another apply changed what was looked at', async () => {
    const project = await applied();
    let others = 0;
    inspector.answerWith(async ({ views }) => {
      if (views.length === 1 && others < 2) {
        others += 1;
        await registry.client.apply(project, {
          definitions: { ...exampleDefinitions(project), featureServices: [], sources: elsewhere(project, others) },
          skipSourceChecks: true,
        });
      }
      return {};
    });
    const mine = { ...exampleDefinitions(project, { window: '7d' }) };
    const activity = mine.featureViews.filter((view) => view.name === 'activity');
    const answer = await registry.client.apply(project, {
      definitions: { ...mine, sources: [], featureViews: activity, featureServices: [] },
    });
    expect(answer).toMatchObject({ version: 4, sourceChecks: { status: 'done' } });
    expect(inspector.requests.map((each) => each.definitions.sources[0])).toMatchObject([
      { path: 'data/events/*.parquet' },
      { path: 'data/1/*.parquet' },
      { path: 'data/2/*.parquet' },
    ]);
  });

  it('gives up, and says why, when others change what is looked at again and again', async () => {
    const project = await applied();
    let others = 0;
    inspector.answerWith(async () => {
      others += 1;
      await registry.client.apply(project, {
        definitions: { ...exampleDefinitions(project), sources: elsewhere(project, others) },
        skipSourceChecks: true,
      });
      return {};
    });
    const mine = exampleDefinitions(project, { window: '7d' });
    const apply = registry.client.apply(project, {
      definitions: { ...mine, sources: [], featureViews: mine.featureViews.slice(0, 1), featureServices: [] },
    });
    await expect(apply).rejects.toMatchObject({
      code: 'ABORTED',
      message: expect.stringContaining('was changed by others 5 times'),
    });
  });

  it('takes fifty applies at once, each looked at', async () => {
    const project = registry.newProject();
    const names = Array.from({ length: 50 }, (_, index) => `view_${index}`);
    const all = names.map((name) => {
      const one = exampleDefinitions(project, { extraView: name });
      return { ...one, featureViews: one.featureViews.filter((view) => view.name === name), featureServices: [] };
    });
    await Promise.all(all.map((definitions) => registry.client.apply(project, { definitions })));
    const { version, featureViews } = await registry.client.snapshot(project);
    expect([version, featureViews.length]).toEqual([50, 50]);
    expect(inspector.requests).toHaveLength(50);
  }, 60_000);
});

function elsewhere(project: string, folder: number) {
  return exampleDefinitions(project).sources.map((source) => ({ ...source, path: `data/${folder}/*.parquet` }));
}
