/**
 * Row format version 1; see docs/formats/redis.md for the byte table and golden rows.
 *
 * 0–15 order · 16 format version · 17 flags · 18–19 view version · 20… payload: a ViewRow message without its status.
 */
export const ROW_FORMAT_VERSION = 1;

/** The first bytes of a row, which decide between two rows of one key: the greater order wins, comparing byte by byte. */
export const ORDER_BYTES = 16;
/** Where the payload begins. */
export const HEADER_BYTES = 20;

/** Some value of the row is null. */
export const FLAG_HAS_NULLS = 1;
/** The entity was deleted; the payload holds the event time and no values. */
export const FLAG_TOMBSTONE = 2;

/** Where the flags lie, counted from the row's first byte. */
export const FLAGS_AT = 17;

const VERSION_AT = 16;
const VIEW_VERSION_AT = 18;
const TWO_32 = 4_294_967_296;
const SIGN_BIT = 0x8000_0000;

/** Writes an int64 so that bytes compare like numbers: big-endian, sign bit flipped. */
export function writeOrderHalf(view: DataView, offset: number, value: bigint): void {
  view.setBigInt64(offset, value, false);
  view.setUint8(offset, view.getUint8(offset) ^ 0x80);
}

/** Writes everything before the payload, without flags. */
export function writeHeader(view: DataView, offset: number, header: RowHeader): void {
  writeOrderHalf(view, offset, header.first);
  writeOrderHalf(view, offset + 8, header.second);
  view.setUint8(offset + VERSION_AT, ROW_FORMAT_VERSION);
  view.setUint8(offset + FLAGS_AT, 0);
  view.setUint16(offset + VIEW_VERSION_AT, header.viewVersion, false);
}

/** The parts of a header that differ from row to row and from view to view. */
export interface RowHeader {
  readonly first: bigint;
  readonly second: bigint;
  readonly viewVersion: number;
}

/**
 * The time that a row's age is counted from, in microseconds since the epoch: event time, or as-of time for windowed
 * views. Exact up to 2^53 microseconds, which is the year 2255; beyond that the nearest number.
 */
export function rowAgeTimeMicros(row: Buffer): number {
  const high = (row.readUInt32BE(0) ^ SIGN_BIT) | 0;
  return high * TWO_32 + row.readUInt32BE(4);
}

/** The format version of a row; 0 when it is too short to have one. */
export function rowFormatVersion(row: Buffer): number {
  return row[VERSION_AT] ?? 0;
}

/** The sum of the row's `FLAG_…`. */
export function rowFlags(row: Buffer): number {
  return row[FLAGS_AT] ?? 0;
}

/** The version of the view that the row was written for. */
export function rowViewVersion(row: Buffer): number {
  return row.readUInt16BE(VIEW_VERSION_AT);
}
