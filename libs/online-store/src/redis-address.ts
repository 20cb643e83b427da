import { LarderError } from '@larder/registry';

/** Where a Redis listens and how to log in, from `redis://`, `rediss://` or the absolute path of a unix socket. */
export interface RedisAddress {
  readonly path?: string;
  readonly host?: string;
  readonly port?: number;
  readonly tls: boolean;
  readonly username?: string;
  readonly password?: string;
  readonly database: number;
}

/** INVALID_ARGUMENT for anything else. Never quotes a password. */
export function parseRedisAddress(url: string): RedisAddress {
  if (url.startsWith('/')) return { path: url, tls: false, database: 0 };
  const parsed = URL.canParse(url) ? new URL(url) : undefined;
  const database = Number(parsed?.pathname.slice(1) || '0');
  if (parsed === undefined || !/^rediss?:$/.test(parsed.protocol) || !Number.isInteger(database)) {
    throw new LarderError(
      'INVALID_ARGUMENT',
      'Redis address: expected redis://host:port/database, rediss://… or the absolute path of a socket',
    );
  }
  return {
    host: parsed.hostname || 'localhost',
    port: Number(parsed.port || '6379'),
    tls: parsed.protocol === 'rediss:',
    ...(parsed.username === '' ? {} : { username: decodeURIComponent(parsed.username) }),
    ...(parsed.password === '' ? {} : { password: decodeURIComponent(parsed.password) }),
    database,
  };
}

/** The address without its password, for people. */
export function redisAddressText(address: RedisAddress): string {
  if (address.path !== undefined) return address.path;
  return `${address.tls ? 'rediss' : 'redis'}://${address.host}:${address.port}/${address.database}`;
}
