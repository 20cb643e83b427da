import fc from 'fast-check';
import { encodeRow, encodeTombstone } from './row-encoder.js';
import type { RowTimes } from './row-encoder.js';
import {
  FLAG_HAS_NULLS,
  FLAG_TOMBSTONE,
  ORDER_BYTES,
  rowAgeTimeMicros,
  rowFlags,
  rowFormatVersion,
  rowViewVersion,
} from './row-header.js';
import { rowEventTimeMicros } from './read-row.js';

/** All int64, and often ones that differ in a single bit or only by their sign. */
const anyInt64 = fc.oneof(
  fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }),
  fc
    .tuple(fc.integer({ min: 0, max: 62 }), fc.constantFrom(-1n, 0n, 1n), fc.boolean())
    .map(([bit, off, negative]) => (negative ? -1n : 1n) * 2n ** BigInt(bit) + off),
  fc.constantFrom(0n, -1n, 1n, 2n ** 63n - 1n, -(2n ** 63n)),
);

function orderOf(first: bigint, second: bigint): Buffer {
  return encodeTombstone({ version: 1 }, { first, second, eventTimeMicros: 0n }).subarray(0, ORDER_BYTES);
}

function compare(left: readonly [bigint, bigint], right: readonly [bigint, bigint]): number {
  for (const [index, value] of left.entries()) {
    const other = right[index] ?? 0n;
    if (value !== other) return value < other ? -1 : 1;
  }
  return 0;
}

describe('order', () => {
  it('compares byte by byte as its two numbers compare', () => {
    const anyPair = fc.tuple(anyInt64, anyInt64);
    fc.assert(
      fc.property(anyPair, anyPair, fc.boolean(), (left, other, sameFirst) => {
        const right: [bigint, bigint] = sameFirst ? [left[0], other[1]] : other;
        expect(Buffer.compare(orderOf(...left), orderOf(...right))).toBe(compare(left, right));
      }),
      { numRuns: 2000 },
    );
  });
});

describe('rowAgeTimeMicros', () => {
  it('is the first half of the order: exact up to 2^53 in either direction, beyond that the nearest number', () => {
    fc.assert(
      fc.property(anyInt64, anyInt64, (first, second) => {
        const row = encodeTombstone({ version: 1 }, { first, second, eventTimeMicros: second });
        expect(rowAgeTimeMicros(row)).toBe(Number(first));
      }),
      { numRuns: 2000 },
    );
    for (const first of [2n ** 53n - 1n, -(2n ** 53n) + 1n, -1n, 0n, 1n]) {
      const row = encodeTombstone({ version: 1 }, { first, second: 0n, eventTimeMicros: 0n });
      expect(BigInt(rowAgeTimeMicros(row))).toBe(first);
    }
  });
});

describe('row header', () => {
  const times: RowTimes = { first: 5n, second: 6n, eventTimeMicros: -7n };
  const shape = { version: 513, features: [{ name: 'a', type: 'int64' as const }] };

  it('tells format version, view version, flags and event time', () => {
    const row = encodeRow(shape, [1n], times);
    expect([rowFormatVersion(row), rowViewVersion(row), rowFlags(row), rowEventTimeMicros(row)]).toEqual([
      1,
      513,
      0,
      -7n,
    ]);
    expect(rowFlags(encodeRow(shape, [null], times))).toBe(FLAG_HAS_NULLS);
    expect(rowFlags(encodeTombstone(shape, times))).toBe(FLAG_TOMBSTONE);
  });

  it('has format version 0 and no flags when the bytes are no row at all', () => {
    expect([rowFormatVersion(Buffer.alloc(0)), rowFlags(Buffer.alloc(16))]).toEqual([0, 0]);
  });
});
