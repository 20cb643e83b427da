import { HEADER_BYTES } from './row-header.js';
import { VALUES_TAG } from './value-fields.js';

/** Offset of the first `values` entry in a row: after the header and the event time (tag and eight bytes). */
export const VALUES_OFFSET = HEADER_BYTES + 9;

/** Event time of a row in microseconds since the epoch. */
export function rowEventTimeMicros(row: Buffer): bigint {
  return row.readBigInt64LE(HEADER_BYTES + 1);
}

/**
 * Where each value of a row begins and ends: `bounds[i]` to `bounds[i + 1]` is the whole entry of the i-th feature in stored order.
 * `features` is how many the row holds, or fewer for the first ones only. RangeError when the row holds fewer, or something else.
 */
export function entryBounds(row: Buffer, features: number): number[] {
  const bounds: number[] = [VALUES_OFFSET];
  let at = VALUES_OFFSET;
  for (let index = 0; index < features; index++) {
    if (row[at++] !== VALUES_TAG) throw new RangeError(`row has no value of feature ${index} of ${features}`);
    let length = 0;
    let scale = 1;
    for (;;) {
      const byte = row[at++];
      if (byte === undefined) throw new RangeError(`row ends inside feature ${index} of ${features}`);
      length += (byte & 0x7f) * scale;
      if (byte < 0x80) break;
      scale *= 128;
    }
    at += length;
    bounds.push(at);
  }
  if (at > row.length) throw new RangeError(`row is ${row.length} bytes long; its values need ${at}`);
  return bounds;
}

/** True when an entry that `entryBounds` found is a null. */
export function isNullEntry(row: Buffer, start: number, end: number): boolean {
  return end - start === 2 && row[start + 1] === 0;
}
