import { LarderError } from '@larder/registry';

/** Where a Redis listens and how to log in. */
export interface RedisAddress {
  /** Absolute path of a unix socket; then there is no host and port. */
  readonly path?: string;
  readonly host?: string;
  readonly port?: number;
  readonly tls: boolean;
  readonly username?: string;
  readonly password?: string;
  readonly database: number;
}

const EXPECTED =
  'expected redis://[user:password@]host[:port][/database], rediss://… or the absolute path of a unix socket, with ?db=, ?username=, ?password= where needed';

/**
 * Reads the two forms of address that ioredis takes as a string: a url, and the path of a unix socket, whose login and
 * database follow as a query (`/run/redis.sock?db=2`). INVALID_ARGUMENT for anything else; never quotes a password.
 */
export function parseRedisAddress(url: string): RedisAddress {
  const address = url.startsWith('/') ? parseSocketPath(url) : parseUrl(url);
  if (address === undefined) throw new LarderError('INVALID_ARGUMENT', `Redis address: ${EXPECTED}`);
  return address;
}

/** The address without its login, for people. */
export function redisAddressText(address: RedisAddress): string {
  const { path, host = 'localhost', port, tls, database } = address;
  if (path !== undefined) return database === 0 ? path : `${path}?db=${database}`;
  return `${tls ? 'rediss' : 'redis'}://${host.includes(':') ? `[${host}]` : host}:${port}/${database}`;
}

interface Login {
  readonly username: string;
  readonly password: string;
  readonly database: string;
}

const SOCKET_OPTIONS: ReadonlySet<string> = new Set(['db', 'username', 'password']);

function parseSocketPath(url: string): RedisAddress | undefined {
  const [path = '', ...rest] = url.split('?');
  const query = new URLSearchParams(rest.join('?'));
  if ([...query.keys()].some((name) => !SOCKET_OPTIONS.has(name))) return undefined;
  const login = parseLogin({
    username: query.get('username') ?? '',
    password: query.get('password') ?? '',
    database: query.get('db') ?? '0',
  });
  return login === undefined ? undefined : { path, tls: false, ...login };
}

function parseUrl(url: string): RedisAddress | undefined {
  const parsed = URL.canParse(url) ? new URL(url) : undefined;
  if (parsed === undefined || !/^rediss?:$/.test(parsed.protocol) || parsed.search !== '' || parsed.hash !== '')
    return undefined;
  const { username, password } = { username: decode(parsed.username), password: decode(parsed.password) };
  if (username === undefined || password === undefined) return undefined;
  const login = parseLogin({ username, password, database: parsed.pathname.slice(1) || '0' });
  if (login === undefined) return undefined;
  const host = parsed.hostname.replace(/^\[(.*)\]$/, '$1') || 'localhost';
  return { host, port: Number(parsed.port || '6379'), tls: parsed.protocol === 'rediss:', ...login };
}

function parseLogin({
  username,
  password,
  database,
}: Login): Pick<RedisAddress, 'username' | 'password' | 'database'> | undefined {
  if (!/^\d{1,5}$/.test(database) || (username !== '' && password === '')) return undefined;
  return {
    ...(username === '' ? {} : { username }),
    ...(password === '' ? {} : { password }),
    database: Number(database),
  };
}

function decode(text: string): string | undefined {
  try {
    return decodeURIComponent(text);
  } catch {
    return undefined;
  }
}
