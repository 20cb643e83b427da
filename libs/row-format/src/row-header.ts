/**
 * Row format version 1; see docs/formats/redis.md for the byte table and golden rows.
 *
 * 0–15 order · 16 format version · 17 flags · 18–19 view version · 20… payload: a ViewRow message without its status.
 */
export const ROW_FORMAT_VERSION = 1;

export const ORDER_BYTES = 16;
export const HEADER_BYTES = 20;

/** Some value of the row is null. */
export const FLAG_HAS_NULLS = 1;
/** The entity was deleted; the payload is empty. */
export const FLAG_TOMBSTONE = 2;

const TWO_32 = 4_294_967_296;
const SIGN_BIT = 0x8000_0000;

/** Writes an int64 so that bytes compare like numbers: big-endian, sign bit flipped. */
export function writeOrderHalf(buffer: Buffer, offset: number, value: bigint): void {
  buffer.writeBigInt64BE(value, offset);
  buffer[offset] = (buffer[offset] ?? 0) ^ 0x80;
}

/** Reads what `writeOrderHalf` wrote; exact for the whole range of instants (below 2^53 microseconds in magnitude for years up to 2255). */
export function readOrderHalf(row: Buffer, offset: number): number {
  const high = (row.readUInt32BE(offset) ^ SIGN_BIT) | 0;
  return high * TWO_32 + row.readUInt32BE(offset + 4);
}

/** The time that a row's age is counted from, in microseconds since the epoch: event time, or as-of time for windowed views. */
export function rowAgeTimeMicros(row: Buffer): number {
  return readOrderHalf(row, 0);
}

export function rowFormatVersion(row: Buffer): number {
  return row[16] ?? 0;
}

export function rowFlags(row: Buffer): number {
  return row[17] ?? 0;
}

export function rowViewVersion(row: Buffer): number {
  return row.readUInt16BE(18);
}
