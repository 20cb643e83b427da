import type { MessageInitShape } from '@bufbuild/protobuf';
import { create, fromBinary, toBinary } from '@bufbuild/protobuf';
import type { FeatureValue, Instant, JsonValue, ScalarTypeName, ScalarValues, ValueTypeName } from '@larder/registry';
import { SCALAR_TYPES } from '@larder/registry';
import type { RowShape, RowTimes } from '@larder/row-format';
import { encodeRow, encodeTombstone, HEADER_BYTES } from '@larder/row-format';
import fc from 'fast-check';
import { Status, ViewRowSchema } from './gen/larder/serving/v1/serving_pb.js';
import type { ValueSchema } from './gen/larder/serving/v1/value_pb.js';

/** The row format against an independent protobuf implementation: payload + status is a ViewRow, values and all. */

type ValueInit = MessageInitShape<typeof ValueSchema>;

const DAY_MILLIS = 86_400_000;
const dayOf = (date: string): number => Date.parse(`${date}T00:00:00Z`) / DAY_MILLIS;
const listOf = (value: FeatureValue): never[] => value as never[];

/** What a stored value is in the contract; written down by hand, apart from the encoder's own tables. */
const IN_CONTRACT: Readonly<
  Record<ScalarTypeName, readonly [(value: FeatureValue) => ValueInit, (value: FeatureValue) => ValueInit]>
> = {
  bytes: [
    (value) => ({ val: { case: 'bytesVal', value: value as Uint8Array } }),
    (value) => ({ val: { case: 'bytesListVal', value: { val: listOf(value) } } }),
  ],
  string: [
    (value) => ({ val: { case: 'stringVal', value: value as string } }),
    (value) => ({ val: { case: 'stringListVal', value: { val: listOf(value) } } }),
  ],
  int32: [
    (value) => ({ val: { case: 'int32Val', value: value as number } }),
    (value) => ({ val: { case: 'int32ListVal', value: { val: listOf(value) } } }),
  ],
  int64: [
    (value) => ({ val: { case: 'int64Val', value: value as bigint } }),
    (value) => ({ val: { case: 'int64ListVal', value: { val: listOf(value) } } }),
  ],
  float64: [
    (value) => ({ val: { case: 'doubleVal', value: value as number } }),
    (value) => ({ val: { case: 'doubleListVal', value: { val: listOf(value) } } }),
  ],
  float32: [
    (value) => ({ val: { case: 'floatVal', value: value as number } }),
    (value) => ({ val: { case: 'floatListVal', value: { val: listOf(value) } } }),
  ],
  bool: [
    (value) => ({ val: { case: 'boolVal', value: value as boolean } }),
    (value) => ({ val: { case: 'boolListVal', value: { val: listOf(value) } } }),
  ],
  json: [
    (value) => ({ val: { case: 'jsonVal', value: JSON.stringify(value) } }),
    (value) => ({ val: { case: 'jsonListVal', value: { val: listOf(value).map((each) => JSON.stringify(each)) } } }),
  ],
  decimal: [
    (value) => ({ val: { case: 'decimalVal', value: value as string } }),
    (value) => ({ val: { case: 'decimalListVal', value: { val: listOf(value) } } }),
  ],
  timestamp: [
    (value) => ({ val: { case: 'timestampMicrosVal', value: value as bigint } }),
    (value) => ({ val: { case: 'timestampMicrosListVal', value: { val: listOf(value) } } }),
  ],
  date: [
    (value) => ({ val: { case: 'dateDaysVal', value: dayOf(value as string) } }),
    (value) => ({ val: { case: 'dateDaysListVal', value: { val: listOf(value).map(dayOf) } } }),
  ],
};

const anyInstant = fc
  .bigInt({ min: -62_135_596_800_000_000n, max: 253_402_300_799_999_999n })
  .map((micros) => micros as Instant);

