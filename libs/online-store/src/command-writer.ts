import type { ByteWriter } from '@larder/row-format';

/** Commands of the Redis protocol as bytes, written in place: `$<length>\r\n<bytes>\r\n` an argument. */

const CR = 0x0d;
const LF = 0x0a;
const DOLLAR = 0x24;
const ZERO = 0x30;

/** Upper bound of what surrounds an argument: `$`, ten digits and two line ends. */
export const ARGUMENT_EXTRA_BYTES = 15;

/** Appends an argument and makes the room it needs. */
export function writeArgument(out: ByteWriter, bytes: Uint8Array): void {
  out.ensure(bytes.length + ARGUMENT_EXTRA_BYTES);
  const at = writeLength(out.buffer, out.offset, bytes.length);
  out.buffer.set(bytes, at);
  out.offset = writeLineEnd(out.buffer, at + bytes.length);
}

/** Writes `$<length>\r\n` at `offset`; returns the offset after it. */
export function writeLength(buffer: Buffer, offset: number, length: number): number {
  buffer[offset] = DOLLAR;
  let digits = 1;
  for (let rest = length; rest > 9; rest = (rest / 10) | 0) digits++;
  let rest = length;
  for (let at = offset + digits; at > offset; at--) {
    buffer[at] = ZERO + (rest % 10);
    rest = (rest / 10) | 0;
  }
  return writeLineEnd(buffer, offset + digits + 1);
}

/** Ends a line at `offset`; returns the offset after it. */
export function writeLineEnd(buffer: Buffer, offset: number): number {
  buffer[offset] = CR;
  buffer[offset + 1] = LF;
  return offset + 2;
}
