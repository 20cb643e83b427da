import { setImmediate as turn } from 'node:timers/promises';
import { waitFor } from '@larder/testing';
import { entityKeyPrefix } from '@larder/row-format';
import { Redis } from 'ioredis';
import type { RedisProxy } from './redis-proxy.fixture.js';
import { openStranger } from './redis-proxy.fixture.js';
import { RedisOnlineStore } from './redis-online-store.js';
import type { RestartableRedis } from './restartable-redis.fixture.js';
import { startRestartableRedis } from './restartable-redis.fixture.js';
import { hexOf, pointAt, readRows, rowsFor, writeRows } from './rows.fixture.js';

const target = { project: 'demo', viewId: 1, generation: 1, mode: 'fresh' } as const;
const lookup = { ...target, keyPrefixes: [entityKeyPrefix('demo', 'sa')] };
const UNAVAILABLE = { code: 'UNAVAILABLE', message: expect.stringContaining('redis.sock') };

/** Milliseconds until the promise is settled, either way. */
async function settledAfterMs(promise: Promise<unknown>): Promise<number> {
  const startMs = performance.now();
  await promise.catch(() => undefined);
  return performance.now() - startMs;
}

describe('RedisOnlineStore, while Redis is away,', () => {
  let server: RestartableRedis;
  let store: RedisOnlineStore;

  const TIMEOUT_MS = 500;
  beforeAll(async () => {
    server = await startRestartableRedis();
  });
  afterAll(() => server.close());
  beforeEach(async () => {
    store = new RedisOnlineStore({ url: server.url, commandTimeoutMs: TIMEOUT_MS });
    await writeRows(store, target, rowsFor(['sa']));
    await pointAt(store, target);
    expect(await readRows(store, target, ['sa'])).toEqual([hexOf('sa')]);
  });
  afterEach(() => store.close());

  it('fails every call with UNAVAILABLE, quickly, and is there again after a restart, knowing that it was emptied', async () => {
    await server.kill();
    const slow = new RedisOnlineStore({ url: server.url, commandTimeoutMs: 60_000 });
    for (const each of [store, slow]) {
      const calls = [
        () => each.read([lookup]),
        () => each.ping(),
        () => each.readPointer('demo', 1),
        () => each.flipPointer({ ...target, expected: undefined, next: { viewVersion: 1, generation: 1, epoch: 'e' } }),
        () => each.removeGeneration('demo', 1, 1),
        () => each.openWriter(target),
      ];
      for (const call of calls) {
        await expect(call()).rejects.toMatchObject(UNAVAILABLE);
        const again = async (): Promise<void> => {
          for (let times = 0; times < 20; times++) await call().catch(() => undefined);
        };
        expect(await settledAfterMs(again())).toBeLessThan(2_000);
      }
    }
    await server.start();
    await waitFor(() => Promise.all([store.ping(), slow.ping(), slow.readPointer('demo', 1)]).then(() => true));
    expect(await store.read([lookup])).toEqual([{ pointer: undefined, rows: [null] }]);
    await writeRows(slow, target, rowsFor(['sa']));
    await pointAt(slow, target);
    expect(await readRows(store, target, ['sa'])).toEqual([hexOf('sa')]);
    await slow.close();
  });

  it('waits for a server that hangs as long as it was told, then fails at once, and gets right answers when it goes on', async () => {
    process.kill(server.pid, 'SIGSTOP');
    try {
      await expect(store.read([lookup])).rejects.toMatchObject({
        code: 'UNAVAILABLE',
        message: expect.stringContaining(`no answer within ${TIMEOUT_MS} ms`),
      });
      const waits = await Promise.all(Array.from({ length: 1000 }, () => settledAfterMs(store.read([lookup]))));
      expect(Math.max(...waits)).toBeLessThan(TIMEOUT_MS);
      await expect(store.readPointer('demo', 1)).rejects.toMatchObject(UNAVAILABLE);
    } finally {
      process.kill(server.pid, 'SIGCONT');
    }
    await waitFor(() => store.ping().then(() => true));
    expect(await readRows(store, target, ['sx', 'sa'])).toEqual([null, hexOf('sa')]);
    await waitFor(() => store.readPointer('demo', 1));
  });

  it('connects again when only the connection was lost', async () => {
    const redis = new Redis(server.url);
    await redis.call('CLIENT', 'KILL', 'TYPE', 'normal', 'SKIPME', 'yes');
    await waitFor(() => store.ping().then(() => true));
    expect(await readRows(store, target, ['sa'])).toEqual([hexOf('sa')]);
    expect(await store.readPointer('demo', 1)).toBeDefined();
    redis.disconnect();
  });

  it('does not take its own pause for one of Redis', async () => {
    const read = readRows(store, target, ['sa']);
    await turn();
    const busyUntil = performance.now() + 2 * TIMEOUT_MS;
    while (performance.now() < busyUntil);
    expect(await read).toEqual([hexOf('sa')]);
  });

  it('fails what waits, and everything after, when it is closed', async () => {
    process.kill(server.pid, 'SIGSTOP');
    const read = store.read([lookup]);
    await turn();
    const closed = expect(read).rejects.toMatchObject({
      code: 'UNAVAILABLE',
      message: expect.stringContaining('was closed'),
    });
    await store.close();
    process.kill(server.pid, 'SIGCONT');
    await closed;
    await expect(store.read([lookup])).rejects.toMatchObject({
      code: 'UNAVAILABLE',
      message: expect.stringContaining('was closed'),
    });
    await expect(store.readPointer('demo', 1)).rejects.toMatchObject({ code: 'UNAVAILABLE' });
  });

  describe('when Redis is full', () => {
    let redis: Redis;
    beforeEach(async () => {
      redis = new Redis(server.url);
      await redis.config('SET', 'maxmemory', '1');
    });
    afterEach(async () => {
      await redis.config('SET', 'maxmemory', '0');
      redis.disconnect();
    });

    it.each(['fresh', 'fenced'] as const)('fails a %s write and names the reason', async (mode) => {
      const rows = rowsFor(Array.from({ length: 10_000 }, (_, index) => `i${index}`));
      await expect(writeRows(store, { ...target, mode }, rows)).rejects.toMatchObject({
        code: 'RESOURCE_EXHAUSTED',
        message: expect.stringMatching(/out of memory \(its maxmemory is reached\): OOM/),
      });
    });

    it('fails a flip, and goes on reading', async () => {
      await expect(pointAt(store, { ...target, generation: 2 })).rejects.toMatchObject({ code: 'RESOURCE_EXHAUSTED' });
      expect(await readRows(store, target, ['sa'])).toEqual([hexOf('sa')]);
    });
  });

  it.each(['fresh', 'fenced'] as const)('fails a %s write in the middle of which Redis was killed', async (mode) => {
    const writer = await store.openWriter({ ...target, mode });
    const [[key, row] = ['', Buffer.alloc(0)]] = rowsFor(['sa']);
    let rows = 0;
    const write = (async () => {
      for (; rows < 10_000_000; rows++) if (!writer.add(key, row)) await writer.drained();
      await writer.finish();
    })();
    const failed = expect(write).rejects.toMatchObject(UNAVAILABLE);
    await waitFor(() => rows > 50_000);
    await server.kill();
    await failed;
    await expect(writer.finish()).rejects.toMatchObject(UNAVAILABLE);
    await server.start();
  });
});

