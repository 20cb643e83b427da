import type { FeatureValue, ScalarTypeName, ValueTypeName } from '@larder/registry';
import type { ByteWriter } from './byte-writer.js';
import { varintLength } from './byte-writer.js';
import { VALUE_FIELDS, VALUES_TAG } from './value-fields.js';
import { entryWriter, jsonTextsWriter } from './value-writers.js';

/**
 * One column of a chunk of rows, one element a row:
 * float64, float32, int32, int64, bool (0 is false), timestamp (microseconds) and date (days) as the typed array of that type;
 * string and decimal as strings; json as the document's text, list<json> as lists of such texts; bytes and other lists as
 * JavaScript values.
 * `isValid(row)` is false for a null, whatever `values` holds there; absent = the chunk has none. In columns of JavaScript
 * values a null element is a null as well.
 */
export interface ColumnVector {
  readonly values: Float64Array | Float32Array | Int32Array | BigInt64Array | Uint8Array | readonly FeatureValue[];
  readonly isValid?: (row: number) => boolean;
}

/** Appends row `row` of a column as a `values` entry. Room for fixed-size types must be ensured by the caller. */
export type CellWriter = (writer: ByteWriter, row: number) => void;

/** Upper bound of the bytes that a fixed-size cell takes: tag, length, two bytes of field tag, ten of a varint. */
export const MAX_FIXED_CELL_BYTES = 14;

/** Which rows of a column are null, or undefined when none is. */
export function nullTest(
  type: ValueTypeName,
  { values, isValid }: ColumnVector,
): ((row: number) => boolean) | undefined {
  if (isFixedSize(type)) return isValid === undefined ? undefined : (row) => !isValid(row);
  return (row) => (isValid !== undefined && !isValid(row)) || values[row] === null || values[row] === undefined;
}

/** The bytes that a null takes. */
export const NULL_CELL_BYTES = 2;

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
  if (type === 'string' || type === 'decimal' || type === 'json')
    return textWriter(type, column.values as readonly string[]);
  const values = column.values as readonly FeatureValue[];
  const write = type === 'list<json>' ? jsonTextsWriter() : entryWriter(type);
  return (writer, row) => write(writer, values[row] ?? null);
}

/** Appends the two bytes of a null. */
export function writeNullCell(writer: ByteWriter): void {
  writer.byte(VALUES_TAG);
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
    writer.view.setFloat64(offset + 3, values[row] ?? 0, true);
    writer.offset = offset + 11;
  };
}

function float32Writer(values: Float32Array): CellWriter {
  return (writer, row) => {
    const { buffer, offset } = writer;
    buffer[offset] = VALUES_TAG;
    buffer[offset + 1] = 5;
    buffer[offset + 2] = 0x35;
    writer.view.setFloat32(offset + 3, values[row] ?? 0, true);
    writer.offset = offset + 7;
  };
}

function boolWriter(values: Uint8Array): CellWriter {
  return (writer, row) => {
    const { buffer, offset } = writer;
    buffer[offset] = VALUES_TAG;
    buffer[offset + 1] = 2;
    buffer[offset + 2] = 0x38;
    buffer[offset + 3] = values[row] === 0 ? 0 : 1;
    writer.offset = offset + 4;
  };
}

function varintWriter(type: 'int32' | 'date', values: Int32Array): CellWriter {
  const { tag } = VALUE_FIELDS[type];
  return (writer, row) => {
    const lengthAt = beginCell(writer, tag);
    const value = values[row] ?? 0;
    if (value >= 0) writer.varint(value);
    else writer.varint64(BigInt(value));
    endCell(writer, lengthAt);
  };
}

function varint64Writer(type: 'int64' | 'timestamp', values: BigInt64Array): CellWriter {
  const { tag } = VALUE_FIELDS[type];
  return (writer, row) => {
    const lengthAt = beginCell(writer, tag);
    writer.varint64(values[row] ?? 0n);
    endCell(writer, lengthAt);
  };
}

/** Writes the entry's tag, leaves one byte for its length and writes the field's tag; returns where the length goes. */
function beginCell(writer: ByteWriter, tag: Uint8Array): number {
  const { buffer, offset } = writer;
  buffer[offset] = VALUES_TAG;
  buffer[offset + 2] = tag[0] ?? 0;
  if (tag.length === 2) buffer[offset + 3] = tag[1] ?? 0;
  writer.offset = offset + 2 + tag.length;
  return offset + 1;
}

/** Fills in the length of a cell shorter than 128 bytes. */
function endCell(writer: ByteWriter, lengthAt: number): void {
  writer.buffer[lengthAt] = writer.offset - lengthAt - 1;
}

/** Texts of at most this many UTF-16 units take at most 117 bytes of UTF-8: both lengths fit into one byte. */
const SHORT_TEXT_UNITS = 39;
const SHORT_TEXT_ROOM = 128;
/** Room for what comes before a long text: entry tag, field tag of at most two bytes, two lengths of at most five. */
const LONG_TEXT_HEAD = 16;

function textWriter(type: 'string' | 'decimal' | 'json', values: readonly string[]): CellWriter {
  const { tag } = VALUE_FIELDS[type];
  return (writer, row) => {
    const text = values[row] as string;
    if (text.length <= SHORT_TEXT_UNITS) writeShortText(writer, tag, text);
    else writeLongText(writer, tag, text);
  };
}

/** Both lengths are left free and filled in after the text, which so is encoded once. */
function writeShortText(writer: ByteWriter, tag: Uint8Array, text: string): void {
  writer.ensure(SHORT_TEXT_ROOM);
  const lengthAt = beginCell(writer, tag);
  const textLengthAt = writer.offset++;
  const bytes = writer.buffer.write(text, writer.offset, 'utf8');
  writer.offset += bytes;
  writer.buffer[textLengthAt] = bytes;
  endCell(writer, lengthAt);
}

function writeLongText(writer: ByteWriter, tag: Uint8Array, text: string): void {
  const bytes = Buffer.byteLength(text, 'utf8');
  writer.ensure(bytes + LONG_TEXT_HEAD);
  writer.byte(VALUES_TAG);
  writer.varint(tag.length + varintLength(bytes) + bytes);
  writer.bytes(tag);
  writer.varint(bytes);
  writer.offset += writer.buffer.write(text, writer.offset, 'utf8');
}
