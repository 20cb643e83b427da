import type { FeatureSpec, FeatureValue, Problem, ValueTypeName } from '@larder/registry';
import { isLarderError, LarderError } from '@larder/registry';
import { ByteWriter } from './byte-writer.js';
import type { CellWriter, ColumnVector } from './column-writers.js';
import {
  cellWriter,
  isFixedSize,
  MAX_FIXED_CELL_BYTES,
  NULL_CELL_BYTES,
  nullTest,
  writeNullCell,
} from './column-writers.js';
import { FLAG_HAS_NULLS, FLAG_TOMBSTONE, FLAGS_AT, HEADER_BYTES, writeHeader } from './row-header.js';
import { writeValueEntry } from './value-writers.js';

/** What decides between two rows of one key, and the event time that readers are told. All int64: microseconds, or a run number. */
export interface RowTimes {
  /** Event time; as-of time for windowed views. A row's age counts from it. */
  readonly first: bigint;
  /** Created time (the load's instant where there is none); run number for windowed views. */
  readonly second: bigint;
  readonly eventTimeMicros: bigint;
}

/** The part of a view that rows are encoded with. */
export interface RowShape {
  /** 1 … 65535. */
  readonly version: number;
  readonly features: readonly FeatureShape[];
}

type FeatureShape = Pick<FeatureSpec, 'name' | 'type'>;

const EVENT_TIME_TAG = 0x19;
/** Everything before the values: header, tag of the event time, event time. */
const HEAD_BYTES = HEADER_BYTES + 9;

/** Writes rows of one chunk of columns; create one per chunk, the work per row has no branch on types. */
export class ChunkRowEncoder {
  private readonly cells: readonly CellWriter[];
  private readonly isNull: readonly (((row: number) => boolean) | undefined)[];
  private readonly fixedBytes: number;

  /** `columns` are the view's features in stored order. RangeError when there are fewer or more, or for a version out of range. */
  constructor(
    private readonly shape: RowShape,
    columns: readonly ColumnVector[],
  ) {
    const { features, version } = shape;
    checkVersion(version);
    if (columns.length !== features.length)
      throw new RangeError(`row encoder: ${columns.length} columns for ${features.length} features`);
    this.fixedBytes = HEAD_BYTES + features.reduce((sum, { type }) => sum + roomFor(type), 0);
    const pairs = columns.map((column, index) => ({ column, type: (features[index] as FeatureShape).type }));
    this.cells = pairs.map(({ column, type }) => this.roomy(type, cellWriter(type, column)));
    this.isNull = pairs.map(({ column, type }) => nullTest(type, column));
  }

  /**
   * Appends row `row` and returns the number of bytes it took.
   * INVALID_ARGUMENT names the feature whose value is not of its type; the writer is then as it was before.
   */
  write(writer: ByteWriter, row: number, times: RowTimes): number {
    const { cells, isNull } = this;
    writer.ensure(this.fixedBytes);
    const start = writer.offset;
    writeHead(writer, this.shape.version, times);
    let nulls = 0;
    let index = 0;
    try {
      for (; index < cells.length; index++) {
        if (isNull[index]?.(row) === true) {
          writeNullCell(writer);
          nulls++;
        } else {
          (cells[index] as CellWriter)(writer, row);
        }
      }
    } catch (error) {
      writer.offset = start;
      throw isLarderError(error)
        ? new LarderError(error.code, `feature ${this.shape.features[index]?.name}: ${error.message}`)
        : error;
    }
    if (nulls > 0) writer.buffer[start + FLAGS_AT] = FLAG_HAS_NULLS;
    return writer.offset - start;
  }

  /** A cell of variable size uses up the room that was made for the row; it is made again for the cells that follow. */
  private roomy(type: ValueTypeName, cell: CellWriter): CellWriter {
    if (isFixedSize(type)) return cell;
    return (writer, row) => {
      cell(writer, row);
      writer.ensure(this.fixedBytes);
    };
  }
}

/**
 * One row from JavaScript values, in stored order; for single writes, tests and golden files.
 * INVALID_ARGUMENT lists every feature whose value is not of its type; RangeError for too few or too many values, or a time
 * or version out of range.
 */
export function encodeRow(shape: RowShape, values: readonly FeatureValue[], times: RowTimes): Buffer {
  const { features } = shape;
  if (values.length !== features.length)
    throw new RangeError(`row encoder: ${values.length} values for ${features.length} features`);
  checkVersion(shape.version);
  checkTimes(times);
  const writer = new ByteWriter(256);
  writeHead(writer, shape.version, times);
  const problems: Problem[] = [];
  let nulls = 0;
  for (const [index, { name, type }] of features.entries()) {
    const value = values[index] ?? null;
    if (value === null) nulls++;
    try {
      writeValueEntry(writer, type, value);
    } catch (error) {
      if (!isLarderError(error)) throw error;
      problems.push({ path: name, message: error.message });
    }
  }
  if (problems.length > 0) throw LarderError.fromProblems('feature row', problems);
  if (nulls > 0) writer.buffer[FLAGS_AT] = FLAG_HAS_NULLS;
  return Buffer.from(writer.written());
}

/** A row that says the entity was deleted; it is kept so that older rows that arrive late lose against it. RangeError as in `encodeRow`. */
export function encodeTombstone(shape: Pick<RowShape, 'version'>, times: RowTimes): Buffer {
  checkTimes(times);
  const writer = new ByteWriter(HEAD_BYTES);
  writeTombstone(writer, shape, times);
  return Buffer.from(writer.written());
}

/** Appends a tombstone row and returns the number of bytes it took. */
export function writeTombstone(writer: ByteWriter, shape: Pick<RowShape, 'version'>, times: RowTimes): number {
  checkVersion(shape.version);
  writer.ensure(HEAD_BYTES);
  const start = writer.offset;
  writeHead(writer, shape.version, times);
  writer.buffer[start + FLAGS_AT] = FLAG_TOMBSTONE;
  return writer.offset - start;
}

function writeHead(writer: ByteWriter, viewVersion: number, times: RowTimes): void {
  const { buffer, view, offset } = writer;
  writeHeader(view, offset, { first: times.first, second: times.second, viewVersion });
  buffer[offset + HEADER_BYTES] = EVENT_TIME_TAG;
  view.setBigInt64(offset + HEADER_BYTES + 1, times.eventTimeMicros, true);
  writer.offset = offset + HEAD_BYTES;
}

function roomFor(type: ValueTypeName): number {
  return isFixedSize(type) ? MAX_FIXED_CELL_BYTES : NULL_CELL_BYTES;
}

function checkVersion(version: number): void {
  if (!(Number.isInteger(version) && version >= 1 && version <= 65_535))
    throw new RangeError(`row encoder: view version ${version} is not 1 to 65535`);
}

function checkTimes({ first, second, eventTimeMicros }: RowTimes): void {
  for (const time of [first, second, eventTimeMicros]) {
    if (BigInt.asIntN(64, time) !== time) throw new RangeError(`row encoder: ${time} is not an int64`);
  }
}
