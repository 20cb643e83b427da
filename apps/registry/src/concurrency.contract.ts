import type { LarderError } from '@larder/registry';
import type { RegistryClient } from '@larder/registry-client';
import type { RegistryConfig } from './config.js';
import { registryForTests } from './contract-setup.fixture.js';
import { exampleDefinitions, onlyExtraView } from './example-definitions.fixture.js';

/** What the registry promises to many who apply at once, whichever database keeps it. */
export function describeConcurrency(name: string, config: () => RegistryConfig): void {
  describe(`concurrent applies on ${name}`, () => {
    const registry = registryForTests(config);
    /** Two processes may share a PostgreSQL. */
    const registries = config().databaseUrl === undefined ? [registry] : [registry, registryForTests(config)];
    const clientOf = (index: number): RegistryClient => (registries[index % registries.length] ?? registry).client;

    describe('fifty applies at once', () => {
      const authors = Array.from({ length: 50 }, (_, index) => `author_${index}`);

      it('are all accepted, each with a version of its own, and none is lost', async () => {
        const { client } = registry;
        const project = registry.newProject();
        const results = await Promise.all(
          authors.map(async (author, index) => ({
            author,
            ...(await clientOf(index).apply(project, { definitions: onlyExtraView(project, author), author })),
          })),
        );
        const history = await client.history(project);
        expect(history.map((each) => each.version)).toEqual(authors.map((_, index) => 50 - index));
        expect(new Map(history.map((each) => [each.version, each.author]))).toEqual(
          new Map(results.map((each) => [each.version, each.author])),
        );
        const { version, featureViews } = await client.snapshot(project);
        expect(version).toBe(50);
        expect(new Set(featureViews.map((view) => view.name))).toEqual(new Set(authors));
        expect(new Set(featureViews.map((view) => view.id)).size).toBe(50);
        for (const each of results) {
          const snapshot = await client.snapshot(project, { version: each.version });
          expect(snapshot.featureViews).toHaveLength(each.version);
          expect(snapshot.featureViews.map((view) => view.name)).toContain(each.author);
        }
      }, 60_000);

      it('over one expected version: exactly one wins and is named to the others', async () => {
        const { client } = registry;
        const project = registry.newProject();
        await client.apply(project, { definitions: exampleDefinitions(project) });
        const results = await Promise.allSettled(
          authors.map((author, index) =>
            clientOf(index).apply(project, { definitions: onlyExtraView(project, author), author, expectedVersion: 1 }),
          ),
        );
        const winners = authors.filter((_, index) => results[index]?.status === 'fulfilled');
        expect(winners).toHaveLength(1);
        const losers = results.flatMap((each) => (each.status === 'rejected' ? [each.reason as LarderError] : []));
        expect(new Set(losers.map((each) => `${each.code} ${String(each.details['author'])}`))).toEqual(
          new Set([`ABORTED ${String(winners[0])}`]),
        );
        const { version, featureViews } = await client.snapshot(project);
        expect([version, featureViews.map((view) => view.name)]).toEqual([
          2,
          ['activity', 'profile', ...winners].sort(),
        ]);
      }, 60_000);
    });
  });
}
