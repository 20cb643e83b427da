import fc from 'fast-check';
import { ByteWriter, varintLength } from './byte-writer.js';

/** The varint by its definition: seven bits a byte, least first, the high bit set on all but the last. */
function varintBytes(value: bigint): number[] {
  const unsigned = BigInt.asUintN(64, value);
  const low = Number(unsigned & 0x7fn);
  return unsigned > 0x7fn ? [low | 0x80, ...varintBytes(unsigned >> 7n)] : [low];
}

const nearPowers = fc
  .tuple(fc.nat({ max: 63 }), fc.constantFrom(-1n, 0n, 1n))
  .map(([bit, off]) => BigInt.asIntN(64, 2n ** BigInt(bit) + off));

describe('ByteWriter', () => {
  it('writes the varint of any int64', () => {
    fc.assert(
      fc.property(fc.oneof(nearPowers, fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n })), (value) => {
        const writer = new ByteWriter(10);
        writer.varint64(value);
        expect([...writer.written()]).toEqual(varintBytes(value));
      }),
      { numRuns: 1000 },
    );
  });

  it('writes the varint of any safe integer and knows its length', () => {
    fc.assert(
      fc.property(
        fc.oneof(fc.maxSafeNat(), nearPowers.filter((value) => value >= 0n && value < 2n ** 53n).map(Number)),
        (value) => {
          const writer = new ByteWriter(10);
          writer.varint(value);
          expect([...writer.written()]).toEqual(varintBytes(BigInt(value)));
          expect(varintLength(value)).toBe(writer.offset);
        },
      ),
      { numRuns: 1000 },
    );
  });

  it('keeps what was written when it grows, in buffer and view alike', () => {
    fc.assert(
      fc.property(fc.array(fc.uint8Array({ maxLength: 50 })), fc.integer({ min: 1, max: 20 }), (pieces, room) => {
        const writer = new ByteWriter(room);
        for (const piece of pieces) writer.bytes(piece);
        expect(writer.written()).toEqual(Buffer.concat(pieces));
        writer.ensure(8);
        writer.view.setBigUint64(writer.offset, 0x0102030405060708n);
        expect(writer.buffer.subarray(writer.offset, writer.offset + 8).toString('hex')).toBe('0102030405060708');
      }),
    );
  });

  it('starts over without giving its memory back', () => {
    const writer = new ByteWriter(1);
    writer.bytes(Buffer.alloc(100));
    const { buffer } = writer;
    writer.reset();
    writer.bytes(Buffer.alloc(100));
    expect(writer.buffer).toBe(buffer);
    expect(writer.offset).toBe(100);
  });
});
