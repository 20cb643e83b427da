import { ByteWriter } from '@larder/row-format';
import { writeArgument } from './command-writer.js';
import type { RowWriter, WriteCounts, WriteTarget } from './online-store.js';
import { FENCED_SET } from './redis-scripts.js';
import type { RedisPipe } from './redis-pipe.js';
import { MAX_IN_FLIGHT } from './redis-pipe.js';
import { encodeCommand } from './redis-socket.js';
import { RowKeyWriter } from './row-key-writer.js';

/** Rows per command. MSET: 2,048 measured best; the script blocks Redis while it runs, so it takes fewer. */
const ROWS_PER_COMMAND = { fresh: 2048, fenced: 512 } as const;

/** A command is also sent when its rows have this many bytes: it bounds the memory of the writer and how long Redis is busy with it. */
const BYTES_PER_COMMAND = 1 << 20;

/** One more than can be on their way: the one that rows are added to is never one that Redis still reads. */
const BATCHES = MAX_IN_FLIGHT + 1;

/** Rows of one command, as bytes. MSET wants keys and values in turn, the script all keys before all values. */
interface Batch {
  readonly keys: ByteWriter;
  readonly values: ByteWriter;
}

/** Writes rows as prepared bytes: keys and values go straight into one buffer per command. */
export class RedisRowWriter implements RowWriter {
  private readonly keyWriter: RowKeyWriter;
  private readonly rowsPerCommand: number;
  private readonly batches: readonly Batch[];
  private current = 0;
  private rows = 0;
  private sentRows = 0;
  private bytes = 0;

  constructor(
    private readonly pipe: RedisPipe,
    private readonly mode: WriteTarget['mode'],
    target: Omit<WriteTarget, 'mode'>,
  ) {
    this.keyWriter = new RowKeyWriter(target);
    this.rowsPerCommand = ROWS_PER_COMMAND[mode];
    this.batches = Array.from({ length: BATCHES }, () => createBatch(mode));
  }

  add(entityKey: string, row: Uint8Array): boolean {
    if (this.pipe.failed) return false;
    const { keys, values } = this.batch();
    this.keyWriter.write(keys, entityKey);
    writeArgument(values, row);
    this.bytes += row.length;
    this.rows++;
    return (this.rows < this.rowsPerCommand && values.offset < BYTES_PER_COMMAND) || this.send();
  }

  async drained(): Promise<void> {
    await this.pipe.drained();
  }

  async finish(): Promise<WriteCounts> {
    if (this.rows > 0) {
      await this.pipe.drained();
      this.send();
    }
    await this.pipe.idle();
    const fenced = this.pipe.takeIntegers();
    this.pipe.close();
    return { written: this.sentRows - fenced, fenced, bytes: this.bytes, keyBytes: this.keyWriter.bytes };
  }

  async abort(): Promise<void> {
    this.pipe.close();
    await Promise.resolve();
  }

  private batch(): Batch {
    return this.batches[this.current] as Batch;
  }

  private send(): boolean {
    const { keys, values } = this.batch();
    const more = this.pipe.send(
      this.mode === 'fresh'
        ? [msetHead(this.rows), keys.written()]
        : [scriptHead(this.rows), keys.written(), values.written()],
    );
    this.sentRows += this.rows;
    this.rows = 0;
    this.current = (this.current + 1) % BATCHES;
    const next = this.batch();
    next.keys.reset();
    next.values.reset();
    return more;
  }
}

function createBatch(mode: WriteTarget['mode']): Batch {
  const keys = new ByteWriter(1 << 16);
  return { keys, values: mode === 'fresh' ? keys : new ByteWriter(1 << 16) };
}

function msetHead(rows: number): Buffer {
  return Buffer.from(`*${1 + 2 * rows}\r\n$4\r\nMSET\r\n`);
}

/** `EVAL <script> <rows>`, for `rows` keys and as many values to follow. */
function scriptHead(rows: number): Buffer {
  const command = encodeCommand(['EVAL', FENCED_SET, String(rows)]);
  return Buffer.from(command.replace(/^\*3\r\n/, `*${3 + 2 * rows}\r\n`));
}
