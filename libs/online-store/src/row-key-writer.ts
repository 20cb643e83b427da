import { bucketOfBytes, generationSuffix } from '@larder/row-format';
import type { ByteWriter } from '@larder/row-format';
import { ARGUMENT_EXTRA_BYTES, writeLength, writeLineEnd } from './command-writer.js';
import type { WriteTarget } from './online-store.js';

const HEX_DIGITS = Buffer.from('0123456789abcdef', 'latin1');

/** Keys up to this long are copied letter by letter, which for short ones is three times as fast as a call of Buffer.write. */
const SHORT_KEY_UNITS = 40;

/** Row keys as arguments of a command: `<project>{<bucket>}<entity key>:<view id>.<generation>`, straight into its bytes. */
export class RowKeyWriter {
  /** Of the keys that were written. */
  bytes = 0;
  private readonly prefix: Buffer;
  private readonly suffix: Buffer;

  constructor({ project, viewId, generation }: Pick<WriteTarget, 'project' | 'viewId' | 'generation'>) {
    this.prefix = Buffer.from(`${project}{000}`);
    this.suffix = Buffer.from(`:${generationSuffix(viewId, generation)}`);
  }

  /** Appends the key of one entity and makes the room it needs. */
  write(out: ByteWriter, entityKey: string): void {
    const { prefix, suffix } = this;
    const units = entityKey.length;
    out.ensure(prefix.length + units * 3 + suffix.length + ARGUMENT_EXTRA_BYTES);
    const start = out.offset;
    const keyAt = writeLength(out.buffer, start, prefix.length + units + suffix.length) + prefix.length;
    if (units <= SHORT_KEY_UNITS && copyAscii(entityKey, out.buffer, keyAt)) return this.finish(out, keyAt, units);
    const bytes = out.buffer.write(entityKey, keyAt, 'utf8');
    if (bytes === units) return this.finish(out, keyAt, units);
    this.writeWide(out, entityKey, bytes);
  }

  /** A key with characters beyond ASCII: it is longer than it seemed, and so may be its length. */
  private writeWide(out: ByteWriter, entityKey: string, bytes: number): void {
    const keyAt =
      writeLength(out.buffer, out.offset, this.prefix.length + bytes + this.suffix.length) + this.prefix.length;
    out.buffer.write(entityKey, keyAt, 'utf8');
    this.finish(out, keyAt, bytes);
  }

  /** Writes what surrounds the entity key; its bucket is hashed from the bytes that were just written. */
  private finish(out: ByteWriter, keyAt: number, bytes: number): void {
    const { buffer } = out;
    const keyEnd = keyAt + bytes;
    copy(this.prefix, buffer, keyAt - this.prefix.length);
    const bucket = bucketOfBytes(buffer, keyAt, keyEnd);
    buffer[keyAt - 4] = HEX_DIGITS[bucket >> 8] as number;
    buffer[keyAt - 3] = HEX_DIGITS[(bucket >> 4) & 0xf] as number;
    buffer[keyAt - 2] = HEX_DIGITS[bucket & 0xf] as number;
    copy(this.suffix, buffer, keyEnd);
    this.bytes += this.prefix.length + bytes + this.suffix.length;
    out.offset = writeLineEnd(buffer, keyEnd + this.suffix.length);
  }
}

/** Copies a text; false when it has characters beyond ASCII. */
function copyAscii(text: string, buffer: Buffer, at: number): boolean {
  for (let index = 0; index < text.length; index++) {
    const code = text.charCodeAt(index);
    if (code > 0x7f) return false;
    buffer[at + index] = code;
  }
  return true;
}

/** As Buffer.copy, faster for a few bytes. */
function copy(source: Buffer, target: Buffer, at: number): void {
  for (let index = 0; index < source.length; index++) target[at + index] = source[index] as number;
}
