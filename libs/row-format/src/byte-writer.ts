/**
 * A growing buffer that rows and commands are written into. One allocation is reused for a whole run.
 *
 * Only `bytes` and `text` make room themselves. Before `byte`, `varint` and `varint64`, and before writing into `buffer`
 * or `view`, the caller makes room with `ensure`: one call for a whole row instead of one per byte.
 */
export class ByteWriter {
  /** What is written into; replaced by `ensure` when it grows. */
  buffer: Buffer;
  /** The same memory as `buffer`, for numbers of several bytes; replaced together with it. */
  view: DataView;
  /** Bytes written so far: where the next one goes. */
  offset = 0;

  constructor(initialBytes = 1 << 16) {
    this.buffer = Buffer.allocUnsafe(initialBytes);
    this.view = viewOf(this.buffer);
  }

  /** Makes room for `bytes` more; may replace `buffer` and `view`, so read them again afterwards. */
  ensure(bytes: number): void {
    const needed = this.offset + bytes;
    if (needed <= this.buffer.length) return;
    const grown = Buffer.allocUnsafe(Math.max(needed, this.buffer.length * 2));
    this.buffer.copy(grown, 0, 0, this.offset);
    this.buffer = grown;
    this.view = viewOf(grown);
  }

  /** Starts over; the memory is kept. */
  reset(): void {
    this.offset = 0;
  }

  /** One byte. */
  byte(value: number): void {
    this.buffer[this.offset++] = value;
  }

  /** Protobuf varint of a safe integer that is not negative: one to eight bytes. */
  varint(value: number): void {
    const { buffer } = this;
    let offset = this.offset;
    let rest = value;
    while (rest > 0x7f) {
      buffer[offset++] = (rest % 128) | 0x80;
      rest = rest > 0x7fffffff ? Math.floor(rest / 128) : rest >>> 7;
    }
    buffer[offset++] = rest;
    this.offset = offset;
  }

  /** Protobuf varint of an int64: one to nine bytes, ten for a negative number. */
  varint64(value: bigint): void {
    if (value >= 0n && value <= MAX_SAFE) return this.varint(Number(value));
    const unsigned = BigInt.asUintN(64, value);
    let low = Number(unsigned & LOW_28_BITS);
    let high = Number(unsigned >> 28n);
    for (let index = 0; index < 4; index++) {
      this.byte((low & 0x7f) | 0x80);
      low >>>= 7;
    }
    for (; high > 0x7f; high = Math.floor(high / 128)) this.byte((high % 128) | 0x80);
    this.byte(high);
  }

  /** Copies all of `source`. */
  bytes(source: Uint8Array): void {
    this.ensure(source.length);
    this.buffer.set(source, this.offset);
    this.offset += source.length;
  }

  /** What has been written, sharing memory with the writer. */
  written(): Buffer {
    return this.buffer.subarray(0, this.offset);
  }
}

const MAX_SAFE = 9_007_199_254_740_991n;
const LOW_28_BITS = 0xfff_ffffn;

function viewOf(buffer: Buffer): DataView {
  return new DataView(buffer.buffer, buffer.byteOffset, buffer.length);
}

/** Bytes that the varint of a safe integer that is not negative takes. */
export function varintLength(value: number): number {
  let length = 1;
  for (let rest = value; rest > 0x7f; rest = Math.floor(rest / 128)) length++;
  return length;
}
