import { ARGUMENT_EXTRA_BYTES, writeLength, writeLineEnd } from './command-writer.js';
import type { PackedKeys } from './packed-keys.js';

/** Room for the beginning of the command, which is written last, when the number of keys is known. */
const HEAD_BYTES = 32;
const INITIAL_BYTES = 2048;
const LINE_END_BYTES = 2;

/** Keys of one MGET, as the bytes of the command from the beginning: they are written once and never joined. */
export class KeyList {
  private buffer = Buffer.allocUnsafe(INITIAL_BYTES);
  private end = HEAD_BYTES;
  private count = 0;

  /** How many keys there are. */
  get length(): number {
    return this.count;
  }

  /** Appends a key. */
  add(key: string): void {
    const bytes = Buffer.byteLength(key);
    this.ensure(bytes + ARGUMENT_EXTRA_BYTES);
    const at = writeLength(this.buffer, this.end, bytes);
    this.end = writeLineEnd(this.buffer, at + this.buffer.write(key, at, 'utf8'));
    this.count++;
  }

  /** Appends a key for each prefix, all with the same ending, which is ASCII. */
  addAll(prefixes: readonly string[] | PackedKeys, ending: string): void {
    if ('bounds' in prefixes) this.addPacked(prefixes, ending);
    else for (const prefix of prefixes) this.add(prefix + ending);
  }

  /** The whole command. Shares its memory with the list. */
  command(): Buffer {
    const head = `*${this.count + 1}\r\n$4\r\nMGET\r\n`;
    const start = HEAD_BYTES - head.length;
    this.buffer.write(head, start, 'latin1');
    return this.buffer.subarray(start, this.end);
  }

  /** The same keys as texts. */
  texts(): string[] {
    return this.spans().map(({ start, end }) => this.buffer.toString('utf8', start, end));
  }

  /** The same keys in lists of at most `maxKeys`. */
  pieces(maxKeys: number): KeyList[] {
    if (this.count <= maxKeys) return [this];
    const spans = this.spans();
    const pieces: KeyList[] = [];
    for (let first = 0; first < spans.length; first += maxKeys) {
      const last = Math.min(first + maxKeys, spans.length);
      const piece = new KeyList();
      const from = first === 0 ? HEAD_BYTES : (spans[first - 1]?.end ?? 0) + LINE_END_BYTES;
      const to = (spans[last - 1]?.end ?? 0) + LINE_END_BYTES;
      piece.ensure(to - from);
      piece.end += this.buffer.copy(piece.buffer, piece.end, from, to);
      piece.count = last - first;
      pieces.push(piece);
    }
    return pieces;
  }

  /** A loop over bytes: for texts as short as keys it is faster than calls of Buffer.copy. */
  private addPacked({ bytes, bounds }: PackedKeys, ending: string): void {
    const keys = bounds.length - 1;
    this.ensure((bounds[keys] ?? 0) - (bounds[0] ?? 0) + keys * (ending.length + ARGUMENT_EXTRA_BYTES));
    const { buffer } = this;
    let at = this.end;
    for (let key = 0; key < keys; key++) {
      const from = bounds[key] as number;
      const to = bounds[key + 1] as number;
      at = writeLength(buffer, at, to - from + ending.length);
      for (let index = from; index < to; index++) buffer[at++] = bytes[index] as number;
      for (let index = 0; index < ending.length; index++) buffer[at++] = ending.charCodeAt(index);
      at = writeLineEnd(buffer, at);
    }
    this.end = at;
    this.count += keys;
  }

  /** Where each key lies. */
  private spans(): { readonly start: number; readonly end: number }[] {
    const spans: { start: number; end: number }[] = [];
    for (let at = HEAD_BYTES; at < this.end;) {
      const lineEnd = this.buffer.indexOf('\r', at);
      const start = lineEnd + LINE_END_BYTES;
      const end = start + Number(this.buffer.toString('latin1', at + 1, lineEnd));
      spans.push({ start, end });
      at = end + LINE_END_BYTES;
    }
    return spans;
  }

  private ensure(bytes: number): void {
    const needed = this.end + bytes;
    if (needed <= this.buffer.length) return;
    const grown = Buffer.allocUnsafe(Math.max(needed, this.buffer.length * 2));
    this.buffer.copy(grown, 0, 0, this.end);
    this.buffer = grown;
  }
}
