import { parseRedisUrl, withoutPassword } from './redis-address.js';

describe('parseRedisUrl', () => {
  it('reads host, port and login of a url', () => {
    expect(parseRedisUrl('redis://cache.example:6380/2')).toEqual({
      endpoint: { host: 'cache.example', port: 6380 },
      tls: false,
    });
    expect(parseRedisUrl('rediss://:p%40ss@cache.example')).toEqual({
      endpoint: { host: 'cache.example', port: 6379 },
      tls: true,
      login: ['AUTH', 'p@ss'],
    });
    expect(parseRedisUrl('redis://me:secret@[::1]:7000').login).toEqual(['AUTH', 'me', 'secret']);
    expect(parseRedisUrl('redis://me:secret@[::1]:7000').endpoint).toEqual({ host: '::1', port: 7000 });
  });

  it('takes an absolute path as a unix socket, without its options', () => {
    expect(parseRedisUrl('/run/redis.sock?db=2')).toEqual({ endpoint: { path: '/run/redis.sock' }, tls: false });
  });

  it.each(['', 'localhost:6379', 'http://localhost:6379', 'redis://', 'run/redis.sock'])(
    'names the field for %j',
    (url) => {
      expect(() => parseRedisUrl(url)).toThrow(/^url: expected redis:\/\/host:port/);
    },
  );

  it('never shows a password', () => {
    expect(withoutPassword('redis://me:secret@host:1/2')).toBe('redis://***@host:1/2');
    expect(withoutPassword('redis://me:se/cr@et@host:1')).not.toMatch(/se|cr|et/);
    expect(() => parseRedisUrl('http://me:secret@host')).toThrow(
      expect.objectContaining({ message: expect.not.stringContaining('secret') }),
    );
  });
});