const ANY: { readonly [N in ScalarTypeName]: fc.Arbitrary<ScalarValues[N]> } = {
  bytes: fc.uint8Array({ maxLength: 300 }),
  string: fc.oneof(fc.string({ unit: 'binary' }), fc.constantFrom('', '🧊', 'é'.repeat(64), 'x'.repeat(20_000))),
  int32: fc.integer(),
  int64: fc.oneof(fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }), fc.constantFrom(2n ** 63n - 1n, -(2n ** 63n))),
  float64: fc.double(),
  float32: fc.float(),
  bool: fc.boolean(),
  json: fc.jsonValue().filter((value) => value !== null) as fc.Arbitrary<JsonValue>,
  decimal: fc.bigInt().map((digits) => `${digits}.25`),
  timestamp: anyInstant,
  date: fc.constantFrom('0001-01-01', '1969-12-31', '1970-01-01', '2024-02-29', '9999-12-31'),
};

interface Cell {
  readonly type: ValueTypeName;
  readonly value: FeatureValue;
  readonly expected: ValueInit;
}

const anyCell: fc.Arbitrary<Cell> = fc.constantFrom(...SCALAR_TYPES).chain((type) => {
  const [one, list] = IN_CONTRACT[type];
  const elements: fc.Arbitrary<ScalarValues[ScalarTypeName]> = ANY[type];
  return fc.oneof(
    elements.map((value): Cell => ({ type, value, expected: one(value) })),
    fc.array(elements).map((value): Cell => ({ type: `list<${type}>`, value, expected: list(value) })),
    fc
      .constantFrom<ValueTypeName>(type, `list<${type}>`)
      .map((nullType): Cell => ({ type: nullType, value: null, expected: {} })),
  );
});

const anyTimes: fc.Arbitrary<RowTimes> = fc.record({
  first: anyInstant,
  second: anyInstant,
  eventTimeMicros: anyInstant,
});

/** What the server sends: the stored payload and, after it, the status. */
function served(row: Buffer, status: Status): Uint8Array {
  return Buffer.concat([row.subarray(HEADER_BYTES), Buffer.from([0x10, status])]);
}

function shapeOf(cells: readonly Cell[]): RowShape {
  return { version: 1, features: cells.map(({ type }, index) => ({ name: `f${index}`, type })) };
}

describe('the payload of a stored row', () => {
  it('is, with a status after it, the ViewRow that an independent decoder reads', () => {
    fc.assert(
      fc.property(fc.array(anyCell), anyTimes, (cells, times) => {
        const row = encodeRow(
          shapeOf(cells),
          cells.map(({ value }) => value),
          times,
        );
        const { eventTimeMicros } = times;
        const expected = create(ViewRowSchema, {
          values: cells.map((cell) => cell.expected),
          status: Status.PRESENT,
          eventTimeMicros,
        });
        // As objects: the library's own equals() calls NaN different from itself.
        expect(fromBinary(ViewRowSchema, served(row, Status.PRESENT))).toEqual(expected);
      }),
      { numRuns: 500 },
    );
  });

  it('has the bytes of every value that an independent encoder writes', () => {
    fc.assert(
      fc.property(fc.array(anyCell), anyTimes, (cells, times) => {
        const row = encodeRow(
          shapeOf(cells),
          cells.map(({ value }) => value),
          times,
        );
        const values = toBinary(ViewRowSchema, create(ViewRowSchema, { values: cells.map((cell) => cell.expected) }));
        expect(row.subarray(HEADER_BYTES + 9).equals(values)).toBe(true);
      }),
      { numRuns: 500 },
    );
  });

  it('of a tombstone is a ViewRow with an event time and no values', () => {
    const row = encodeTombstone({ version: 1 }, { first: 1n, second: 2n, eventTimeMicros: -3n });
    const read = fromBinary(ViewRowSchema, served(row, Status.NOT_FOUND));
    expect([read.values, read.eventTimeMicros, read.status]).toEqual([[], -3n, Status.NOT_FOUND]);
  });
});
