import { join } from 'node:path';
import { openProjectWatches, openSnapshotWatch, RegistryClient } from '@larder/registry-client';
import type { WatchEvent } from '@larder/registry-client';
import { Metrics, silentLogger, systemClock } from '@larder/service-runtime';
import { temporaryDirectory, waitFor } from '@larder/testing';
import type { TemporaryDirectory } from '@larder/testing';
import { openRegistryApp } from '../app.js';
import type { RegistryApp } from '../app.js';
import { exampleDefinitions, testConfig } from '../example-definitions.fixture.js';
import { postgresForTests } from '../postgres.fixture.js';

const { url: databaseUrl, describeOnPostgres } = await postgresForTests();

const MAX_DELAY_MS = 2000;
const common = { clock: systemClock, logger: silentLogger() };

let folder: TemporaryDirectory;
const opened: { close(): Promise<void> }[] = [];
beforeEach(async () => {
  folder = await temporaryDirectory();
});
afterEach(async () => {
  for (const each of opened.splice(0).toReversed()) await each.close();
  await folder.close();
});

async function openRegistry(config: Parameters<typeof testConfig>[0]): Promise<RegistryApp> {
  const app = await openRegistryApp({ config: testConfig(config), ...common, metrics: new Metrics() });
  opened.push(app);
  return app;
}

/** The events of a stream, as they come. */
function follow(
  client: RegistryClient,
  project?: string,
): { events: WatchEvent[]; ended: Promise<void>; alive: () => number } {
  const end = new AbortController();
  const events: WatchEvent[] = [];
  let alive = 0;
  const ended = client
    .follow({
      ...(project === undefined ? {} : { project }),
      signal: end.signal,
      onEvent: (event) => events.push(event),
      onAlive: () => void (alive += 1),
    })
    .catch(() => undefined);
  opened.push({ close: async () => (end.abort(), ended) });
  return { events, ended, alive: () => alive };
}

describe('the stream of new versions', () => {
  it('starts with what is current, tells each version once, and of the projects asked for', async () => {
    const registry = await openRegistry({});
    const client = new RegistryClient({ url: registry.httpUrl });
    await client.apply('shop', { definitions: exampleDefinitions('shop') });
    await client.apply('other', { definitions: exampleDefinitions('other') });
    const [all, one, later] = [follow(client), follow(client, 'shop'), follow(client, 'later')];
    await waitFor(() => all.events.length === 2 && one.events.length === 1 && later.alive() > 0);
    await client.apply('shop', { definitions: exampleDefinitions('shop') });
    await client.apply('shop', { definitions: exampleDefinitions('shop', { window: '7d' }) });
    await client.apply('later', { definitions: exampleDefinitions('later') });
    await waitFor(() => all.events.length === 4 && one.events.length === 2 && later.events.length === 1);
    const etag = (await client.snapshotIfChanged('shop', undefined))?.etag;
    expect(one.events.at(-1)).toEqual({ project: 'shop', version: 2, etag });
    expect(all.events.map((each) => `${each.project} ${each.version}`).sort()).toEqual([
      'later 1',
      'other 1',
      'shop 1',
      'shop 2',
    ]);
    expect(all.events.findIndex((each) => each.version === 2)).toBeGreaterThan(1);
  });

  it('ends when the registry drains, so that closing does not wait for its readers', async () => {
    const registry = await openRegistry({ drainSeconds: 60 });
    const stream = follow(new RegistryClient({ url: registry.httpUrl }));
    await waitFor(() => stream.alive() > 0);
    const started = performance.now();
    await registry.close();
    await stream.ended;
    expect(performance.now() - started).toBeLessThan(20_000);
  });

  it('refuses a name that no project can have', async () => {
    const registry = await openRegistry({});
    expect((await fetch(`${registry.httpUrl}/v1/projects/A/watch`)).status).toBe(400);
  });
});

describe('a watch while the registry is away', () => {
  it('keeps its snapshot, and follows the registry again when it is back', async () => {
    const config = { dataDirectory: join(folder.path, 'registry') };
    const first = await openRegistry(config);
    const client = new RegistryClient({ url: first.httpUrl });
    await client.apply('demo', { definitions: exampleDefinitions('demo') });
    const watch = await openSnapshotWatch({
      client,
      project: 'demo',
      directory: folder.path,
      pollSeconds: 600,
      ...common,
    });
    opened.push(watch);
    await client.apply('demo', { definitions: exampleDefinitions('demo', { window: '7d' }) });
    await waitFor(() => watch.current()?.version === 2);
    await first.close();
    expect(watch.current()?.version).toBe(2);
    const second = await openRegistry({ ...config, httpPort: first.httpPort });
    await new RegistryClient({ url: second.httpUrl }).apply('demo', { definitions: exampleDefinitions('demo') });
    await waitFor(() => watch.current()?.version === 3, { timeoutMs: 30_000 });
  }, 60_000);
});

describeOnPostgres('two registries on one PostgreSQL', () => {
  it('tell each other’s applies within two seconds, without their watchers asking', async () => {
    const [one, two] = [await openRegistry({ databaseUrl }), await openRegistry({ databaseUrl })];
    const [atOne, atTwo] = [one, two].map((each) => new RegistryClient({ url: each.httpUrl }));
    if (atOne === undefined || atTwo === undefined) throw new Error('two registries');
    await atOne.apply('demo', { definitions: exampleDefinitions('demo') });
    const options = { directory: folder.path, pollSeconds: 600, ...common };
    const watch = await openSnapshotWatch({ client: atOne, project: 'demo', ...options });
    const watches = await openProjectWatches({ client: atOne, projects: ['demo', 'dev-*'], ...options });
    opened.push(watch, watches);
    expect(watch.current()?.version).toBe(1);

    const applied = performance.now();
    await atTwo.apply('demo', { definitions: exampleDefinitions('demo', { window: '7d' }) });
    await atTwo.apply('dev-ada', { definitions: exampleDefinitions('dev-ada') });
    await waitFor(() => watch.current()?.version === 2 && watches.get('demo').current()?.version === 2);
    await waitFor(() => watches.find('dev-ada')?.current()?.version === 1);
    expect(performance.now() - applied).toBeLessThan(MAX_DELAY_MS);
  }, 60_000);
});