describe('RedisOnlineStore, given the address of something else,', () => {
  let stranger: RedisProxy;
  let store: RedisOnlineStore;

  /** A server that gives these answers, one for each time that something is said to it, and then hangs up. */
  async function openStore(answers: readonly string[]): Promise<void> {
    stranger = await openStranger((socket) => {
      let next = 0;
      socket.on('data', () => (next < answers.length ? socket.write(answers[next++] ?? '') : socket.destroy()));
    });
    store = new RedisOnlineStore({ url: `redis://127.0.0.1:${stranger.port}`, commandTimeoutMs: 5_000 });
  }
  afterEach(async () => {
    await store.close();
    await stranger.close();
  });

  it.each<[string, readonly string[], RegExp]>([
    ['an HTTP server', ['HTTP/1.1 400 Bad Request\r\n\r\n'], /is no Redis/],
    ['a server that hangs up', [], /closed the connection|ECONNRESET|EPIPE/],
    ['a Redis that says more than it was asked', ['+PONG\r\n*0\r\n'], /is no Redis/],
    ['a Redis that answers something else than values', ['+PONG\r\n', ':1\r\n'], /not a reply to MGET: ":1/],
    ['a Redis that answers with too few values', ['+PONG\r\n', '*0\r\n'], /0 values came for 1 keys/],
    ['a Redis that answers with too many values', ['+PONG\r\n', '*2\r\n$-1\r\n$-1\r\n'], /2 values came for 1 keys/],
  ])('gives up on %s', async (_, answers, message) => {
    await openStore(answers);
    await expect(store.read([lookup])).rejects.toMatchObject({
      code: 'UNAVAILABLE',
      message: expect.stringMatching(message),
    });
  });

  it('stops waiting for a server that never says a word when it is closed', async () => {
    stranger = await openStranger(() => undefined);
    store = new RedisOnlineStore({ url: `redis://127.0.0.1:${stranger.port}`, commandTimeoutMs: 600_000 });
    const closed = expect(store.read([lookup])).rejects.toMatchObject({
      code: 'UNAVAILABLE',
      message: expect.stringContaining('was closed'),
    });
    await turn();
    await store.close();
    await closed;
  });

  it('gives up on a Redis that answers what nobody asked', async () => {
    await openStore(['+PONG\r\n', '*1\r\n$-1\r\n*1\r\n$-1\r\n', '*1\r\n$-1\r\n']);
    await store.read([lookup]);
    await expect(store.read([lookup])).rejects.toMatchObject({ code: 'UNAVAILABLE' });
  });
});
