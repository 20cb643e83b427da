import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { instantFromMicros } from '@larder/registry';
import type { Snapshot } from '@larder/registry';
import { createLogger } from '@larder/service-runtime';
import { fixedClock, temporaryDirectory, waitFor } from '@larder/testing';
import type { TemporaryDirectory } from '@larder/testing';
import { RegistryClient } from './registry-client.js';
import { answer, exampleSnapshot, ScriptedServer, snapshotAnswer } from './scripted-server.fixture.js';
import { openSnapshotWatch } from './snapshot-watch.js';
import type { SnapshotWatch } from './snapshot-watch.js';

const NOW = instantFromMicros(1_778_191_200_000_000n);
const NOT_FOUND = answer(404, { error: { code: 'NOT_FOUND', message: 'nothing has been applied', details: {} } });

let folder: TemporaryDirectory;
let server: ScriptedServer;
let log: { level: string; msg: string }[];
const opened: SnapshotWatch[] = [];

beforeEach(async () => {
  folder = await temporaryDirectory();
  server = new ScriptedServer(snapshotAnswer(exampleSnapshot(1)));
  await server.start();
  log = [];
});
afterEach(async () => {
  await Promise.all(opened.splice(0).map((watch) => watch.close()));
  await server.stop();
  await folder.close();
});

async function open(
  changes: { readonly directory?: string; readonly pollSeconds?: number } = {},
): Promise<SnapshotWatch> {
  const destination = { write: (line: string) => void log.push(JSON.parse(line) as { level: string; msg: string }) };
  const watch = await openSnapshotWatch({
    client: new RegistryClient({ url: server.url, timeoutSeconds: 5 }),
    project: 'demo',
    directory: folder.path,
    clock: fixedClock(NOW),
    logger: createLogger({ service: 'test', level: 'info', destination }),
    pollSeconds: 0.01,
    ...changes,
  });
  opened.push(watch);
  return watch;
}

const untilVersion = (watch: SnapshotWatch, version: number): Promise<boolean> =>
  waitFor(() => watch.current()?.version === version, { describe: `version ${version}` });

