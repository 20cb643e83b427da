import { bucketOfBytes, bucketTag, ByteWriter, generationSuffix } from '@larder/row-format';
import type { RowWriter, WriteCounts, WriteTarget } from './online-store.js';
import { FENCED_SET } from './redis-scripts.js';
import { command, writeLineEnd } from './redis-pipe.js';
import type { RedisPipe } from './redis-pipe.js';

/** Rows per command. MSET: 2,048 measured best; the script blocks Redis while it runs, so it takes fewer. */
const ROWS_PER_COMMAND = { fresh: 2048, fenced: 512 } as const;

/** Buffers are handed to the socket and then reused only after the answers: more of them than commands in flight. */
const BUFFERS = 10;

/** Writes rows as prepared bytes: keys and values go straight into one buffer per command. */
export class RedisRowWriter implements RowWriter {
  private readonly prefix: Buffer;
  private readonly suffix: Buffer;
  private readonly rowsPerCommand: number;
  private readonly batches: readonly Batch[];
  private current = 0;
  private rows = 0;
  private written = 0;
  private bytes = 0;

  constructor(
    private readonly pipe: RedisPipe,
    private readonly target: WriteTarget,
  ) {
    this.prefix = Buffer.from(`${target.project}{000}`);
    this.suffix = Buffer.from(`:${generationSuffix(target.viewId, target.generation)}`);
    this.rowsPerCommand = ROWS_PER_COMMAND[target.mode];
    this.batches = Array.from({ length: BUFFERS }, () => ({
      keys: new ByteWriter(1 << 18),
      values: new ByteWriter(1 << 16),
    }));
  }

  add(entityKey: string, row: Uint8Array): boolean {
    const batch = this.batch();
    writeKey(batch.keys, entityKey, this);
    writeBulk(this.target.mode === 'fresh' ? batch.keys : batch.values, row);
    this.bytes += row.length;
    return ++this.rows < this.rowsPerCommand || this.send();
  }

  async drained(): Promise<void> {
    await this.pipe.drained();
  }

  async finish(): Promise<WriteCounts> {
    if (this.rows > 0) this.send();
    await this.pipe.idle();
    const fenced = this.pipe.takeIntegers();
    this.pipe.close();
    return { written: this.written - fenced, fenced, bytes: this.bytes };
  }

  async abort(): Promise<void> {
    this.pipe.close();
    await Promise.resolve();
  }

  keyParts(): KeyParts {
    return { prefix: this.prefix, suffix: this.suffix };
  }

  private batch(): Batch {
    return this.batches[this.current] as Batch;
  }

  private send(): boolean {
    const { keys, values } = this.batch();
    const parts =
      this.target.mode === 'fresh'
        ? [msetHead(this.rows), keys.written()]
        : [scriptHead(this.rows), keys.written(), values.written()];
    const more = this.pipe.send(parts);
    this.written += this.rows;
    this.rows = 0;
    this.current = (this.current + 1) % BUFFERS;
    this.batch().keys.reset();
    this.batch().values.reset();
    return more;
  }
}

interface Batch {
  readonly keys: ByteWriter;
  readonly values: ByteWriter;
}

interface KeyParts {
  readonly prefix: Buffer;
  readonly suffix: Buffer;
}

function msetHead(rows: number): Buffer {
  return Buffer.from(`*${1 + 2 * rows}\r\n$4\r\nMSET\r\n`);
}

function scriptHead(rows: number): Buffer {
  const evaluate = command(['EVAL', FENCED_SET, String(rows)]);
  const arguments_ = evaluate.subarray(evaluate.indexOf(0x0a) + 1);
  return Buffer.concat([Buffer.from(`*${3 + 2 * rows}\r\n`), arguments_]);
}

/** Appends `$<length>\r\n<project>{<bucket>}<entity key>:<view id>.<generation>\r\n`; the bucket is hashed from the bytes just written. */
function writeKey(out: ByteWriter, entityKey: string, writer: { keyParts(): KeyParts }): void {
  const { prefix, suffix } = writer.keyParts();
  const room = entityKey.length * 3;
  out.ensure(prefix.length + room + suffix.length + 32);
  const head = writeLength(out.buffer, out.offset, prefix.length + entityKey.length + suffix.length);
  const keyAt = head + prefix.length;
  const keyBytes = out.buffer.write(entityKey, keyAt, 'utf8');
  if (keyBytes !== entityKey.length) return writeWideKey(out, entityKey, { prefix, suffix });
  finishKey(out, { head, keyAt, keyEnd: keyAt + keyBytes }, { prefix, suffix });
}

/** A key with characters beyond ASCII: its length in bytes has to be known first. */
function writeWideKey(out: ByteWriter, entityKey: string, parts: KeyParts): void {
  const bytes = Buffer.byteLength(entityKey, 'utf8');
  const head = writeLength(out.buffer, out.offset, parts.prefix.length + bytes + parts.suffix.length);
  const keyAt = head + parts.prefix.length;
  out.buffer.write(entityKey, keyAt, 'utf8');
  finishKey(out, { head, keyAt, keyEnd: keyAt + bytes }, parts);
}

function finishKey(
  out: ByteWriter,
  at: { head: number; keyAt: number; keyEnd: number },
  { prefix, suffix }: KeyParts,
): void {
  const { buffer } = out;
  prefix.copy(buffer, at.head);
  buffer.write(bucketTag(bucketOfBytes(buffer, at.keyAt, at.keyEnd)), at.keyAt - 4, 'latin1');
  suffix.copy(buffer, at.keyEnd);
  out.offset = writeLineEnd(buffer, at.keyEnd + suffix.length);
}

function writeBulk(out: ByteWriter, bytes: Uint8Array): void {
  out.ensure(bytes.length + 16);
  const at = writeLength(out.buffer, out.offset, bytes.length);
  out.buffer.set(bytes, at);
  out.offset = writeLineEnd(out.buffer, at + bytes.length);
}

/** Writes `$<length>\r\n`; returns the offset after it. */
function writeLength(buffer: Buffer, offset: number, length: number): number {
  buffer[offset] = 0x24;
  let digits = 1;
  for (let rest = length; rest > 9; rest = (rest / 10) | 0) digits++;
  let rest = length;
  for (let at = offset + digits; at > offset; at--) {
    buffer[at] = 0x30 + (rest % 10);
    rest = (rest / 10) | 0;
  }
  return writeLineEnd(buffer, offset + digits + 1);
}
