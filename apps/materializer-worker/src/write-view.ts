import type { ColumnChunk, ColumnVector } from '@larder/offline-store';
import type { RowWriter, WriteCounts } from '@larder/online-store';
import type { ViewQuery } from '@larder/point-in-time';
import { LarderError } from '@larder/registry';
import { ByteWriter, ChunkRowEncoder, writeTombstone } from '@larder/row-format';
import type { RowShape } from '@larder/row-format';
import { entityKeyReader } from './entity-key-column.js';

/**
 * Where the two halves of a row's order come from. Plain views: event time and created time, with `loadedAt` where the source has
 * no created time. Windowed views: the as-of time and the run's number, since their values move without new events.
 */
export type RowOrder =
  | { readonly kind: 'plain'; readonly loadedAt: bigint }
  | { readonly kind: 'windows'; readonly asOf: bigint; readonly run: bigint };

export interface WriteViewOptions {
  readonly view: RowShape;
  /** Of the query, sorted by name. */
  readonly joinKeys: ViewQuery['joinKeys'];
  readonly order: RowOrder;
  readonly writer: RowWriter;
  readonly signal: AbortSignal;
  /** Called from time to time with the number of rows that were handed to the writer. */
  readonly onProgress: (rows: number) => void;
}

export interface WrittenView extends WriteCounts {
  readonly rowsRead: number;
  /** Rows without an entity, skipped. */
  readonly nullKeys: number;
  /** Latest time at which one of the rows became known; undefined without rows. */
  readonly latestTime: bigint | undefined;
}

/** Rows between two calls of `onProgress`. */
const PROGRESS_ROWS = 100_000;

/**
 * The hot path: columns from DuckDB, packed rows to the writer; no row objects, and no more in memory than the writer's commands
 * in flight. Resolves when every row is acknowledged.
 */
export async function writeView(chunks: AsyncIterable<ColumnChunk>, options: WriteViewOptions): Promise<WrittenView> {
  const { writer, signal, onProgress } = options;
  const rows = new RowPacker(options);
  let reported = 0;
  for await (const chunk of chunks) {
    signal.throwIfAborted();
    const open = rows.start(chunk);
    for (let row = 0; row < chunk.rows; row++) {
      if (!open.add(row)) await writer.drained();
    }
    if (rows.read - reported >= PROGRESS_ROWS) onProgress((reported = rows.read));
  }
  signal.throwIfAborted();
  const counts = await writer.finish();
  return { ...counts, rowsRead: rows.read, nullKeys: rows.nullKeys, latestTime: rows.latestTime };
}

interface OpenChunk {
  /** False = wait until the writer has drained. */
  add(row: number): boolean;
}

/** Packs rows of chunk after chunk into one buffer that is used again for each row. */
class RowPacker {
  read = 0;
  nullKeys = 0;
  latestTime: bigint | undefined;
  private readonly bytes = new ByteWriter(4096);

  constructor(private readonly options: WriteViewOptions) {}

  /** Decides everything that is the same for all rows of the chunk; a source has a created time in every row or in none. */
  start({ columns }: ColumnChunk): OpenChunk {
    const { view, joinKeys, order, writer } = this.options;
    const keyCount = joinKeys.length;
    const entityKey = entityKeyReader(joinKeys, columns);
    const eventTimes = timesOf(columns[keyCount]);
    const created = columnAt(columns, keyCount + 1);
    const tombstones = columnAt(columns, keyCount + 2).values;
    const encoder = new ChunkRowEncoder(view, columns.slice(keyCount + 3));
    const hasCreated = order.kind === 'plain' && created.isValid?.(0) !== false;
    const createdTimes = timesOf(created);
    const second = order.kind === 'windows' ? order.run : order.loadedAt;
    const times = { first: 0n, second: 0n, eventTimeMicros: 0n };
    const { bytes } = this;
    return {
      add: (row) => {
        this.read++;
        const key = entityKey(row);
        if (key === undefined) {
          this.nullKeys++;
          return true;
        }
        times.eventTimeMicros = eventTimes[row] ?? 0n;
        times.first = order.kind === 'windows' ? order.asOf : times.eventTimeMicros;
        times.second = hasCreated ? (createdTimes[row] ?? second) : second;
        this.see(hasCreated && times.second > times.eventTimeMicros ? times.second : times.eventTimeMicros);
        bytes.reset();
        if (tombstones[row] === 1) writeTombstone(bytes, view, times);
        else encoder.write(bytes, row, times);
        return writer.add(key, bytes.written());
      },
    };
  }

  private see(time: bigint): void {
    if (this.latestTime === undefined || time > this.latestTime) this.latestTime = time;
  }
}

function columnAt(columns: readonly ColumnVector[], index: number): ColumnVector {
  const column = columns[index];
  if (column === undefined) throw new LarderError('INTERNAL', `the query has no column ${index}`);
  return column;
}

function timesOf(column: ColumnVector | undefined): BigInt64Array {
  if (Object.prototype.toString.call(column?.values) === '[object BigInt64Array]')
    return column?.values as BigInt64Array;
  throw new LarderError('INTERNAL', 'the query has no column of times where one is expected');
}
