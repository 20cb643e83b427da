import type { Stats } from 'node:fs';
import { stat } from 'node:fs/promises';
import { isAbsolute, join, resolve } from 'node:path';
import type { Instant, ParquetSourceSpec, Snapshot } from '@larder/registry';
import { LarderError } from '@larder/registry';
import { quoteText, readableSource } from '@larder/point-in-time';
import type { ConnectionPool, Lease, QueryOptions } from './connection-pool.js';
import { readFileTimes } from './file-times.js';
import type { FileTimes } from './file-times.js';

/** One file of a source. */
export interface SourceFile {
  /** Absolute. */
  readonly path: string;
  readonly bytes: number;
  /** Microseconds since 1970. */
  readonly modifiedMicros: bigint;
  readonly rows: number;
  /** Undefined when no row has a time. */
  readonly minEventTime?: Instant;
  readonly maxEventTime?: Instant;
  /** Latest max(event time, created time): from then on every row of the file is known. */
  readonly maxKnownTime?: Instant;
}

interface CachedTimes extends FileTimes {
  readonly bytes: number;
  readonly modifiedMicros: bigint;
}

const URL_PATTERN = /^[a-z][a-z0-9+.-]*:\/\//i;

/** Finds the files of Parquet sources and what their footers say. Times of unchanged files are remembered. */
export class SourceFiles {
  private readonly times = new Map<string, CachedTimes>();

  constructor(
    private readonly pool: ConnectionPool,
    private readonly projectDirectory: string,
  ) {}

  /** Absolute paths of a source's files in load order: by their bytes, later wins. Empty when there are none. */
  async list(source: ParquetSourceSpec, lease: Lease): Promise<string[]> {
    const path = await this.pattern(source.path);
    const result = await lease.connection.run(`SELECT file FROM glob(${quoteText(path)})`);
    const files = (await result.getRows()).map((row) => String(row[0]));
    return files.sort((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b)));
  }

  async describe(
    snapshot: Pick<Snapshot, 'sources'>,
    sourceName: string,
    options: QueryOptions,
  ): Promise<SourceFile[]> {
    const source = readableSource(snapshot, sourceName);
    if (source.kind === 'sql') return [];
    return this.pool.use(options, async (lease) => {
      const files = await this.list(source, lease);
      const stats = await Promise.all(files.map((file) => fileStat(file)));
      const known = files.map((file, index) => this.cached(cacheKey(source, file), stats[index]));
      const missing = files.filter((_, index) => known[index] === undefined);
      const read = await readFileTimes(lease, source, missing);
      return files.map((path, index): SourceFile => {
        const { bytes, modifiedMicros } = stats[index] ?? { bytes: 0, modifiedMicros: 0n };
        const times = known[index] ?? read.get(path) ?? { rows: 0 };
        this.times.set(cacheKey(source, path), { bytes, modifiedMicros, ...times });
        return { path, bytes, modifiedMicros, ...times };
      });
    });
  }

  private cached(key: string, current: FileIdentity | undefined): FileTimes | undefined {
    const cached = this.times.get(key);
    if (cached === undefined || cached.bytes !== current?.bytes || cached.modifiedMicros !== current.modifiedMicros)
      return undefined;
    const { bytes: _, modifiedMicros: __, ...times } = cached;
    return times;
  }

  /** A folder stands for all Parquet files below it. */
  private async pattern(path: string): Promise<string> {
    if (URL_PATTERN.test(path)) return path;
    const absolute = isAbsolute(path) ? path : resolve(this.projectDirectory, path);
    const found: Stats | undefined = await stat(absolute).catch(() => undefined);
    return found?.isDirectory() === true ? join(absolute, '**', '*.parquet') : absolute;
  }
}

interface FileIdentity {
  readonly bytes: number;
  readonly modifiedMicros: bigint;
}

async function fileStat(path: string): Promise<FileIdentity> {
  if (URL_PATTERN.test(path)) return { bytes: 0, modifiedMicros: 0n };
  try {
    const { size, mtimeNs } = await stat(path, { bigint: true });
    return { bytes: Number(size), modifiedMicros: mtimeNs / 1000n };
  } catch (error) {
    throw new LarderError('UNAVAILABLE', `${path} vanished while it was looked at`, {}, { cause: error });
  }
}

function cacheKey(source: ParquetSourceSpec, path: string): string {
  return JSON.stringify([path, source.eventTime, source.createdTime, source.trustedHistoryBefore]);
}
