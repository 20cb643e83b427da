import type { RedisAddress } from './redis-address.js';
import { parseRedisAddress, redisAddressText } from './redis-address.js';

describe('parseRedisAddress', () => {
  it.each<[string, RedisAddress, string]>([
    ['redis://cache', { host: 'cache', port: 6379, tls: false, database: 0 }, 'redis://cache:6379/0'],
    ['redis://', { host: 'localhost', port: 6379, tls: false, database: 0 }, 'redis://localhost:6379/0'],
    ['rediss://cache:6380/2', { host: 'cache', port: 6380, tls: true, database: 2 }, 'rediss://cache:6380/2'],
    [
      'redis://:p%40ss%2F@cache/',
      { host: 'cache', port: 6379, tls: false, password: 'p@ss/', database: 0 },
      'redis://cache:6379/0',
    ],
    [
      'redis://me:secret@[::1]:7000',
      { host: '::1', port: 7000, tls: false, username: 'me', password: 'secret', database: 0 },
      'redis://[::1]:7000/0',
    ],
    ['/run/redis.sock', { path: '/run/redis.sock', tls: false, database: 0 }, '/run/redis.sock'],
    [
      '/run/redis.sock?db=3&username=me&password=p%3Fss',
      { path: '/run/redis.sock', tls: false, username: 'me', password: 'p?ss', database: 3 },
      '/run/redis.sock?db=3',
    ],
  ])('reads %s', (url, address, text) => {
    expect(parseRedisAddress(url)).toEqual(address);
    expect(redisAddressText(address)).toBe(text);
  });

  it.each([
    '',
    'cache:6379',
    'http://cache',
    'run/redis.sock',
    'redis://cache/x',
    'redis://cache/-1',
    'redis://cache/1.5',
    'redis://cache/0x10',
    'redis://cache/1/2',
    'redis://cache?db=2',
    'redis://cache#2',
    'redis://me@cache',
    'redis://:%ff@cache',
    'redis://cache:99999',
    '/run/redis.sock?db=x',
    '/run/redis.sock?database=2',
    '/run/redis.sock?username=me',
  ])('refuses %j', (url) => {
    expect(() => parseRedisAddress(url)).toThrow(
      expect.objectContaining({
        code: 'INVALID_ARGUMENT',
        message: expect.stringMatching(/^Redis address: expected redis:\/\//),
      }),
    );
  });

  it('never quotes a password', () => {
    for (const url of ['http://:secret@cache', 'redis://:secret@cache/x', '/run/x?password=secret&x=1']) {
      expect(() => parseRedisAddress(url)).toThrow(
        expect.objectContaining({ message: expect.not.stringContaining('secret') }),
      );
    }
  });
});
