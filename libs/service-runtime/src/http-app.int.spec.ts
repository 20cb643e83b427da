import { request as httpRequest } from 'node:http';
import { gzipSync } from 'node:zlib';
import { LarderError } from '@larder/registry';
import { Health } from './health.js';
import { createHttpApp, createRouter } from './http-app.js';
import type { JsonBodyOptions } from './http-body.js';
import { openHttpServer } from './http-server.js';
import { openService } from './lifecycle.js';
import { createLogger } from './logger.js';
import { Metrics } from './metrics.js';

const log: string[] = [];
const closers: (() => Promise<void>)[] = [];

function routes() {
  const router = createRouter();
  router.get('/fails', async () => Promise.reject(new Error('password of the database is hunter2')));
  router.get('/conflict', () => {
    throw new LarderError('ABORTED', 'somebody was faster', { version: 7, micros: 12n });
  });
  router.get('/things/:id', (request, response) => void response.json({ id: request.params.id, micros: 2n ** 60n }));
  router.post(
    '/echo',
    (request, response) => void response.json({ body: request.body, own: Object.keys(Object(request.body)) }),
  );
  router.get('/half', (_request, response) => {
    response.write('half');
    throw new Error('after the first byte');
  });
  return router;
}

async function openTestApp(body: JsonBodyOptions = {}): Promise<string> {
  const logger = createLogger({
    service: 'test',
    level: 'debug',
    destination: { write: (line: string) => void log.push(line) },
  });
  const service = await openService({ name: 'test', logger, drainSeconds: 1 }, async (lifecycle) => {
    const health = new Health(lifecycle, logger);
    const app = createHttpApp({ logger, metrics: new Metrics(), health, routers: [routes()], body });
    const { url } = await openHttpServer(lifecycle, app, { host: '127.0.0.1', port: 0 });
    return { url };
  });
  closers.push(service.close);
  return service.url;
}

function post(
  url: string,
  body: string | Uint8Array<ArrayBuffer>,
  headers: Record<string, string> = {},
): Promise<Response> {
  return fetch(url, { method: 'POST', body, headers: { 'content-type': 'application/json', ...headers } });
}

async function errorOf(
  response: Response,
): Promise<{ code: string; message: string; details: object; requestId: string }> {
  return ((await response.json()) as { error: { code: string; message: string; details: object; requestId: string } })
    .error;
}

let url: string;
beforeAll(async () => {
  url = await openTestApp({ maxBytes: 10_000 });
});
afterAll(async () => {
  await Promise.all(closers.map((close) => close()));
});

describe('createHttpApp', () => {
  it('answers a Larder error with its code’s status, message and details', async () => {
    const response = await fetch(`${url}/conflict`, { headers: { 'x-request-id': 'call-1' } });
    expect(response.status).toBe(409);
    expect(await response.json()).toEqual({
      error: {
        code: 'ABORTED',
        message: 'somebody was faster',
        details: { version: 7, micros: '12' },
        requestId: 'call-1',
      },
    });
  });

  it('hides the cause of an internal error and logs it with the request id', async () => {
    const response = await fetch(`${url}/fails`);
    expect(response.status).toBe(500);
    const error = await errorOf(response);
    expect(error).toMatchObject({ code: 'INTERNAL', details: {} });
    expect(error.message).toContain(error.requestId);
    expect(JSON.stringify(error)).not.toContain('hunter2');
    const line = log.find((each) => each.includes('hunter2'));
    expect(line).toContain(error.requestId);
    expect(response.headers.get('x-request-id')).toBe(error.requestId);
  });

  it('gives a request its own id when the caller’s could forge a log line', async () => {
    const response = await fetch(`${url}/conflict`, { headers: { 'x-request-id': 'a b"c' } });
    expect((await errorOf(response)).requestId).toMatch(/^[0-9a-f-]{36}$/);
  });

  it('answers an unknown route with NOT_FOUND', async () => {
    const response = await fetch(`${url}/nowhere`, { method: 'DELETE' });
    expect(response.status).toBe(404);
    expect(await errorOf(response)).toMatchObject({ code: 'NOT_FOUND', message: 'no route DELETE /nowhere' });
  });

  it('answers a malformed path with INVALID_ARGUMENT', async () => {
    const response = await fetch(`${url}/things/%E0%A4%A`);
    expect(response.status).toBe(400);
    expect(await errorOf(response)).toMatchObject({ code: 'INVALID_ARGUMENT' });
  });

  it('writes a bigint as text', async () => {
    expect(await (await fetch(`${url}/things/a`)).json()).toEqual({ id: 'a', micros: '1152921504606846976' });
  });

  it('ends the connection when a handler fails after the first byte', async () => {
    await expect(fetch(`${url}/half`).then((response) => response.text())).rejects.toThrow();
  });
});

