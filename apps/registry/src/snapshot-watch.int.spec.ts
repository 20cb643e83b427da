import { join } from 'node:path';
import { openSnapshotWatch, RegistryClient } from '@larder/registry-client';
import { Metrics, silentLogger, systemClock } from '@larder/service-runtime';
import { temporaryDirectory, waitFor } from '@larder/testing';
import { openRegistryApp } from './app.js';
import { exampleDefinitions, testConfig } from './example-definitions.fixture.js';

describe('a watch of a real registry', () => {
  it('follows applies, outlives the registry and follows it again after a restart', async () => {
    const folder = await temporaryDirectory();
    const common = { clock: systemClock, logger: silentLogger() };
    const open = (httpPort: number) =>
      openRegistryApp({
        config: testConfig({ dataDirectory: join(folder.path, 'registry'), httpPort }),
        ...common,
        metrics: new Metrics(),
      });
    const first = await open(0);
    const client = new RegistryClient({ url: first.httpUrl });
    const watch = await openSnapshotWatch({
      client,
      project: 'demo',
      directory: folder.path,
      pollSeconds: 0.02,
      ...common,
    });
    const untilVersion = (version: number) =>
      waitFor(() => watch.current()?.version === version, { describe: `version ${version}`, timeoutMs: 30_000 });

    expect(watch.current()).toBeUndefined();
    await client.apply('demo', { definitions: exampleDefinitions('demo') });
    expect((await watch.ready).version).toBe(1);
    await client.apply('demo', { definitions: exampleDefinitions('demo', { window: '7d' }) });
    await untilVersion(2);

    await first.close();
    await watch.refresh();
    expect(watch.current()?.version).toBe(2);

    const second = await open(first.httpPort);
    await client.apply('demo', {
      definitions: exampleDefinitions('demo', { window: '7d', withoutProfile: true }),
      expectedVersion: 2,
    });
    await untilVersion(3);
    await Promise.all([watch.close(), second.close()]);
    await folder.close();
  }, 180_000);
});
