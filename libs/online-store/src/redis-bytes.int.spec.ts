import { entityKeyPrefix } from '@larder/row-format';
import type { TestRedis } from '@larder/testing';
import { startTestRedis } from '@larder/testing';
import { Redis } from 'ioredis';
import { openRedisProxy } from './redis-proxy.fixture.js';
import { RedisOnlineStore } from './redis-online-store.js';
import { hexOf, pointAt, pointerTo, readRows, rowsFor, writeRows } from './rows.fixture.js';

/** What lies in Redis, seen by another client. */
describe('RedisOnlineStore, seen by an independent client,', () => {
  let server: TestRedis;
  let redis: Redis;
  let store: RedisOnlineStore;
  const target = { project: 'demo', viewId: 12, generation: 3, mode: 'fresh' } as const;

  beforeAll(async () => {
    server = await startTestRedis();
    redis = new Redis(server.url);
    store = new RedisOnlineStore({ url: server.url });
  });
  afterAll(async () => {
    await store.close();
    redis.disconnect();
    await server.close();
  });
  beforeEach(() => redis.flushall());

  it.each([
    ['fresh', 100_000],
    ['fenced', 20_000],
  ] as const)('holds every one of the %s rows of a run of %d', async (mode, count) => {
    const rows = rowsFor(
      Array.from({ length: count }, (_, index) => (index % 10 === 0 ? `sé🧊${index}` : `suser-${index}`)),
    );
    const counts = await writeRows(store, { ...target, mode }, rows);
    expect(counts).toEqual({
      written: count,
      fenced: 0,
      bytes: rows.reduce((sum, [, row]) => sum + row.length, 0),
      keyBytes: rows.reduce((sum, [key]) => sum + Buffer.byteLength(`${entityKeyPrefix('demo', key)}12.3`), 0),
    });
    expect(await redis.dbsize()).toBe(count);
    const wrong: string[] = [];
    for (let at = 0; at < count; at += 1000) {
      const part = rows.slice(at, at + 1000);
      const found = await redis.mgetBuffer(part.map(([key]) => `${entityKeyPrefix('demo', key)}12.3`));
      for (const [index, [key, row]] of part.entries()) if (found[index]?.equals(row) !== true) wrong.push(key);
    }
    expect(wrong).toEqual([]);
  });

  it('has the keys and the pointer that the format says', async () => {
    await writeRows(store, target, rowsFor(['s8a2f']));
    await store.flipPointer({
      ...target,
      expected: undefined,
      next: { viewVersion: 2, generation: 3, previousGeneration: 1, epoch: 'x' },
    });
    expect((await redis.keys('*')).toSorted()).toEqual(['demo:view:12', 'demo{4f5}s8a2f:12.3']);
    expect(await redis.get('demo:view:12')).toBe('{"viewVersion":2,"generation":3,"previousGeneration":1,"epoch":"x"}');
    expect(await redis.ttl('demo{4f5}s8a2f:12.3')).toBe(-1);
  });

  it.each([
    '',
    'null',
    '{}',
    '[]',
    '{"viewVersion":1,"generation":"1","epoch":"e"}',
    '{"viewVersion":1,"generation":1.5,"epoch":"e"}',
    '{"viewVersion":1,"generation":1}',
  ])('takes the pointer %j for none', async (text) => {
    await pointAt(store, target);
    expect((await store.read([{ ...target, keyPrefixes: [] }]))[0]?.pointer).toEqual(pointerTo(3));
    await redis.set('demo:view:12', text);
    expect(await store.readPointer('demo', 12)).toBeUndefined();
    expect(await store.read([{ ...target, keyPrefixes: [] }])).toEqual([{ pointer: undefined, rows: [] }]);
  });

  it('says at once that nothing can be said when the store was emptied', async () => {
    await writeRows(store, target, rowsFor(['sa']));
    await pointAt(store, target);
    expect(await readRows(store, target, ['sa'])).toEqual([hexOf('sa')]);
    await redis.flushall();
    const keyPrefixes = [entityKeyPrefix('demo', 'sa')];
    expect(await store.read([{ ...target, keyPrefixes }])).toEqual([{ pointer: undefined, rows: [null] }]);
  });

  it('asks once for all reads of one turn, and for the pointer of a view once', async () => {
    await writeRows(store, target, rowsFor(['sa', 'sb']));
    await pointAt(store, target);
    await readRows(store, target, ['sa']);
    await redis.config('RESETSTAT');
    await Promise.all(
      Array.from({ length: 100 }, (_, index) => readRows(store, target, [index % 2 === 0 ? 'sa' : 'sb'])),
    );
    const stats = await redis.info('commandstats');
    expect(/cmdstat_mget:calls=(\d+)/.exec(stats)?.[1]).toBe('1');
    expect(/keyspace_hits:(\d+)/.exec(await redis.info('stats'))?.[1]).toBe('101');
  });

  it('cuts a long read into commands that leave Redis free in between', async () => {
    await pointAt(store, target);
    await readRows(store, target, ['sa']);
    await redis.config('RESETSTAT');
    await readRows(
      store,
      target,
      Array.from({ length: 9000 }, (_, index) => `i${index}`),
    );
    expect(/cmdstat_mget:calls=(\d+)/.exec(await redis.info('commandstats'))?.[1]).toBe('3');
  });

  it.each(['fresh', 'fenced'] as const)('gets large %s rows in commands of about a megabyte', async (mode) => {
    const rows = Array.from({ length: 100 }, (_, index) => [`i${index}`, Buffer.alloc(100_000, index)] as const);
    await redis.config('RESETSTAT');
    await writeRows(store, { ...target, mode }, rows);
    const command = mode === 'fresh' ? 'mset' : 'eval';
    expect(new RegExp(`cmdstat_${command}:calls=(\\d+)`).exec(await redis.info('commandstats'))?.[1]).toBe('10');
  });

  it('reads rows whose replies come in single bytes', async () => {
    const proxy = await openRedisProxy(server.url, 1);
    const slow = new RedisOnlineStore({ url: `redis://127.0.0.1:${proxy.port}` });
    try {
      await writeRows(slow, target, rowsFor(['sa', 'sb', `s${'long'.repeat(100)}`]));
      await pointAt(store, target);
      const keys = ['sb', 'sx', `s${'long'.repeat(100)}`, 'sa'];
      expect(await readRows(slow, target, keys)).toEqual(keys.map((key) => (key === 'sx' ? null : hexOf(key))));
    } finally {
      await slow.close();
      await proxy.close();
    }
  });

  describe('with a key of another type', () => {
    it('fails a fenced write and names the reason', async () => {
      await redis.rpush('demo{4f5}s8a2f:12.3', 'x');
      const write = writeRows(store, { ...target, mode: 'fenced' }, rowsFor(['sa', 's8a2f', 'sb']));
      await expect(write).rejects.toMatchObject({
        code: 'FAILED_PRECONDITION',
        message: expect.stringContaining('WRONGTYPE'),
      });
    });

    it('replaces it by a fresh write', async () => {
      await redis.rpush('demo{4f5}s8a2f:12.3', 'x');
      await writeRows(store, target, rowsFor(['s8a2f']));
      await pointAt(store, target);
      expect(await readRows(store, target, ['s8a2f'])).toEqual([hexOf('s8a2f')]);
    });

    it('has no pointer to read rows by', async () => {
      await redis.rpush('demo:view:12', 'x');
      expect(await store.read([{ ...target, keyPrefixes: [] }])).toEqual([{ pointer: undefined, rows: [] }]);
      await expect(store.readPointer('demo', 12)).rejects.toMatchObject({
        code: 'FAILED_PRECONDITION',
        message: expect.stringContaining('WRONGTYPE'),
      });
    });
  });
});