describe('request bodies', () => {
  it.each([
    ['malformed JSON', '{"a": ', 'body: is not JSON'],
    ['an empty text', ' ', 'body: is not JSON'],
    ['too many bytes', JSON.stringify('x'.repeat(20_000)), 'larger than 10000 bytes'],
    ['deep nesting', '['.repeat(5_000) + ']'.repeat(5_000), 'nested deeper than 100 levels'],
  ])('refuses %s with INVALID_ARGUMENT', async (_what, body, message) => {
    const response = await post(`${url}/echo`, body);
    expect(response.status).toBe(400);
    const error = await errorOf(response);
    expect(error.code).toBe('INVALID_ARGUMENT');
    expect(error.message).toContain(message);
  });

  it('measures the limit after decompression', async () => {
    const bomb = new Uint8Array(gzipSync(JSON.stringify('x'.repeat(5_000_000))));
    expect(bomb.length).toBeLessThan(10_000);
    const response = await post(`${url}/echo`, bomb, { 'content-encoding': 'gzip' });
    expect(response.status).toBe(400);
    expect((await errorOf(response)).message).toContain('larger than 10000 bytes');
  });

  it('refuses an unknown charset and an unknown encoding', async () => {
    const charset = await post(`${url}/echo`, '{}', { 'content-type': 'application/json; charset=nonsense' });
    const encoding = await post(`${url}/echo`, '{}', { 'content-encoding': 'nonsense' });
    expect([charset.status, encoding.status]).toEqual([400, 400]);
  });

  it('keeps a prototype key an own key that changes no prototype', async () => {
    const response = await post(`${url}/echo`, '{"__proto__": {"admin": true}, "constructor": 1}');
    expect(((await response.json()) as { own: string[] }).own).toEqual(['__proto__', 'constructor']);
    expect(Object.hasOwn(Object.prototype, 'admin')).toBe(false);
  });

  it('leaves a body of another content type undefined', async () => {
    const response = await post(`${url}/echo`, 'a=1', { 'content-type': 'application/x-www-form-urlencoded' });
    expect(await response.json()).toEqual({ own: [] });
  });

  it('can be parsed by a parser that keeps the digits of int64', async () => {
    const exact = await openTestApp({ parse: (text) => ({ digits: text }) });
    const response = await post(`${exact}/echo`, '9007199254740993');
    expect(await response.json()).toMatchObject({ body: { digits: '9007199254740993' } });
  });

  it('survives a caller who leaves in the middle of a body', async () => {
    const { hostname, port } = new URL(url);
    const request = httpRequest({
      hostname,
      port,
      path: '/echo',
      method: 'POST',
      headers: { 'content-type': 'application/json', 'content-length': 1000 },
    });
    request.on('error', () => undefined);
    request.write('{');
    await new Promise((resolve) => request.once('socket', (socket) => socket.once('connect', resolve)));
    request.destroy();
    expect((await fetch(`${url}/things/a`)).status).toBe(200);
  });
});

describe('routes of every service', () => {
  it('show health', async () => {
    expect(await (await fetch(`${url}/health/live`)).json()).toEqual({ live: true });
    const ready = await fetch(`${url}/health/ready`);
    expect([ready.status, await ready.json()]).toEqual([200, { ready: true, state: 'ready', checks: {}, details: {} }]);
  });

  it('show metrics by route, not by path', async () => {
    await fetch(`${url}/things/one`);
    await fetch(`${url}/things/two`);
    const response = await fetch(`${url}/metrics`);
    const text = await response.text();
    expect(response.headers.get('content-type')).toContain('text/plain; version=0.0.4');
    expect(text).toContain('larder_http_request_seconds_count{method="GET",route="/things/:id",status="200"}');
    expect(text).not.toContain('/things/one');
  });
});
