/** A growing buffer that rows and commands are written into. One allocation is reused for a whole run. */
export class ByteWriter {
  buffer: Buffer;
  offset = 0;

  constructor(initialBytes = 1 << 16) {
    this.buffer = Buffer.allocUnsafe(initialBytes);
  }

  /** Makes room for `bytes` more; may replace `buffer`, so read it again afterwards. */
  ensure(bytes: number): void {
    const needed = this.offset + bytes;
    if (needed <= this.buffer.length) return;
    const grown = Buffer.allocUnsafe(Math.max(needed, this.buffer.length * 2));
    this.buffer.copy(grown, 0, 0, this.offset);
    this.buffer = grown;
  }

  reset(): void {
    this.offset = 0;
  }

  byte(value: number): void {
    this.buffer[this.offset++] = value;
  }

  /** Unsigned protobuf varint of a safe integer. */
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

  /** Protobuf varint of an int64, negative numbers in ten bytes. */
  varint64(value: bigint): void {
    if (value >= 0n && value <= 9_007_199_254_740_991n) return this.varint(Number(value));
    let rest = BigInt.asUintN(64, value);
    while (rest > 0x7fn) {
      this.buffer[this.offset++] = Number(rest & 0x7fn) | 0x80;
      rest >>= 7n;
    }
    this.buffer[this.offset++] = Number(rest);
  }

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

/** Bytes that the varint of a non-negative safe integer takes. */
export function varintLength(value: number): number {
  let length = 1;
  for (let rest = value; rest > 0x7f; rest = Math.floor(rest / 128)) length++;
  return length;
}