describe('openSnapshotWatch', () => {
  it('has the registry’s snapshot when it opens, and follows it', async () => {
    const watch = await open();
    expect(watch.current()).toEqual(exampleSnapshot(1));
    expect([watch.source(), watch.lastContact()]).toEqual(['registry', NOW]);
    expect(await watch.ready).toEqual(exampleSnapshot(1));
    server.answerWith(snapshotAnswer(exampleSnapshot(2)));
    await untilVersion(watch, 2);
    await watch.refresh();
    expect(await readFile(join(folder.path, 'demo.json'), 'utf8')).toContain('of version 2');
  });

  it('tells each change once, to those who listen', async () => {
    const watch = await open({ pollSeconds: 600 });
    const told: string[] = [];
    const listener = (name: string) => (after: Snapshot, before: Snapshot | undefined) =>
      void told.push(`${name}: ${String(before?.version)} to ${after.version}`);
    watch.onChange(() => {
      throw new Error('a listener of its own kind');
    });
    watch.onChange(listener('a'));
    const stop = watch.onChange(listener('b'));
    server.answerWith(snapshotAnswer(exampleSnapshot(2)));
    await watch.refresh();
    await watch.refresh();
    stop();
    server.answerWith(snapshotAnswer(exampleSnapshot(3)));
    await watch.refresh();
    expect(told).toEqual(['a: 1 to 2', 'b: 1 to 2', 'a: 2 to 3']);
    expect(log.filter((line) => line.level === 'error')).toHaveLength(2);
  });

  it('starts from disk when the registry is down, and follows it once it is back', async () => {
    await (await open()).close();
    await server.stop();
    const watch = await open();
    expect(watch.current()).toEqual(exampleSnapshot(1));
    expect([watch.source(), watch.lastContact()]).toEqual(['disk', undefined]);
    server.answerWith(snapshotAnswer(exampleSnapshot(2)));
    await server.start();
    await untilVersion(watch, 2);
    expect(watch.source()).toBe('registry');
  });

  it('keeps answering while the registry is down, and says so once', async () => {
    const watch = await open();
    await server.stop();
    for (let polls = 0; polls < 5; polls++) await watch.refresh();
    expect(watch.current()).toEqual(exampleSnapshot(1));
    expect(log.filter((line) => line.level === 'warn').map((line) => line.msg)).toEqual([
      'keeping the last good snapshot',
    ]);
    await server.start();
    await waitFor(() => log.some((line) => line.msg === 'the registry answers again'));
  });

  it.each([
    ['of a later format', answer(200, { ...exampleSnapshot(2), formatVersion: 2 }, { etag: '"2"' })],
    ['of another project', snapshotAnswer(exampleSnapshot(2, 'other'))],
    ['that is no snapshot', answer(200, '{"featureViews": [{}]}')],
    ['that is no JSON', answer(200, 'oops')],
    ['that is an error of the registry', answer(500, { error: { code: 'INTERNAL', message: 'x', details: {} } })],
    ['that the project is gone', NOT_FOUND],
  ])('keeps the last good snapshot after an answer %s', async (_what, listener) => {
    const watch = await open({ pollSeconds: 600 });
    server.answerWith(listener);
    await watch.refresh();
    expect(watch.current()).toEqual(exampleSnapshot(1));
    server.answerWith(snapshotAnswer(exampleSnapshot(3)));
    await watch.refresh();
    expect(watch.current()).toEqual(exampleSnapshot(3));
  });

  it('opens without a snapshot and is ready when the project is applied', async () => {
    server.answerWith(NOT_FOUND);
    const watch = await open();
    expect([watch.current(), watch.source()]).toEqual([undefined, null]);
    server.answerWith(snapshotAnswer(exampleSnapshot(1)));
    expect(await watch.ready).toEqual(exampleSnapshot(1));
  });

  it('rejects those who wait for a first snapshot when it is closed', async () => {
    server.answerWith(NOT_FOUND);
    const watch = await open();
    const waiting = expect(watch.ready).rejects.toMatchObject({ code: 'UNAVAILABLE' });
    await watch.close();
    await waiting;
    expect(watch.current()).toBeUndefined();
  });

  it('closes in the middle of a question, and asks no more', async () => {
    const watch = await open();
    server.answerWith(() => undefined);
    const asked = server.requests.length;
    await waitFor(() => server.requests.length > asked);
    await watch.close();
    const atClose = server.requests.length;
    await watch.close();
    expect(server.requests).toHaveLength(atClose);
    expect(watch.current()).toEqual(exampleSnapshot(1));
  });

  it('leaves a damaged file aside and replaces it', async () => {
    await writeFile(join(folder.path, 'demo.json'), '{"formatVersion": 1, "etag": "\\"1\\"", "snapshot": {');
    const watch = await open();
    expect(watch.current()).toEqual(exampleSnapshot(1));
    expect(log.map((line) => line.msg)).toContain('the snapshot on disk is left aside');
    expect(await readFile(join(folder.path, 'demo.json'), 'utf8')).toContain('of version 1');
  });

  it('goes on without a disk', async () => {
    const blocked = join(folder.path, 'file');
    await writeFile(blocked, '');
    const watch = await open({ directory: join(blocked, 'below') });
    expect(watch.current()).toEqual(exampleSnapshot(1));
    expect(log.map((line) => line.msg)).toContain('the snapshot could not be kept on disk');
  });

  it('follows a registry that went back, with a warning', async () => {
    server.answerWith(snapshotAnswer(exampleSnapshot(5)));
    const watch = await open({ pollSeconds: 600 });
    server.answerWith(snapshotAnswer(exampleSnapshot(4)));
    await watch.refresh();
    expect(watch.current()?.version).toBe(4);
    expect(log.filter((line) => line.level === 'warn').map((line) => line.msg)).toEqual([
      'the registry went back to an older snapshot; following it',
    ]);
  });

  it('asks once when asked to refresh while it is asking', async () => {
    const watch = await open({ pollSeconds: 600 });
    const asked = server.requests.length;
    await Promise.all([watch.refresh(), watch.refresh(), watch.refresh()]);
    expect(server.requests).toHaveLength(asked + 1);
  });
});
