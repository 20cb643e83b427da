import type { ByteWriter } from './byte-writer.js';
import { varintLength } from './byte-writer.js';

/**
 * Writes a body inside length-delimited protobuf fields whose lengths are known only afterwards: `beginMessage`, the body,
 * `endMessage`. Room for one byte of each length is left free; a body that needs more is moved.
 *
 * `tags` are the tag bytes of the fields, outermost first.
 */
export function beginMessage(writer: ByteWriter, tags: readonly Uint8Array[]): number {
  const start = writer.offset;
  const guessed = headLength(tags);
  writer.ensure(guessed);
  writer.offset += guessed;
  return start;
}

/** Fills in the tags and lengths of the message that `beginMessage` began at `start`. */
export function endMessage(writer: ByteWriter, start: number, tags: readonly Uint8Array[]): void {
  const guessed = headLength(tags);
  const body = writer.offset - start - guessed;
  const lengths = nestedLengths(tags, body);
  const head = headLength(tags, lengths);
  writer.ensure(head - guessed);
  if (head !== guessed) writer.buffer.copyWithin(start + head, start + guessed, start + guessed + body);
  writer.offset = start;
  for (const [index, tag] of tags.entries()) {
    writer.bytes(tag);
    writer.varint(lengths[index] ?? 0);
  }
  writer.offset = start + head + body;
}

/** What each field's length says, outermost first. */
function nestedLengths(tags: readonly Uint8Array[], body: number): number[] {
  const lengths: number[] = [];
  let length = body;
  for (const tag of tags.toReversed()) {
    lengths.unshift(length);
    length += tag.length + varintLength(length);
  }
  return lengths;
}

function headLength(tags: readonly Uint8Array[], lengths?: readonly number[]): number {
  let total = 0;
  for (const [index, tag] of tags.entries()) total += tag.length + varintLength(lengths?.[index] ?? 0);
  return total;
}
