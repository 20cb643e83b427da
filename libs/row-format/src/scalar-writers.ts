import type { FeatureValue, ScalarTypeName } from '@larder/registry';
import { LarderError } from '@larder/registry';
import type { ByteWriter } from './byte-writer.js';
import { varintLength } from './byte-writer.js';
import { dayNumber } from './day-number.js';
import { integerInRange } from './integer-range.js';

/** Appends a value without its tag, length-delimited types with their length; makes the room it needs. INVALID_ARGUMENT for a value of another type. */
export type ScalarWriter = (writer: ByteWriter, value: FeatureValue) => void;

/** Upper bound of what a number, time, day or bool takes. */
const MAX_VARINT_BYTES = 10;

/** A writer for single values of each type; json takes the value itself, not its text. */
export const SCALAR_WRITERS: Readonly<Record<ScalarTypeName, ScalarWriter>> = {
  bool: writeBool,
  int32: integerWriter('int32'),
  int64: integerWriter('int64'),
  timestamp: integerWriter('timestamp'),
  date: writeDate,
  float64: writeFloat64,
  float32: writeFloat32,
  string: textWriter('string'),
  decimal: textWriter('decimal'),
  json: writeJson,
  bytes: writeBytes,
};

/** The error for a value that is not of `type`. */
export function wrongType(type: string, value: FeatureValue | undefined): LarderError {
  return new LarderError('INVALID_ARGUMENT', `expected ${type}, got ${found(value)}`);
}

function found(value: FeatureValue | undefined): string {
  if (value === null) return 'null';
  if (Array.isArray(value)) return 'a list';
  return typeof value === 'bigint' || typeof value === 'number'
    ? `the number ${value}`
    : `a value of type ${typeof value}`;
}

function writeBool(writer: ByteWriter, value: FeatureValue): void {
  if (typeof value !== 'boolean') throw wrongType('bool', value);
  writer.ensure(1);
  writer.byte(value ? 1 : 0);
}

function integerWriter(type: 'int32' | 'int64' | 'timestamp'): ScalarWriter {
  return (writer, value) => {
    if (!integerInRange(type, value)) throw wrongType(type, value);
    writeInteger(writer, value);
  };
}

function writeInteger(writer: ByteWriter, value: number | bigint): void {
  writer.ensure(MAX_VARINT_BYTES);
  if (typeof value === 'number' && value >= 0) writer.varint(value);
  else writer.varint64(BigInt(value));
}

function writeDate(writer: ByteWriter, value: FeatureValue): void {
  if (typeof value !== 'string') throw wrongType('date', value);
  writeInteger(writer, dayNumber(value));
}

function writeFloat64(writer: ByteWriter, value: FeatureValue): void {
  if (typeof value !== 'number') throw wrongType('float64', value);
  writer.ensure(8);
  writer.view.setFloat64(writer.offset, value, true);
  writer.offset += 8;
}

function writeFloat32(writer: ByteWriter, value: FeatureValue): void {
  if (typeof value !== 'number') throw wrongType('float32', value);
  writer.ensure(4);
  writer.view.setFloat32(writer.offset, value, true);
  writer.offset += 4;
}

function textWriter(type: 'string' | 'decimal'): ScalarWriter {
  return (writer, value) => {
    if (typeof value !== 'string') throw wrongType(type, value);
    writeText(writer, value);
  };
}

function writeJson(writer: ByteWriter, value: FeatureValue): void {
  if (value === null) throw wrongType('json', value);
  writeText(writer, JSON.stringify(value));
}

/** Appends a text with its length in bytes; a surrogate without its partner becomes U+FFFD. */
export function writeText(writer: ByteWriter, text: string): void {
  const length = Buffer.byteLength(text, 'utf8');
  writer.ensure(length + varintLength(length));
  writer.varint(length);
  writer.offset += writer.buffer.write(text, writer.offset, 'utf8');
}

function writeBytes(writer: ByteWriter, value: FeatureValue): void {
  if (!(value instanceof Uint8Array)) throw wrongType('bytes', value);
  writer.ensure(value.length + varintLength(value.length));
  writer.varint(value.length);
  writer.bytes(value);
}
