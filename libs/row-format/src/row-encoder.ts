import type { FeatureSpec, FeatureValue, ValueTypeName } from '@larder/registry';
import { ByteWriter } from './byte-writer.js';
import type { CellWriter, ColumnVector } from './column-writers.js';
import { cellWriter, isFixedSize, MAX_FIXED_CELL_BYTES, writeNullCell } from './column-writers.js';
import { FLAG_HAS_NULLS, FLAG_TOMBSTONE, HEADER_BYTES, ROW_FORMAT_VERSION, writeOrderHalf } from './row-header.js';
import { writeValueEntry } from './value-writers.js';

/** What decides between two rows of one key, and the event time that readers are told. All in microseconds, or a run number. */
export interface RowTimes {
  /** Event time; as-of time for windowed views. A row's age counts from it. */
  readonly first: bigint;
  /** Created time (the load's instant where there is none); run number for windowed views. */
  readonly second: bigint;
  readonly eventTimeMicros: bigint;
}

/** The part of a view that rows are encoded with. */
export interface RowShape {
  readonly version: number;
  readonly features: readonly Pick<FeatureSpec, 'name' | 'type'>[];
}

const EVENT_TIME_TAG = 0x19;

/** Writes rows of one chunk of columns; create one per chunk, the work per row has no branch on types. */
export class ChunkRowEncoder {
  private readonly cells: readonly CellWriter[];
  private readonly validities: readonly (((row: number) => boolean) | undefined)[];
  private readonly fixedBytes: number;

  /** `columns` are the view's features in stored order. */
  constructor(
    private readonly shape: RowShape,
    columns: readonly ColumnVector[],
  ) {
    this.cells = shape.features.map((feature, index) => this.roomy(feature.type, cellWriter(feature.type, columnAt(columns, index))));
    this.validities = shape.features.map((_, index) => columnAt(columns, index).isValid);
    this.fixedBytes = HEADER_BYTES + 9 + shape.features.filter((each) => isFixedSize(each.type)).length * MAX_FIXED_CELL_BYTES + shape.features.length * 2;
  }

  /** A cell of variable size uses up the room that was made for the row; make it again for the cells that follow. */
  private roomy(type: ValueTypeName, cell: CellWriter): CellWriter {
    if (isFixedSize(type)) return cell;
    return (writer, row) => {
      cell(writer, row);
      writer.ensure(this.fixedBytes);
    };
  }

  /** Appends row `row` and returns the number of bytes it took. */
  write(writer: ByteWriter, row: number, times: RowTimes): number {
    writer.ensure(this.fixedBytes);
    const start = writer.offset;
    writeHead(writer, this.shape.version, times);
    let nulls = 0;
    for (let index = 0; index < this.cells.length; index++) {
      const valid = this.validities[index];
      if (valid !== undefined && !valid(row)) {
        writeNullCell(writer);
        nulls++;
      } else {
        this.cells[index]?.(writer, row);
      }
    }
    if (nulls > 0) writer.buffer[start + 17] = FLAG_HAS_NULLS;
    return writer.offset - start;
  }
}

/** One row from JavaScript values, in stored order; for single writes, tests and golden files. */
export function encodeRow(shape: RowShape, values: readonly FeatureValue[], times: RowTimes): Buffer {
  const writer = new ByteWriter(256);
  writeHead(writer, shape.version, times);
  for (const [index, feature] of shape.features.entries()) writeValueEntry(writer, feature.type, values[index] ?? null);
  if (shape.features.some((_, index) => (values[index] ?? null) === null)) writer.buffer[17] = FLAG_HAS_NULLS;
  return Buffer.from(writer.written());
}

/** A row that says the entity was deleted; it is kept so that older rows that arrive late lose against it. */
export function encodeTombstone(shape: RowShape, times: RowTimes): Buffer {
  const writer = new ByteWriter(64);
  writeTombstone(writer, shape, times);
  return Buffer.from(writer.written());
}

/** Appends a tombstone row and returns the number of bytes it took. */
export function writeTombstone(writer: ByteWriter, shape: Pick<RowShape, 'version'>, times: RowTimes): number {
  writer.ensure(HEADER_BYTES + 9);
  const start = writer.offset;
  writeHead(writer, shape.version, times);
  writer.buffer[start + 17] = FLAG_TOMBSTONE;
  return writer.offset - start;
}

function writeHead(writer: ByteWriter, viewVersion: number, times: RowTimes): void {
  const { buffer, offset } = writer;
  writeOrderHalf(buffer, offset, times.first);
  writeOrderHalf(buffer, offset + 8, times.second);
  buffer[offset + 16] = ROW_FORMAT_VERSION;
  buffer[offset + 17] = 0;
  buffer.writeUInt16BE(viewVersion, offset + 18);
  buffer[offset + HEADER_BYTES] = EVENT_TIME_TAG;
  writer.offset = buffer.writeBigInt64LE(times.eventTimeMicros, offset + HEADER_BYTES + 1);
}

function columnAt(columns: readonly ColumnVector[], index: number): ColumnVector {
  const column = columns[index];
  if (column === undefined) throw new RangeError(`row encoder: column ${index} is missing`);
  return column;
}
