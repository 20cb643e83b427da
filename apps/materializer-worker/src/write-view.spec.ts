import { setTimeout as delay } from 'node:timers/promises';
import type { ColumnChunk } from '@larder/offline-store';
import type { RowWriter, WriteCounts } from '@larder/online-store';
import type { JoinKeySpec } from '@larder/registry';
import { encodeRow, encodeTombstone } from '@larder/row-format';
import { entityKeyReader } from './entity-key-column.js';
import { writeView } from './write-view.js';
import type { WriteViewOptions } from './write-view.js';

const VIEW = { version: 3, features: [{ name: 'value', type: 'float64' }] } as const;
const KEYS: readonly JoinKeySpec[] = [{ name: 'id', type: 'int64' }];

/** A writer that keeps rows, and asks to wait after every `room` rows. */
class KeepingWriter implements RowWriter {
  readonly rows: [string, Buffer][] = [];
  waits = 0;
  /** Rows that came although it had asked to wait. */
  uninvited = 0;
  private full = false;

  constructor(private readonly room = Number.POSITIVE_INFINITY) {}

  add(key: string, row: Uint8Array): boolean {
    if (this.full) this.uninvited++;
    this.rows.push([key, Buffer.from(row)]);
    this.full = this.rows.length % this.room === 0;
    return !this.full;
  }

  async drained(): Promise<void> {
    this.waits++;
    await delay(1);
    this.full = false;
  }

  async finish(): Promise<WriteCounts> {
    return { written: this.rows.length, fenced: 0, bytes: 0, keyBytes: 0 };
  }

  async abort(): Promise<void> {
    await Promise.resolve();
  }
}

/** Rows `from` to `from + rows - 1`: id = row, event time = row, created = row + 1, value = row / 2. */
function chunk(from: number, rows: number, { created = true }: { readonly created?: boolean } = {}): ColumnChunk {
  const ids = BigInt64Array.from({ length: rows }, (_, row) => BigInt(from + row));
  const columns = [
    { values: ids },
    { values: ids },
    created ? { values: ids.map((each) => each + 1n) } : { values: new BigInt64Array(rows), isValid: () => false },
    { values: new Uint8Array(rows) },
    { values: Float64Array.from(ids, (each) => Number(each) / 2) },
  ];
  return { rows, columns };
}

async function* stream(...chunks: readonly ColumnChunk[]): AsyncGenerator<ColumnChunk> {
  yield* chunks;
}

function options(writer: RowWriter, given: Partial<WriteViewOptions> = {}): WriteViewOptions {
  return {
    view: VIEW,
    joinKeys: KEYS,
    order: { kind: 'plain', loadedAt: 99n },
    writer,
    signal: new AbortController().signal,
    onProgress: () => undefined,
    ...given,
  };
}

describe('writeView', () => {
  it('orders plain rows by event time and created time', async () => {
    const writer = new KeepingWriter();
    expect(await writeView(stream(chunk(5, 1)), options(writer))).toMatchObject({
      rowsRead: 1,
      written: 1,
      nullKeys: 0,
      latestTime: 6n,
    });
    expect(writer.rows).toEqual([['i5', encodeRow(VIEW, [2.5], { first: 5n, second: 6n, eventTimeMicros: 5n })]]);
  });

  it('orders them by the time of the load where the source has no created time', async () => {
    const writer = new KeepingWriter();
    expect(await writeView(stream(chunk(5, 1, { created: false })), options(writer))).toMatchObject({ latestTime: 5n });
    expect(writer.rows[0]?.[1]).toEqual(encodeRow(VIEW, [2.5], { first: 5n, second: 99n, eventTimeMicros: 5n }));
  });

  it('orders windows by as-of time and run', async () => {
    const writer = new KeepingWriter();
    await writeView(
      stream(chunk(5, 1, { created: false })),
      options(writer, { order: { kind: 'windows', asOf: 1_000n, run: 7n } }),
    );
    expect(writer.rows[0]?.[1]).toEqual(encodeRow(VIEW, [2.5], { first: 1_000n, second: 7n, eventTimeMicros: 5n }));
  });

  it('writes tombstones, and skips and counts rows without an entity', async () => {
    const writer = new KeepingWriter();
    const [ids, times, created, , values] = chunk(0, 3).columns;
    const columns = [
      { ...ids!, isValid: (row: number) => row !== 1 },
      times!,
      created!,
      { values: Uint8Array.of(0, 0, 1) },
      values!,
    ];
    expect(await writeView(stream({ rows: 3, columns }), options(writer))).toMatchObject({
      rowsRead: 3,
      written: 2,
      nullKeys: 1,
    });
    expect(writer.rows.map(([key]) => key)).toEqual(['i0', 'i2']);
    expect(writer.rows[1]?.[1]).toEqual(encodeTombstone(VIEW, { first: 2n, second: 3n, eventTimeMicros: 2n }));
  });

  it('waits whenever the writer asks for it, and loses no row over it', async () => {
    const writer = new KeepingWriter(7);
    await writeView(stream(chunk(0, 50), chunk(50, 51)), options(writer));
    expect({ rows: writer.rows.length, waits: writer.waits, uninvited: writer.uninvited }).toEqual({
      rows: 101,
      waits: 14,
      uninvited: 0,
    });
    expect(writer.rows.at(-1)?.[0]).toBe('i100');
  });

  it('stops between chunks when it is told to', async () => {
    const controller = new AbortController();
    const chunks = (async function* () {
      yield chunk(0, 2);
      controller.abort(new Error('enough'));
      yield chunk(2, 2);
    })();
    const writer = new KeepingWriter();
    await expect(writeView(chunks, options(writer, { signal: controller.signal }))).rejects.toThrow('enough');
    expect(writer.rows).toHaveLength(2);
  });

  it('tells how far it is, not with every chunk', async () => {
    const told: number[] = [];
    const chunks = Array.from({ length: 120 }, (_, index) => chunk(index * 2048, 2048));
    await writeView(stream(...chunks), options(new KeepingWriter(), { onProgress: (rows) => told.push(rows) }));
    expect(told).toEqual([100_352, 200_704]);
  });

  it('refuses columns that are not those of the query', async () => {
    const { columns } = chunk(0, 1);
    await expect(
      writeView(stream({ rows: 1, columns: columns.slice(0, 3) }), options(new KeepingWriter())),
    ).rejects.toMatchObject({ code: 'INTERNAL' });
  });
});

describe('entityKeyReader', () => {
  it('joins keys as the row format does', () => {
    const keys: JoinKeySpec[] = [
      { name: 'day', type: 'date' },
      { name: 'flag', type: 'bool' },
      { name: 'name', type: 'string' },
    ];
    const read = entityKeyReader(keys, [
      { values: Int32Array.of(-1, 20_000) },
      { values: Uint8Array.of(1, 0) },
      { values: ['a,b', 'c'] },
    ]);
    expect([read(0), read(1)]).toEqual(['d-1,b1,sa%2Cb', 'd20000,b0,sc']);
  });

  it('gives no key when one of them is null', () => {
    const keys: JoinKeySpec[] = [
      { name: 'a', type: 'int32' },
      { name: 'b', type: 'string' },
    ];
    const read = entityKeyReader(keys, [
      { values: Int32Array.of(1, 2), isValid: (row) => row === 0 },
      { values: ['x', 'y'] },
    ]);
    expect([read(0), read(1)]).toEqual(['i1,sx', undefined]);
  });
});
