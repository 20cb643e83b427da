import { LarderError } from '@larder/registry';

/** Where and how a Redis is reached, read from its url. */
export interface RedisAddress {
  readonly endpoint: { readonly path: string } | { readonly host: string; readonly port: number };
  readonly tls: boolean;
  /** The AUTH command that must come first, if the url names a password. */
  readonly login?: readonly string[];
}

/**
 * Reads the two forms of url that ioredis takes as a string: `redis://[user:password@]host[:port][/db]` (or
 * `rediss://` for TLS) and the absolute path of a unix socket.
 *
 * Throws `INVALID_ARGUMENT` naming `url` for anything else. A password never appears in the message.
 */
export function parseRedisUrl(url: string): RedisAddress {
  if (url.startsWith('/')) return { endpoint: { path: url.replace(/\?.*$/s, '') }, tls: false };
  const parsed = URL.canParse(url) ? new URL(url) : undefined;
  if (parsed === undefined || !['redis:', 'rediss:'].includes(parsed.protocol) || parsed.hostname === '') {
    throw new LarderError(
      'INVALID_ARGUMENT',
      `url: expected redis://host:port, rediss://host:port or the absolute path of a unix socket, got ${JSON.stringify(withoutPassword(url))}`,
    );
  }
  return {
    endpoint: { host: parsed.hostname.replace(/^\[(.*)\]$/, '$1'), port: Number(parsed.port || 6379) },
    tls: parsed.protocol === 'rediss:',
    ...loginOf(parsed),
  };
}

/** The url as it may be shown in a message: without what stands between the scheme and the last `@`. */
export function withoutPassword(url: string): string {
  return url.replace(/^(\w+:\/\/)?.*@/s, '$1***@');
}

function loginOf(url: URL): { login?: readonly string[] } {
  if (url.password === '') return {};
  const password = decodeURIComponent(url.password);
  return { login: url.username === '' ? ['AUTH', password] : ['AUTH', decodeURIComponent(url.username), password] };
}
