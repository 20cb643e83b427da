import type { FeatureValue, ScalarTypeName, ValueTypeName } from '@larder/registry';
import type { ByteWriter } from './byte-writer.js';
import { NULL_ENTRY, VALUES_TAG, valueTag, writeValueEntry } from './value-writers.js';

/**
 * One column of a chunk of rows. Numbers, times and days come as typed arrays; everything else as JavaScript values.
 * `isValid(row)` is false for a null; absent = the chunk has none.
 */
export interface ColumnVector {
  readonly values: Float64Array | Float32Array | Int32Array | BigInt64Array | Uint8Array | readonly FeatureValue[];
  readonly isValid?: (row: number) => boolean;
}

/** Appends row `row` of a column as a `values` entry. Room for fixed-size types must be ensured by the caller. */
export type CellWriter = (writer: ByteWriter, row: number) => void;

/** Upper bound of the bytes that a fixed-size cell takes: tag, length, field tag, ten varint bytes. */
export const MAX_FIXED_CELL_BYTES = 16;

/** True when cells of the type never take more than `MAX_FIXED_CELL_BYTES`. */
export function isFixedSize(type: ValueTypeName): boolean {
  return type in FIXED;
}

/**
 * A writer for one column of one chunk, its branches on type decided once.
 * Nulls are counted by the row encoder, which asks `isValid` itself.
 */
export function cellWriter(type: ValueTypeName, column: ColumnVector): CellWriter {
  const fixed = FIXED[type as ScalarTypeName];
  if (fixed !== undefined) return fixed(column.values);
  if (type === 'string' || type === 'decimal') return textWriter(type, column.values as readonly string[]);
  if (type === 'json') return textWriter('json', column.values as readonly string[]);
  const values = column.values as readonly FeatureValue[];
  return (writer, row) => writeValueEntry(writer, type, values[row] ?? null);
}

/** Appends the two bytes of a null. */
export function writeNullCell(writer: ByteWriter): void {
  writer.byte(NULL_ENTRY[0] ?? VALUES_TAG);
  writer.byte(0);
}

type Values = ColumnVector['values'];

const FIXED: Partial<Record<ScalarTypeName, (values: Values) => CellWriter>> = {
  float64: (values) => float64Writer(values as Float64Array),
  float32: (values) => float32Writer(values as Float32Array),
  bool: (values) => boolWriter(values as Uint8Array),
  int32: (values) => varintWriter('int32', values as Int32Array),
  date: (values) => varintWriter('date', values as Int32Array),
  int64: (values) => varint64Writer('int64', values as BigInt64Array),
  timestamp: (values) => varint64Writer('timestamp', values as BigInt64Array),
};

function float64Writer(values: Float64Array): CellWriter {
  return (writer, row) => {
    const { buffer, offset } = writer;
    buffer[offset] = VALUES_TAG;
    buffer[offset + 1] = 9;
    buffer[offset + 2] = 0x29;
    writer.offset = buffer.writeDoubleLE(values[row] ?? 0, offset + 3);
  };
}

function float32Writer(values: Float32Array): CellWriter {
  return (writer, row) => {
    const { buffer, offset } = writer;
    buffer[offset] = VALUES_TAG;
    buffer[offset + 1] = 5;
    buffer[offset + 2] = 0x35;
    writer.offset = buffer.writeFloatLE(values[row] ?? 0, offset + 3);
  };
}

function boolWriter(values: Uint8Array): CellWriter {
  return (writer, row) => {
    writer.byte(VALUES_TAG);
    writer.byte(2);
    writer.byte(0x38);
    writer.byte(values[row] === 0 ? 0 : 1);
  };
}

function varintWriter(type: 'int32' | 'date', values: Int32Array): CellWriter {
  const tag = valueTag(type);
  return (writer, row) => {
    const start = beginEntry(writer, tag);
    const value = values[row] ?? 0;
    if (value >= 0) writer.varint(value);
    else writer.varint64(BigInt(value));
    writer.buffer[start] = writer.offset - start - 1;
  };
}

function varint64Writer(type: 'int64' | 'timestamp', values: BigInt64Array): CellWriter {
  const tag = valueTag(type);
  return (writer, row) => {
    const start = beginEntry(writer, tag);
    writer.varint64(values[row] ?? 0n);
    writer.buffer[start] = writer.offset - start - 1;
  };
}

/** Writes tag, a place for the one length byte and the field's tag; returns the place. Cells of fixed size are shorter than 128 bytes. */
function beginEntry(writer: ByteWriter, tag: Uint8Array): number {
  writer.byte(VALUES_TAG);
  const start = writer.offset++;
  for (const byte of tag) writer.byte(byte);
  return start;
}

function textWriter(type: 'string' | 'decimal' | 'json', values: readonly string[]): CellWriter {
  const tag = valueTag(type);
  return (writer, row) => {
    const text = values[row] ?? '';
    const short = text.length <= 39;
    if (short) writeShortText(writer, tag, text);
    else writeLongText(writer, tag, text);
  };
}

/** At most 39 UTF-16 units are at most 117 bytes, so both lengths fit into one byte: written first, filled in after. */
function writeShortText(writer: ByteWriter, tag: Uint8Array, text: string): void {
  writer.ensure(128);
  const start = beginEntry(writer, tag);
  const lengthAt = writer.offset++;
  const bytes = writer.buffer.write(text, writer.offset, 'utf8');
  writer.offset += bytes;
  writer.buffer[lengthAt] = bytes;
  writer.buffer[start] = writer.offset - start - 1;
}

function writeLongText(writer: ByteWriter, tag: Uint8Array, text: string): void {
  const bytes = Buffer.byteLength(text, 'utf8');
  writer.ensure(bytes + 24);
  const lengthBytes = bytes < 128 ? 1 : bytes < 16_384 ? 2 : bytes < 2_097_152 ? 3 : bytes < 268_435_456 ? 4 : 5;
  writer.byte(VALUES_TAG);
  writer.varint(tag.length + lengthBytes + bytes);
  for (const byte of tag) writer.byte(byte);
  writer.varint(bytes);
  writer.offset += writer.buffer.write(text, writer.offset, 'utf8');
}
