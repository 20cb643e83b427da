import { generationSuffix, pointerKey } from '@larder/row-format';
import { GenerationReader } from './generation-reader.js';
import type {
  OnlineStore,
  PointerFlip,
  PointerRemoval,
  RowWriter,
  StoredPointer,
  ViewLookup,
  ViewRows,
  WriteTarget,
} from './online-store.js';
import { parsePointerKey, POINTER_KEYS } from './pointer-key.js';
import { inPieces, ReadBatcher } from './read-batcher.js';
import type { RedisAddress } from './redis-address.js';
import { parseRedisAddress, redisAddressText } from './redis-address.js';
import { RedisControl } from './redis-control.js';
import { RedisPipe } from './redis-pipe.js';
import { RedisReader } from './redis-reader.js';
import { RedisRowWriter } from './redis-row-writer.js';
import { COMPARE_AND_DELETE, COMPARE_AND_SET } from './redis-scripts.js';
import type { ViewPointer } from './view-pointer.js';
import { parsePointer, pointerText } from './view-pointer.js';

export interface RedisOnlineStoreOptions {
  /** `redis://`, `rediss://` or the absolute path of a unix socket, as `parseRedisAddress` reads it. */
  readonly url: string;
  /** How long a read may take before it counts as unavailable; default 2,000. */
  readonly commandTimeoutMs?: number;
}

/** Keys that one step of a removal looks at. */
const SCAN_COUNT = 1000;

/**
 * The online store on one Redis or Valkey (not a cluster). It must not evict (`maxmemory-policy noeviction`): an evicted row
 * would read as an entity that does not exist.
 *
 * Connects when it is first used and reconnects by itself; while Redis is away, calls fail with UNAVAILABLE.
 */
export class RedisOnlineStore implements OnlineStore {
  readonly describe: string;
  private readonly address: RedisAddress;
  private readonly connection: RedisReader;
  private readonly control: RedisControl;
  private readonly batcher: ReadBatcher;

  /** Throws what `parseRedisAddress` throws. */
  constructor({ url, commandTimeoutMs = 2000 }: RedisOnlineStoreOptions) {
    this.address = parseRedisAddress(url);
    this.describe = `Redis at ${redisAddressText(this.address)}`;
    this.connection = new RedisReader(this.address, commandTimeoutMs);
    this.control = new RedisControl(this.address, commandTimeoutMs);
    const reader = new GenerationReader(inPieces((keys) => this.connection.read(keys)));
    this.batcher = new ReadBatcher((lookups) => reader.read(lookups));
  }

  read(lookups: readonly ViewLookup[]): Promise<readonly ViewRows[]> {
    return this.batcher.read(lookups);
  }

  async readPointer(project: string, viewId: number): Promise<ViewPointer | undefined> {
    const text = await this.control.call((redis) => redis.get(pointerKey(project, viewId)));
    return text === null ? undefined : parsePointer(text);
  }

  async flipPointer({ project, viewId, expected, next }: PointerFlip): Promise<boolean> {
    const before = expected === undefined ? '' : pointerText(expected);
    const after = pointerText(next);
    return (
      (await this.control.call((redis) =>
        redis.eval(COMPARE_AND_SET, 1, pointerKey(project, viewId), before, after),
      )) === 1
    );
  }

  async removePointer({ project, viewId, expected }: PointerRemoval): Promise<boolean> {
    const key = pointerKey(project, viewId);
    return (await this.control.call((redis) => redis.eval(COMPARE_AND_DELETE, 1, key, pointerText(expected)))) === 1;
  }

  async listPointers(): Promise<readonly StoredPointer[]> {
    const found = new Map<string, StoredPointer>();
    await this.scan(POINTER_KEYS, async (keys) => {
      const texts = await this.control.call((redis) => redis.mget(...keys));
      for (const [index, key] of keys.entries()) {
        const place = parsePointerKey(key.toString('utf8'));
        const pointer = parsePointer(texts[index] ?? '');
        if (place !== undefined && pointer !== undefined) found.set(key.toString('utf8'), { ...place, pointer });
      }
    });
    return [...found.values()];
  }

  async openWriter({ mode, ...target }: WriteTarget): Promise<RowWriter> {
    return new RedisRowWriter(await RedisPipe.open(this.address), mode, target);
  }

  async removeGeneration(project: string, viewId: number, generation: number): Promise<number> {
    let removed = 0;
    await this.scan(`${globEscape(project)}{*:${generationSuffix(viewId, generation)}`, async (keys) => {
      removed += await this.control.call((redis) => redis.unlink(...keys));
    });
    return removed;
  }

  ping(): Promise<void> {
    return this.connection.ping();
  }

  async close(): Promise<void> {
    this.connection.close();
    this.control.close();
    await Promise.resolve();
  }

  /** Hands out the keys that match, some at a time; a key may come twice. */
  private async scan(pattern: string, take: (keys: readonly Buffer[]) => Promise<void>): Promise<void> {
    let cursor = '0';
    do {
      const [next, keys] = await this.control.call((redis) =>
        redis.scanBuffer(cursor, 'MATCH', pattern, 'COUNT', SCAN_COUNT),
      );
      if (keys.length > 0) await take(keys);
      cursor = next.toString('latin1');
    } while (cursor !== '0');
  }
}

function globEscape(text: string): string {
  return text.replace(/[*?[\]\\]/g, (char) => `\\${char}`);
}
