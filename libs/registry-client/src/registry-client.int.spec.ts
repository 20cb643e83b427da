import type { ServerResponse } from 'node:http';
import { freePort } from '@larder/testing';
import { RegistryClient } from './registry-client.js';
import { answer, exampleSnapshot, ScriptedServer, snapshotAnswer } from './scripted-server.fixture.js';

const server = new ScriptedServer(answer(500, ''));
let client: RegistryClient;
beforeAll(async () => {
  await server.start();
  client = new RegistryClient({ url: `${server.url}/`, timeoutSeconds: 5 });
});
afterAll(() => server.stop());
beforeEach(() => void server.requests.splice(0));

const { version: _version, ...definitions } = exampleSnapshot(1);
const APPLIED = { changes: [], kept: [], warnings: [], sourceChecks: { status: 'not configured' } };

describe('what the client asks', () => {
  it.each([
    ['a plan', () => client.plan('demo', definitions), 'POST /v1/projects/demo/plan'],
    ['the history', () => client.history('demo', { limit: 5 }), 'GET /v1/projects/demo/history?limit=5'],
    ['runs', () => client.runs('demo', { view: 'a&b=c' }), 'GET /v1/projects/demo/runs?view=a%26b%3Dc'],
    ['an older snapshot', () => client.snapshot('demo', { version: 2 }), 'GET /v1/projects/demo/snapshot?version=2'],
    ['a state', () => client.materialization('demo', 3), 'GET /v1/projects/demo/views/3/materialization'],
    ['a rollback', () => client.rollback('demo', { version: 3 }), 'POST /v1/projects/demo/rollback'],
    ['a difference', () => client.diff('demo', { from: 3, to: 1 }), 'GET /v1/projects/demo/diff?from=3&to=1'],
    ['what changed since', () => client.diff('demo', { from: 3 }), 'GET /v1/projects/demo/diff?from=3'],
    [
      'a search',
      () => client.search('demo', { q: 'clicks a day', tags: ['pii:no', 'tier'], deprecated: false }),
      'GET /v1/projects/demo/search?q=clicks+a+day&deprecated=false&tag=pii%3Ano&tag=tier',
    ],
    ['lineage', () => client.lineage('demo', 'view:feature'), 'GET /v1/projects/demo/lineage/view%3Afeature'],
    ['consumers', () => client.consumers('demo'), 'GET /v1/projects/demo/consumers'],
    ['a report', () => client.reportConsumers('demo', { consumers: [] }), 'POST /v1/projects/demo/consumers'],
    ['a view', () => client.view('../x', 'a/../b?c'), 'GET /v1/projects/..%2Fx/views/a%2F..%2Fb%3Fc'],
  ])('%s', async (_what, call, expected) => {
    server.answerWith(answer(500, ''));
    await expect(call()).rejects.toThrow();
    expect(server.requests).toEqual([expected]);
  });

  it('sends what it is given and reads what comes back', async () => {
    server.answerWith((request, response) => {
      const chunks: Buffer[] = [];
      request.on('data', (chunk: Buffer) => chunks.push(chunk));
      request.on('end', () => {
        const { author, expectedVersion } = JSON.parse(Buffer.concat(chunks).toString()) as {
          author: string;
          expectedVersion: number;
        };
        answer(200, { ...APPLIED, version: expectedVersion + 1, newerField: author })(request, response);
      });
    });
    expect(await client.apply('demo', { definitions, expectedVersion: 6, author: 'ada' })).toEqual({
      ...APPLIED,
      version: 7,
    });
  });

  it('asks for a snapshot only if it changed', async () => {
    server.answerWith(snapshotAnswer(exampleSnapshot(3)));
    const first = await client.snapshotIfChanged('demo', undefined);
    expect(first).toEqual({ etag: '"3"', snapshot: exampleSnapshot(3) });
    expect(await client.snapshotIfChanged('demo', first?.etag)).toBeUndefined();
  });
});

describe('what the client throws', () => {
  it('is the registry’s own error, with code, message and details', async () => {
    const error = { code: 'ABORTED', message: 'somebody was faster', details: { version: 7 }, requestId: 'r' };
    server.answerWith(answer(409, { error }));
    await expect(client.projects()).rejects.toMatchObject({
      name: 'LarderError',
      code: 'ABORTED',
      message: 'somebody was faster',
      details: { version: 7 },
    });
  });

  it.each([
    ['a proxy’s page', answer(502, '<html>Bad Gateway</html>', { 'content-type': 'text/html' })],
    ['an error without a body', answer(404, '')],
    ['an error with a code of a prototype', answer(500, { error: { code: 'constructor', message: 'x', details: {} } })],
    ['an error of another shape', answer(400, { error: 'no' })],
  ])('is UNAVAILABLE for %s, naming address and status', async (_what, listener) => {
    server.answerWith(listener);
    await expect(client.projects()).rejects.toMatchObject({
      code: 'UNAVAILABLE',
      message: expect.stringContaining(`${server.url} answered`),
    });
  });

  it.each([
    ['that is no JSON', answer(200, 'hello')],
    [
      'that is cut short',
      (_request: unknown, response: ServerResponse) => {
        response.writeHead(200, { 'content-length': 100 }).write('[', () => response.destroy());
      },
    ],
  ])('is UNAVAILABLE for an answer %s', async (_what, listener) => {
    server.answerWith(listener);
    await expect(client.projects()).rejects.toMatchObject({
      code: 'UNAVAILABLE',
      message: expect.stringContaining(server.url),
    });
  });

  it('is FAILED_PRECONDITION for an answer of an unknown shape', async () => {
    server.answerWith(answer(200, { projects: [] }));
    await expect(client.projects()).rejects.toMatchObject({ code: 'FAILED_PRECONDITION' });
  });

  it.each([
    ['of a later format', { ...exampleSnapshot(1), formatVersion: 2 }],
    ['without a version', definitions],
    [
      'with a view without an id',
      { ...exampleSnapshot(1), featureViews: definitions.featureViews.map(({ id: _id, ...view }) => view) },
    ],
    ['that is null', null],
  ])('is FAILED_PRECONDITION for a snapshot %s', async (_what, snapshot) => {
    server.answerWith(answer(200, snapshot));
    await expect(client.snapshot('demo')).rejects.toMatchObject({ code: 'FAILED_PRECONDITION' });
  });

  it('is UNAVAILABLE when nobody answers, saying where and what to check', async () => {
    const url = `http://127.0.0.1:${await freePort()}`;
    await expect(new RegistryClient({ url }).projects()).rejects.toMatchObject({
      code: 'UNAVAILABLE',
      message: `the registry at ${url} does not answer (ECONNREFUSED); is it running, and is LARDER_REGISTRY_URL right?`,
    });
  });

  it('is DEADLINE_EXCEEDED when the registry takes too long, also in the middle of an answer', async () => {
    const hurried = new RegistryClient({ url: server.url, timeoutSeconds: 0.1 });
    const message = `the registry at ${server.url} did not answer within 0.1 s`;
    server.answerWith(() => undefined);
    await expect(hurried.projects()).rejects.toMatchObject({ code: 'DEADLINE_EXCEEDED', message });
    server.answerWith((_request, response) => void response.writeHead(200).write('['));
    await expect(hurried.projects()).rejects.toMatchObject({ code: 'DEADLINE_EXCEEDED', message });
  });
});
