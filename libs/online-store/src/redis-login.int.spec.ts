import { once } from 'node:events';
import type { TestRedis } from '@larder/testing';
import { startTestRedis } from '@larder/testing';
import { Redis } from 'ioredis';
import type { OnlineStore } from './online-store.js';
import { openRedisProxy, openStranger } from './redis-proxy.fixture.js';
import type { RedisProxy } from './redis-proxy.fixture.js';
import { RedisOnlineStore } from './redis-online-store.js';
import { hexOf, pointAt, readRows, rowsFor, writeRows } from './rows.fixture.js';

const target = { project: 'demo', viewId: 1, generation: 1, mode: 'fresh' } as const;

describe('RedisOnlineStore logs in', () => {
  let server: TestRedis;
  let redis: Redis;
  let proxy: RedisProxy;
  const stores: OnlineStore[] = [];

  beforeAll(async () => {
    server = await startTestRedis();
    proxy = await openRedisProxy(server.url);
    redis = new Redis(server.url);
    await redis.call('ACL', 'SETUSER', 'feeder', 'on', '>p@ss word', '~*', '+@all');
    await redis.config('SET', 'requirepass', 's3cret/#');
  });
  afterAll(async () => {
    await Promise.all(stores.map((store) => store.close()));
    redis.disconnect();
    await proxy.close();
    await server.close();
  });
  beforeEach(() => redis.flushall());

  const open = (url: string): OnlineStore => {
    const store = new RedisOnlineStore({ url: url.replace('PORT', String(proxy.port)).replace('SOCKET', server.url) });
    stores.push(store);
    return store;
  };

  it.each([
    ['redis://:s3cret%2F%23@127.0.0.1:PORT', 0],
    ['redis://:s3cret%2F%23@127.0.0.1:PORT/5', 5],
    ['redis://feeder:p%40ss%20word@127.0.0.1:PORT/2', 2],
    ['SOCKET?password=s3cret/%23', 0],
    ['SOCKET?db=7&username=feeder&password=p%40ss%20word', 7],
  ])('at %s', async (url, database) => {
    const store = open(url);
    await writeRows(store, target, rowsFor(['sa']));
    await pointAt(store, target);
    expect(await readRows(store, target, ['sa'])).toEqual([hexOf('sa')]);
    await redis.select(database);
    expect(await redis.dbsize()).toBe(2);
    await redis.select(0);
  });

  it.each([
    ['no password', 'redis://127.0.0.1:PORT', 'NOAUTH'],
    ['a wrong password', 'redis://:guess@127.0.0.1:PORT', 'WRONGPASS'],
    ['an unknown user', 'redis://who:guess@127.0.0.1:PORT', 'WRONGPASS'],
    ['a database that does not exist', 'redis://:s3cret%2F%23@127.0.0.1:PORT/99', 'ERR DB index is out of range'],
  ])('and says what was refused with %s, without quoting the password', async (_, url, reply) => {
    const store = open(url);
    const refused = { message: expect.stringMatching(new RegExp(`^(?!.*guess).*${reply}`)) };
    await expect(store.openWriter(target)).rejects.toMatchObject({ ...refused, code: 'FAILED_PRECONDITION' });
    await expect(store.readPointer('demo', 1)).rejects.toMatchObject({ ...refused, code: 'FAILED_PRECONDITION' });
    await expect(store.ping()).rejects.toMatchObject({ ...refused, code: 'UNAVAILABLE' });
    await expect(readRows(store, target, ['sa'])).rejects.toMatchObject({ ...refused, code: 'UNAVAILABLE' });
    expect(store.describe).not.toMatch(/guess|s3cret/);
  });

  it('as a user who may do nothing but what the format asks for', async () => {
    const commands = [
      'mget',
      'mset',
      'get',
      'set',
      'getrange',
      'eval',
      'scan',
      'unlink',
      'ping',
      'select',
      'hello',
      'info',
      'client',
    ];
    const rules = ['reset', 'on', '>least', '~demo{*', '~demo:view:*', ...commands.map((command) => `+${command}`)];
    await redis.call('ACL', 'SETUSER', 'least', ...rules);
    const store = open('redis://least:least@127.0.0.1:PORT/1');
    await store.ping();
    await writeRows(store, target, rowsFor(['sa', 'sb']));
    await writeRows(store, { ...target, mode: 'fenced' }, rowsFor(['sb']));
    await pointAt(store, target);
    expect(await readRows(store, target, ['sa', 'sb'])).toEqual([hexOf('sa'), hexOf('sb')]);
    expect(await store.removeGeneration('demo', 1, 1)).toBe(2);
    await expect(writeRows(store, { ...target, project: 'other' }, rowsFor(['sa']))).rejects.toMatchObject({
      code: 'FAILED_PRECONDITION',
      message: expect.stringContaining('NOPERM'),
    });
  });

  it('over TLS only for rediss: nothing readable goes out first', async () => {
    const first: Promise<Buffer>[] = [];
    const stranger = await openStranger((socket) =>
      first.push(once(socket, 'data').then(([chunk]) => (socket.destroy(), chunk as Buffer))),
    );
    const store = open(`rediss://:s3cret@127.0.0.1:${stranger.port}`);
    await expect(store.openWriter(target)).rejects.toMatchObject({ code: 'UNAVAILABLE' });
    await expect(store.ping()).rejects.toMatchObject({ code: 'UNAVAILABLE' });
    const TLS_HANDSHAKE = 0x16;
    for (const chunk of await Promise.all(first)) expect(chunk[0]).toBe(TLS_HANDSHAKE);
    expect(first.length).toBeGreaterThanOrEqual(2);
    await stranger.close();
  });
});
