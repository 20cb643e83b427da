import type { FeatureValue, Instant, JsonValue, ScalarTypeName, ScalarValues, ValueTypeName } from '@larder/registry';
import { SCALAR_TYPES } from '@larder/registry';
import fc from 'fast-check';
import type { RowTimes } from './row-encoder.js';

/** Random features with values, for properties over whole rows. */

const INSTANTS = { min: -62_135_596_800_000_000n, max: 253_402_300_799_999_999n };

/** Texts around the lengths where one and two bytes of length meet (39 units, 127 and 16,383 bytes), and of every plane. */
export const anyText: fc.Arbitrary<string> = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 12 }),
  fc
    .tuple(fc.constantFrom('a', 'é', '日', '🧊'), fc.constantFrom(0, 1, 30, 39, 40, 63, 64, 127, 128, 5461, 16_384))
    .map(([text, count]) => text.repeat(count)),
);

export const anyDate: fc.Arbitrary<string> = fc
  .date({ min: new Date('0001-01-01T00:00:00Z'), max: new Date('9999-12-31T00:00:00Z'), noInvalidDate: true })
  .map((date) => date.toISOString().slice(0, 10));

const anyInstant = fc.bigInt(INSTANTS).map((micros) => micros as Instant);

const SCALARS: { readonly [N in ScalarTypeName]: fc.Arbitrary<ScalarValues[N]> } = {
  bool: fc.boolean(),
  int32: fc.integer(),
  int64: fc.oneof(
    fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }),
    fc.constantFrom(0n, 127n, 128n, 2n ** 53n, -1n, 2n ** 63n - 1n, -(2n ** 63n)),
  ),
  float32: fc.float(),
  float64: fc.double(),
  string: anyText,
  bytes: fc.uint8Array({ maxLength: 200 }),
  timestamp: anyInstant,
  date: anyDate,
  decimal: fc.tuple(fc.bigInt(), fc.nat()).map(([whole, fraction]) => `${whole}.${fraction}`),
  json: fc.jsonValue().filter((value) => value !== null) as fc.Arbitrary<JsonValue>,
};

/** A feature of a random type and as many of its values as there are rows. */
export interface FeatureColumn {
  readonly type: ValueTypeName;
  readonly values: readonly FeatureValue[];
}

/** All types there are, lists included. */
export const ALL_TYPES: readonly ValueTypeName[] = SCALAR_TYPES.flatMap((type): ValueTypeName[] => [
  type,
  `list<${type}>`,
]);

/** Values of a type that are not null. */
export function anyValueOf(type: ValueTypeName): fc.Arbitrary<FeatureValue> {
  const scalar = SCALAR_TYPES.find((each) => each === type);
  if (scalar !== undefined) return SCALARS[scalar];
  const element = SCALAR_TYPES.find((each) => `list<${each}>` === type);
  if (element === undefined) throw new Error(`no such type: ${type}`);
  const elements: fc.Arbitrary<ScalarValues[ScalarTypeName]> = SCALARS[element];
  return fc.oneof(fc.array(elements, { maxLength: 5 }), fc.array(elements, { minLength: 20, maxLength: 40 }));
}

/** Up to nine features of random types, null in one value of five, each with `rows` values. */
export function anyColumns(rows: number): fc.Arbitrary<readonly FeatureColumn[]> {
  const column = fc
    .constantFrom(...ALL_TYPES)
    .chain((type) =>
      fc
        .array(fc.option(anyValueOf(type), { freq: 4 }), { minLength: rows, maxLength: rows })
        .map((values) => ({ type, values })),
    );
  return fc.array(column, { maxLength: 9 });
}

const anyInt64 = fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n });

/** Any times, also those no clock will show. */
export const anyTimes: fc.Arbitrary<RowTimes> = fc.record({
  first: anyInt64,
  second: anyInt64,
  eventTimeMicros: anyInstant,
});
