import { instantFromMicros } from '@larder/registry';
import { createHttpApp, Health, Lifecycle, listen, Metrics, silentLogger } from '@larder/service-runtime';
import { fixedClock, temporaryDirectory } from '@larder/testing';
import { RegistryClient } from './registry-client.js';
import { answer, exampleSnapshot, ScriptedServer, snapshotAnswer } from './scripted-server.fixture.js';
import { createSnapshotRouter } from './snapshot-router.js';
import { openSnapshotWatch } from './snapshot-watch.js';

describe('GET /v1/snapshot', () => {
  it('shows which snapshot a service works with, nulls before the first', async () => {
    const [folder, registry, logger] = [
      await temporaryDirectory(),
      new ScriptedServer(answer(503, '')),
      silentLogger(),
    ];
    await registry.start();
    const clock = fixedClock(instantFromMicros(1_778_191_200_000_000n));
    const watched = { project: 'demo', directory: folder.path, clock, logger, pollSeconds: 600 };
    const watch = await openSnapshotWatch({ client: new RegistryClient({ url: registry.url }), ...watched });
    const health = new Health(new Lifecycle({ name: 'test', logger, drainSeconds: 0 }), logger);
    const app = createHttpApp({ logger, metrics: new Metrics(), health, routers: [createSnapshotRouter(watch)] });
    const server = await listen(app, { host: '127.0.0.1', port: 0 });
    const shown = async (): Promise<unknown> => (await fetch(`${server.url}/v1/snapshot`)).json();

    expect(await shown()).toEqual({ project: null, snapshotVersion: null, lastContact: null });
    registry.answerWith(snapshotAnswer(exampleSnapshot(7)));
    await watch.refresh();
    expect(await shown()).toEqual({ project: 'demo', snapshotVersion: 7, lastContact: '2026-05-07T22:00:00Z' });
    await Promise.all([server.close(), watch.close(), registry.stop(), folder.close()]);
  });
});
