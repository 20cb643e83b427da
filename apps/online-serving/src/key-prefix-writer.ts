import { PackedKeys } from '@larder/online-store';
import { bucketOfBytes, bucketTag } from '@larder/row-format';
import type { WireValues } from '@larder/serving-api';

/** Bytes that a key cannot take as they are: what separates its parts, and what is beyond ASCII, where more has to be checked. */
const NEEDS_CARE = Uint8Array.from({ length: 256 }, (_, byte) =>
  byte > 0x7f || '%,:{}'.includes(String.fromCharCode(byte)) ? 1 : 0,
);

const STRING_TAG = 0x12;
/** Tag and length of a short string inside its `Value` message. */
const STRING_HEAD = 2;
const LETTER_OF_STRINGS = 0x73;
const COLON = 0x3a;
const [OPEN, CLOSE] = [0x7b, 0x7d];
const HEX_DIGITS = 3;
/** Braces, bucket, type letter and colon. */
const EXTRA_BYTES = HEX_DIGITS + 4;

/** Key prefixes of one view, `<project>{<bucket>}<entity key>:` each, written one after another. See docs/formats/redis.md. */
export class KeyPrefixWriter {
  private buffer: Buffer;
  private readonly bounds: number[] = [0];
  private end = 0;

  /** `project` is ASCII; `valueBytes`: about how long all values are together. */
  constructor(
    private readonly project: string,
    entities: number,
    valueBytes: number,
  ) {
    this.buffer = Buffer.allocUnsafe(entities * (project.length + EXTRA_BYTES) + valueBytes);
  }

  /** Appends a whole prefix. */
  add(prefix: string): void {
    const bytes = Buffer.byteLength(prefix);
    this.ensure(bytes);
    this.end += this.buffer.write(prefix, this.end, 'utf8');
    this.bounds.push(this.end);
  }

  /** Appends the prefix of the one string that a `Value` message holds; false, with nothing appended, when it takes more care. */
  addString({ bytes }: WireValues, from: number, to: number): boolean {
    const length = to - from - STRING_HEAD;
    if (bytes[from] !== STRING_TAG || bytes[from + 1] !== length || length > 0x7f) return false;
    this.ensure(this.project.length + EXTRA_BYTES + length);
    const { buffer, project } = this;
    const keyAt = this.end + project.length + HEX_DIGITS + 2;
    let at = keyAt;
    buffer[at++] = LETTER_OF_STRINGS;
    for (let index = from + STRING_HEAD; index < to; index++) {
      const byte = bytes[index] as number;
      if (NEEDS_CARE[byte] === 1) return false;
      buffer[at++] = byte;
    }
    this.writeProject(bucketTag(bucketOfBytes(buffer, keyAt, at)));
    buffer[at++] = COLON;
    this.end = at;
    this.bounds.push(at);
    return true;
  }

  /** What has been written. Takes the memory with it. */
  packed(): PackedKeys {
    return new PackedKeys(this.buffer, this.bounds);
  }

  private writeProject(bucket: string): void {
    const { buffer, project } = this;
    let at = this.end;
    for (let index = 0; index < project.length; index++) buffer[at++] = project.charCodeAt(index);
    buffer[at++] = OPEN;
    for (let index = 0; index < HEX_DIGITS; index++) buffer[at++] = bucket.charCodeAt(index);
    buffer[at] = CLOSE;
  }

  private ensure(bytes: number): void {
    if (this.end + bytes <= this.buffer.length) return;
    const grown = Buffer.allocUnsafe(Math.max(this.end + bytes, this.buffer.length * 2));
    this.buffer.copy(grown, 0, 0, this.end);
    this.buffer = grown;
  }
}
