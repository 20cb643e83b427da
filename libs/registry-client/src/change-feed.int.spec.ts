import { instantFromMicros } from '@larder/registry';
import { silentLogger } from '@larder/service-runtime';
import { fixedClock, temporaryDirectory, waitFor } from '@larder/testing';
import type { TemporaryDirectory } from '@larder/testing';
import { openProjectWatches } from './project-watches.js';
import { RegistryClient } from './registry-client.js';
import { answer, exampleSnapshot, ScriptedServer, snapshotAnswer, snapshotEvent } from './scripted-server.fixture.js';
import { openSnapshotWatch } from './snapshot-watch.js';

const NOW = instantFromMicros(1_778_191_200_000_000n);

let folder: TemporaryDirectory;
let server: ScriptedServer;
const opened: { close(): Promise<void> }[] = [];

beforeEach(async () => {
  folder = await temporaryDirectory();
  server = new ScriptedServer(snapshotAnswer(exampleSnapshot(1)));
  server.stream(true);
  await server.start();
});
afterEach(async () => {
  await Promise.all(opened.splice(0).map((each) => each.close()));
  await server.stop();
  await folder.close();
});

function optionsOf(pollSeconds: number) {
  const client = new RegistryClient({ url: server.url, timeoutSeconds: 5 });
  return { client, directory: folder.path, clock: fixedClock(NOW), logger: silentLogger(), pollSeconds };
}

async function open(pollSeconds: number) {
  const watch = await openSnapshotWatch({ ...optionsOf(pollSeconds), project: 'demo' });
  opened.push(watch);
  return watch;
}

const connected = (): Promise<boolean> => waitFor(() => server.streamCount === 1, { describe: 'a stream' });

describe('a watch with a stream', () => {
  it('asks when it is told of a new version, and only then', async () => {
    const watch = await open(600);
    await connected();
    const asked = server.requests.length;
    server.answerWith(snapshotAnswer(exampleSnapshot(2)));
    server.sendToStreams(snapshotEvent(1) + snapshotEvent(9, 'other') + ': still here\n\n');
    server.sendToStreams(snapshotEvent(2));
    await waitFor(() => watch.current()?.version === 2);
    expect(server.requests).toHaveLength(asked + 1);
    expect(server.streamsAsked).toEqual(['/v1/projects/demo/watch']);
  });

  it('asks once more when it is told in the middle of a question', async () => {
    const watch = await open(600);
    await connected();
    const slow: (() => void)[] = [];
    server.answerWith((request, response) => slow.push(() => snapshotAnswer(exampleSnapshot(2))(request, response)));
    server.sendToStreams(snapshotEvent(2));
    await waitFor(() => slow.length === 1);
    server.answerWith(snapshotAnswer(exampleSnapshot(3)));
    server.sendToStreams(snapshotEvent(3));
    server.sendToStreams(': still here\n\n');
    slow[0]?.();
    await waitFor(() => watch.current()?.version === 3);
    expect(slow).toHaveLength(1);
  });

  it('asks often while there is no stream, and connects again', async () => {
    const watch = await open(0.01);
    await connected();
    server.sendToStreams(snapshotEvent(1));
    await waitFor(async () => {
      const asked = server.requests.length;
      await new Promise((resolve) => setTimeout(resolve, 100));
      return server.requests.length === asked;
    });
    server.stream(false);
    server.answerWith(snapshotAnswer(exampleSnapshot(2)));
    await waitFor(() => watch.current()?.version === 2);
    server.stream(true);
    await connected();
    server.answerWith(snapshotAnswer(exampleSnapshot(3)));
    server.sendToStreams(snapshotEvent(3));
    await waitFor(() => watch.current()?.version === 3);
    expect(server.streamsAsked.length).toBeGreaterThan(1);
  });

  it('keeps the last snapshot while the registry is gone, and follows it when it is back', async () => {
    const watch = await open(600);
    await connected();
    await server.stop();
    await waitFor(() => server.streamCount === 0);
    expect(watch.current()?.version).toBe(1);
    await server.start();
    await connected();
    server.answerWith(snapshotAnswer(exampleSnapshot(2)));
    server.sendToStreams(snapshotEvent(2));
    await waitFor(() => watch.current()?.version === 2);
  });

  it('goes on after events that it cannot read', async () => {
    const watch = await open(600);
    await connected();
    server.sendToStreams(
      'event: snapshot\ndata: {"version": "x"}\n\nevent: news\ndata: {\n\nevent: snapshot\ndata: {\n\n',
    );
    await waitFor(() => server.streamsAsked.length === 2);
    await connected();
    server.answerWith(snapshotAnswer(exampleSnapshot(2)));
    server.sendToStreams(snapshotEvent(2));
    await waitFor(() => watch.current()?.version === 2);
    expect(server.streamsAsked).toHaveLength(2);
  });

  it('closes in the middle of a stream', async () => {
    const watch = await open(600);
    await connected();
    await watch.close();
    await waitFor(() => server.streamCount === 0);
    expect(watch.current()?.version).toBe(1);
  });
});

describe('watches of several projects', () => {
  const registry = (versions: Readonly<Record<string, number>>) => {
    server.answerWith((request, response) => {
      const project = /^\/v1\/projects\/([^/]+)\/snapshot$/.exec(request.url ?? '')?.[1];
      const version = project === undefined ? undefined : versions[project];
      if (project !== undefined && version !== undefined)
        snapshotAnswer(exampleSnapshot(version, project))(request, response);
      else if (project === undefined)
        answer(
          200,
          Object.entries(versions).map(([name, each]) => ({ project: name, version: each, appliedAt: '' })),
        )(request, response);
      else answer(404, { error: { code: 'NOT_FOUND', message: 'none', details: {} } })(request, response);
    });
  };

  it('share one stream, and find a project when it is first applied', async () => {
    registry({ shop: 1, other: 1 });
    const watches = await openProjectWatches({ ...optionsOf(600), projects: ['shop', 'dev-*'] });
    opened.push(watches);
    const found: string[] = [];
    watches.onProject((project) => found.push(project));
    await connected();
    expect(watches.names()).toEqual(['shop']);
    registry({ shop: 1, other: 1, 'dev-ada': 1 });
    server.sendToStreams(snapshotEvent(1, 'other') + snapshotEvent(1, 'dev-ada') + snapshotEvent(1, 'dev-ada'));
    await waitFor(() => watches.find('dev-ada')?.current()?.version === 1);
    registry({ shop: 2, other: 1, 'dev-ada': 2 });
    server.sendToStreams(snapshotEvent(2, 'dev-ada') + snapshotEvent(2, 'shop'));
    await waitFor(() => watches.find('dev-ada')?.current()?.version === 2);
    await waitFor(() => watches.get('').current()?.version === 2);
    expect(found).toEqual(['shop', 'dev-ada']);
    expect(server.streamsAsked).toEqual(['/v1/watch']);
    expect(() => watches.get('other')).toThrow('unknown project other; this server serves shop, dev-ada');
  });
});
