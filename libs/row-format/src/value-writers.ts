import type { FeatureValue, ScalarTypeName, ValueTypeName } from '@larder/registry';
import { LarderError, listElementType } from '@larder/registry';
import { ByteWriter, varintLength } from './byte-writer.js';
import { dayNumber } from './entity-key.js';

/**
 * Feature values as `values` entries of a ViewRow: 0x0a, length, `Value` message. A null is the empty message.
 * Field numbers are those of proto/larder/serving/v1/value.proto.
 */

/** Tag of `values` in ViewRow: field 1, length-delimited. */
export const VALUES_TAG = 0x0a;

/** The entry of a null. */
export const NULL_ENTRY = Buffer.from([VALUES_TAG, 0]);

const FIELD: Readonly<Record<ScalarTypeName, number>> = {
  bytes: 1,
  string: 2,
  int32: 3,
  int64: 4,
  float64: 5,
  float32: 6,
  bool: 7,
  json: 32,
  decimal: 44,
  timestamp: 100,
  date: 102,
};

const LIST_FIELD: Readonly<Record<ScalarTypeName, number>> = {
  bytes: 11,
  string: 12,
  int32: 13,
  int64: 14,
  float64: 15,
  float32: 16,
  bool: 17,
  json: 33,
  decimal: 45,
  timestamp: 101,
  date: 103,
};

const WIRE_VARINT = 0;
const WIRE_64 = 1;
const WIRE_BYTES = 2;
const WIRE_32 = 5;

export const WIRE_TYPE: Readonly<Record<ScalarTypeName, number>> = {
  bytes: WIRE_BYTES,
  string: WIRE_BYTES,
  int32: WIRE_VARINT,
  int64: WIRE_VARINT,
  float64: WIRE_64,
  float32: WIRE_32,
  bool: WIRE_VARINT,
  json: WIRE_BYTES,
  decimal: WIRE_BYTES,
  timestamp: WIRE_VARINT,
  date: WIRE_VARINT,
};

/** The protobuf tag bytes of a scalar's field in `Value`. */
export function valueTag(type: ScalarTypeName): Uint8Array {
  return tagBytes(FIELD[type], WIRE_TYPE[type]);
}

function tagBytes(field: number, wireType: number): Uint8Array {
  const writer = new ByteWriter(8);
  writer.varint(field * 8 + wireType);
  return Uint8Array.from(writer.written());
}

/** A value as a whole `values` entry. INVALID_ARGUMENT when it is not a value of `type`. */
export function encodeValueEntry(type: ValueTypeName, value: FeatureValue): Buffer {
  const writer = new ByteWriter(64);
  writeValueEntry(writer, type, value);
  return Buffer.from(writer.written());
}

/** Appends a value as a `values` entry; for single values. Columns have faster writers of their own (column-writers.ts). */
export function writeValueEntry(writer: ByteWriter, type: ValueTypeName, value: FeatureValue): void {
  if (value === null) {
    writer.bytes(NULL_ENTRY);
    return;
  }
  const message = encodeValueMessage(type, value);
  writer.ensure(message.length + 6);
  writer.byte(VALUES_TAG);
  writer.varint(message.length);
  writer.bytes(message);
}

function encodeValueMessage(type: ValueTypeName, value: FeatureValue): Buffer {
  const element = listElementType(type);
  const writer = new ByteWriter(64);
  if (element === undefined) {
    writer.bytes(valueTag(type as ScalarTypeName));
    writeScalar(writer, type as ScalarTypeName, value);
    return writer.written();
  }
  if (!Array.isArray(value)) throw wrongType(type, value);
  const elements = encodeElements(element, value);
  writer.ensure(16);
  writer.bytes(tagBytes(LIST_FIELD[element], WIRE_BYTES));
  writer.varint(elements.length);
  writer.bytes(elements);
  return writer.written();
}

/** The list message: packed for numbers, one entry an element for text and bytes. */
function encodeElements(element: ScalarTypeName, values: readonly FeatureValue[]): Buffer {
  const body = new ByteWriter(64);
  if (WIRE_TYPE[element] === WIRE_BYTES) {
    for (const value of values) {
      body.ensure(1);
      body.byte(0x0a);
      writeScalar(body, element, value);
    }
    return body.written();
  }
  for (const value of values) writeScalar(body, element, value);
  if (body.offset === 0) return Buffer.alloc(0);
  const packed = new ByteWriter(body.offset + 6);
  packed.byte(0x0a);
  packed.varint(body.offset);
  packed.bytes(body.written());
  return packed.written();
}

/** Appends a scalar without its tag; length-delimited types with their length. */
function writeScalar(writer: ByteWriter, type: ScalarTypeName, value: FeatureValue): void {
  writer.ensure(16);
  switch (type) {
    case 'bool':
      if (typeof value !== 'boolean') throw wrongType(type, value);
      return writer.byte(value ? 1 : 0);
    case 'int32':
    case 'int64':
    case 'timestamp':
      if (typeof value !== 'bigint' && !(typeof value === 'number' && Number.isSafeInteger(value))) throw wrongType(type, value);
      return writer.varint64(BigInt(value));
    case 'date':
      if (typeof value !== 'string') throw wrongType(type, value);
      return writer.varint64(BigInt(dayNumber(value)));
    case 'float64':
    case 'float32':
      return writeFloat(writer, type, value);
    case 'string':
    case 'decimal':
      if (typeof value !== 'string') throw wrongType(type, value);
      return writeLengthDelimited(writer, Buffer.from(value, 'utf8'));
    case 'json':
      return writeLengthDelimited(writer, Buffer.from(JSON.stringify(value), 'utf8'));
    case 'bytes':
      if (!(value instanceof Uint8Array)) throw wrongType(type, value);
      return writeLengthDelimited(writer, value);
  }
}

function writeFloat(writer: ByteWriter, type: 'float32' | 'float64', value: FeatureValue): void {
  if (typeof value !== 'number') throw wrongType(type, value);
  writer.offset = type === 'float64' ? writer.buffer.writeDoubleLE(value, writer.offset) : writer.buffer.writeFloatLE(value, writer.offset);
}

function writeLengthDelimited(writer: ByteWriter, bytes: Uint8Array): void {
  writer.ensure(bytes.length + varintLength(bytes.length));
  writer.varint(bytes.length);
  writer.bytes(bytes);
}

function wrongType(type: ValueTypeName, value: unknown): LarderError {
  return new LarderError('INVALID_ARGUMENT', `expected a ${type}, got ${value === null ? 'null' : typeof value}`);
}
