import { LarderError } from '@larder/registry';
import { generationSuffix, pointerKey } from '@larder/row-format';
import { Redis } from 'ioredis';
import { GenerationReader } from './generation-reader.js';
import type { OnlineStore, PointerFlip, RowWriter, ViewLookup, ViewRows, WriteTarget } from './online-store.js';
import { ReadBatcher } from './read-batcher.js';
import type { RedisAddress } from './redis-address.js';
import { parseRedisAddress, redisAddressText } from './redis-address.js';
import { RedisPipe } from './redis-pipe.js';
import { RedisRowWriter } from './redis-row-writer.js';
import { COMPARE_AND_SET } from './redis-scripts.js';
import type { ViewPointer } from './view-pointer.js';
import { parsePointer, pointerText } from './view-pointer.js';

export interface RedisOnlineStoreOptions {
  /** `redis://`, `rediss://` or the absolute path of a unix socket. */
  readonly url: string;
  /** How long a read may take before it counts as unavailable; default 2,000. */
  readonly commandTimeoutMs?: number;
}

const SCAN_COUNT = 1000;

/** The online store on one Redis or Valkey. Reconnects by itself; while it is away every call fails with UNAVAILABLE at once. */
export class RedisOnlineStore implements OnlineStore {
  readonly describe: string;
  private readonly redis: Redis;
  private readonly address: RedisAddress;
  private readonly reader: GenerationReader;

  constructor({ url, commandTimeoutMs = 2000 }: RedisOnlineStoreOptions) {
    this.address = parseRedisAddress(url);
    this.describe = `Redis at ${redisAddressText(this.address)}`;
    this.redis = new Redis({
      ...connectionOptions(this.address),
      lazyConnect: true,
      commandTimeout: commandTimeoutMs,
      connectTimeout: commandTimeoutMs,
      maxRetriesPerRequest: 0,
      enableOfflineQueue: true,
      retryStrategy: (attempt) => Math.min(50 * attempt, 1000),
    });
    this.redis.on('error', () => undefined);
    const batcher = new ReadBatcher((keys) => this.redis.mgetBuffer([...keys]));
    this.reader = new GenerationReader(batcher.read);
  }

  async read(lookups: readonly ViewLookup[]): Promise<readonly ViewRows[]> {
    return this.attempt(() => this.reader.read(lookups));
  }

  async readPointer(project: string, viewId: number): Promise<ViewPointer | undefined> {
    const text = await this.attempt(() => this.redis.get(pointerKey(project, viewId)));
    return text === null ? undefined : parsePointer(text);
  }

  async flipPointer({ project, viewId, expected, next }: PointerFlip): Promise<boolean> {
    const before = expected === undefined ? '' : pointerText(expected);
    const done = await this.attempt(() =>
      this.redis.eval(COMPARE_AND_SET, 1, pointerKey(project, viewId), before, pointerText(next)),
    );
    return done === 1;
  }

  async openWriter(target: WriteTarget): Promise<RowWriter> {
    return new RedisRowWriter(await RedisPipe.open(this.address), target);
  }

  async removeGeneration(project: string, viewId: number, generation: number): Promise<number> {
    const pattern = `${globEscape(project)}{*:${generationSuffix(viewId, generation)}`;
    let cursor = '0';
    let removed = 0;
    do {
      const [next, keys] = await this.attempt(() => this.redis.scan(cursor, 'MATCH', pattern, 'COUNT', SCAN_COUNT));
      if (keys.length > 0) removed += await this.attempt(() => this.redis.unlink(...keys));
      cursor = next;
    } while (cursor !== '0');
    return removed;
  }

  async ping(): Promise<void> {
    await this.attempt(() => this.redis.ping());
  }

  async close(): Promise<void> {
    this.redis.disconnect();
    await Promise.resolve();
  }

  private async attempt<T>(call: () => Promise<T>): Promise<T> {
    try {
      return await call();
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      throw new LarderError('UNAVAILABLE', `${this.describe} does not answer: ${reason}`, {}, { cause: error });
    }
  }
}

function connectionOptions(address: RedisAddress): Record<string, unknown> {
  const { path, host, port, tls, username, password, database } = address;
  return {
    ...(path === undefined ? { host, port } : { path }),
    ...(tls ? { tls: {} } : {}),
    ...(username === undefined ? {} : { username }),
    ...(password === undefined ? {} : { password }),
    db: database,
  };
}

function globEscape(text: string): string {
  return text.replace(/[*?[\]\\]/g, (char) => `\\${char}`);
}
