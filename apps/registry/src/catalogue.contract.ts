import type { ConsumerRecord } from '@larder/registry-client';
import type { RegistryConfig } from './config.js';
import { registryForTests } from './contract-setup.fixture.js';
import { exampleDefinitions } from './example-definitions.fixture.js';

/** What the registry promises to those who look for features and for who reads them, whichever database keeps it. */
export function describeCatalogue(name: string, config: () => RegistryConfig): void {
  describe(`the catalogue on ${name}`, () => {
    const registry = registryForTests(config);
    const checkout = (changes: Partial<ConsumerRecord> = {}): ConsumerRecord => ({
      consumer: 'checkout',
      kind: 'online',
      featureService: 'ranker',
      views: ['profile', 'activity'],
      lastSeenAt: '2026-05-07T21:00:00Z',
      reads: 3,
      ...changes,
    });
    const appliedProject = async (): Promise<string> => {
      const project = registry.newProject();
      const definitions = exampleDefinitions(project);
      const featureViews = definitions.featureViews.map((view) =>
        view.name === 'profile'
          ? { ...view, tags: { pii: 'yes', tier: 'a:b' }, deprecated: { after: '2027-01-01', successor: 'activity' } }
          : view,
      );
      await registry.client.apply(project, { definitions: { ...definitions, featureViews } });
      return project;
    };

    it('finds objects and features by words and by each of their properties', async () => {
      const project = await appliedProject();
      const { client } = registry;
      const found = async (query: Parameters<typeof client.search>[1]) =>
        (await client.search(project, query)).map((each) => `${each.kind} ${each.name}`);
      expect(await found({ q: 'YEARS age' })).toEqual(['feature profile:age']);
      expect(await found({ q: 'age', type: 'float64' })).toEqual([]);
      expect(await found({ owner: 'growth' })).toEqual(['featureView activity', 'feature activity:events_recent']);
      expect(await found({ entity: 'user', type: 'float64' })).toEqual(['feature profile:score']);
      expect(await found({ tags: ['tier:a:b', 'pii'], q: 'profile' })).toContain('featureView profile');
      expect(await found({ tags: ['pii:no'] })).toEqual([]);
      expect(await found({ tags: ['constructor'] })).toEqual([]);
      expect(await found({ deprecated: true })).toEqual([
        'featureView profile',
        'feature profile:age',
        'feature profile:score',
      ]);
      expect(await found({ deprecated: false, q: 'user' })).toEqual(['entity user', 'featureView activity']);
      expect(await found({ limit: 2 })).toHaveLength(2);
      await expect(client.search(registry.newProject(), {})).rejects.toMatchObject({ code: 'NOT_FOUND' });
    });

    it('says of views and features how fresh they are, and nothing of the kind of others', async () => {
      const project = await appliedProject();
      await registry.client.saveMaterialization(
        project,
        {
          viewId: 2,
          viewVersion: 1,
          generation: 1,
          epoch: 'e',
          watermarkMicros: '0',
          asOfMicros: '1000000',
          files: [],
        },
        0,
      );
      const hits = await registry.client.search(project, {});
      const freshness = new Map(hits.map((each) => [each.name, each.freshness]));
      const profile = {
        watermark: '1970-01-01T00:00:00Z',
        asOf: '1970-01-01T00:00:01Z',
        liveVersion: 1,
        lastRun: null,
      };
      expect(freshness.get('profile')).toEqual(profile);
      expect(freshness.get('profile:age')).toEqual(profile);
      expect(freshness.get('activity')).toBeNull();
      expect([freshness.get('user'), freshness.get('ranker')]).toEqual([undefined, undefined]);
    });

    it('adds up who reads what, and remembers when they were last seen', async () => {
      const project = await appliedProject();
      const { client } = registry;
      await client.reportConsumers(project, {
        consumers: [checkout(), checkout({ lastSeenAt: '2026-05-07T20:00:00Z', reads: 4 })],
      });
      await client.reportConsumers(project, {
        consumers: [
          checkout({ views: ['activity', 'profile'], lastSeenAt: '2026-05-07T20:30:00Z', reads: 10 }),
          checkout({ featureService: null, views: ['activity'] }),
          checkout({ consumer: 'nightly', kind: 'training', lastSeenAt: '2030-01-01T00:00:00Z' }),
        ],
      });
      expect(await client.consumers(project)).toEqual([
        checkout({
          consumer: 'nightly',
          kind: 'training',
          views: ['activity', 'profile'],
          lastSeenAt: '2026-05-07T22:00:00Z',
        }),
        checkout({ featureService: null, views: ['activity'] }),
        checkout({ views: ['activity', 'profile'], reads: 17 }),
      ]);
      expect(await client.consumers(project, { limit: 1 })).toHaveLength(1);
      expect(await client.consumers(registry.newProject())).toEqual([]);
    });

    it('takes reports of several services at a time without losing a read', async () => {
      const project = await appliedProject();
      const consumers = Array.from({ length: 20 }, (_, index) => checkout({ consumer: `app-${index}`, reads: 1 }));
      await Promise.all(
        Array.from({ length: 10 }, (_, index) =>
          registry.client.reportConsumers(project, { consumers: index % 2 === 0 ? consumers : consumers.toReversed() }),
        ),
      );
      const counted = await registry.client.consumers(project);
      expect(counted.map((each) => each.reads)).toEqual(consumers.map(() => 10));
    });

    it('refuses reports that make no sense, and those of a project that is not there', async () => {
      const project = await appliedProject();
      const report = (consumers: ConsumerRecord[], to = project) =>
        expect(registry.client.reportConsumers(to, { consumers })).rejects;
      await report([checkout({ consumer: 'a\u0000' })]).toMatchObject({ code: 'INVALID_ARGUMENT' });
      await report([checkout({ reads: -1 })]).toMatchObject({ code: 'INVALID_ARGUMENT' });
      await report([checkout({ lastSeenAt: 'yesterday' })]).toMatchObject({ code: 'INVALID_ARGUMENT' });
      await report(Array.from({ length: 1001 }, () => checkout())).toMatchObject({ code: 'INVALID_ARGUMENT' });
      await report([checkout()], registry.newProject()).toMatchObject({ code: 'NOT_FOUND' });
      expect(await registry.client.consumers(project)).toEqual([]);
    });

    it('follows lineage from a source to the applications, and back', async () => {
      const project = await appliedProject();
      const { client } = registry;
      await client.reportConsumers(project, { consumers: [checkout()] });
      const ranker = {
        kind: 'featureService',
        name: 'ranker',
        next: [{ kind: 'consumer', name: 'checkout', next: [] }],
      };
      expect(await client.lineage(project, 'profile:age')).toMatchObject({
        kind: 'feature',
        name: 'profile:age',
        upstream: [
          { kind: 'source', name: 'events' },
          { kind: 'entity', name: 'user' },
        ],
        downstream: [ranker],
      });
      expect((await client.lineage(project, 'checkout')).upstream).toMatchObject([
        { kind: 'featureService', name: 'ranker' },
      ]);
      await expect(client.lineage(project, 'profil')).rejects.toMatchObject({
        code: 'NOT_FOUND',
        message: expect.stringContaining('profile'),
      });
    });
  });
}
