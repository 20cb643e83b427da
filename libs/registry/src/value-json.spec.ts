import fc from 'fast-check';
import { instantFromMicros } from './instant.js';
import type { FeatureValue, JsonValue, ScalarTypeName, ScalarValues, ValueTypeName } from './value-type.js';
import { SCALAR_TYPES } from './value-type.js';
import { valueFromJson, valueToJson } from './value-json.js';

const int64 = fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n });
const day = fc
  .date({ min: new Date('0001-01-01'), max: new Date('9999-12-31'), noInvalidDate: true })
  .map((date) => date.toISOString().slice(0, 10));

const ARBITRARIES: { readonly [N in ScalarTypeName]: fc.Arbitrary<ScalarValues[N]> } = {
  bool: fc.boolean(),
  int32: fc.integer(),
  int64,
  float32: fc.float(),
  float64: fc.double(),
  string: fc.string({ unit: 'binary' }),
  bytes: fc.uint8Array(),
  timestamp: fc.bigInt({ min: -62_135_596_800_000_000n, max: 253_402_300_799_999_999n }).map(instantFromMicros),
  date: day,
  decimal: fc.tuple(int64, fc.nat()).map(([whole, fraction]) => `${whole}.${fraction}`),
  json: fc.jsonValue().map((value) => JSON.parse(JSON.stringify(value)) as JsonValue),
};

describe('valueFromJson and valueToJson', () => {
  it.each(SCALAR_TYPES)('are inverse for %s and its lists, through JSON text', (type) => {
    const scalars: fc.Arbitrary<FeatureValue> = ARBITRARIES[type];
    const values = scalars.filter((value) => value !== null && !Object.is(value, -0));
    fc.assert(fc.property(values, (value) => expect(roundTrip(type, value)).toEqual(value)));
    const lists = fc.array(values) as fc.Arbitrary<FeatureValue>;
    fc.assert(fc.property(lists, (value) => expect(roundTrip(`list<${type}>`, value)).toEqual(value)));
  });

  it('keep null', () => {
    expect(valueFromJson('int64', null)).toBeNull();
    expect(valueToJson('list<int64>', null)).toBeNull();
  });

  it('keep a negative zero in memory', () => {
    expect(valueFromJson('float64', valueToJson('float64', -0))).toBe(-0);
  });

  it.each<[ValueTypeName, FeatureValue, JsonValue]>([
    ['int64', 5n, 5],
    ['int64', 2n ** 53n - 1n, 9_007_199_254_740_991],
    ['int64', 2n ** 53n, '9007199254740992'],
    ['int64', -(2n ** 63n), '-9223372036854775808'],
    ['float64', Number.NaN, 'NaN'],
    ['float64', Number.NEGATIVE_INFINITY, '-Infinity'],
    ['float32', Math.fround(0.1), 0.1],
    ['float32', Math.fround(16_777_216), 16_777_216],
    ['bytes', new Uint8Array([0, 255]), 'AP8='],
    ['timestamp', instantFromMicros(1n), '1970-01-01T00:00:00.000001Z'],
    ['list<date>', ['2026-01-01'], ['2026-01-01']],
  ])('write %s %p', (type, value, json) => {
    expect(valueToJson(type, value)).toEqual(json);
    expect(valueFromJson(type, json)).toEqual(value);
  });
});

describe('valueFromJson', () => {
  it.each<[ValueTypeName, JsonValue, FeatureValue]>([
    ['int64', '42', 42n],
    ['decimal', 12.5, '12.5'],
    ['timestamp', '2026-01-01', instantFromMicros(1_767_225_600_000_000n)],
    ['float32', 0.1, Math.fround(0.1)],
    ['int32', -2_147_483_648, -2_147_483_648],
    ['json', [null, { a: 1 }], [null, { a: 1 }]],
  ])('also takes for %s %p', (type, json, value) => {
    expect(valueFromJson(type, json)).toEqual(value);
  });

  it.each<[ValueTypeName, JsonValue]>([
    ['bool', 'true'],
    ['bool', 1],
    ['int32', 2_147_483_648],
    ['int32', -2_147_483_649],
    ['int32', 1.5],
    ['int32', '1'],
    ['int64', 9_007_199_254_740_992],
    ['int64', '9223372036854775808'],
    ['int64', '-9223372036854775809'],
    ['int64', '1.0'],
    ['int64', ''],
    ['float32', 3.5e38],
    ['float64', 'nan'],
    ['float64', '1'],
    ['string', 1],
    ['string', '\ud800'],
    ['bytes', 'A'],
    ['bytes', 'AA'],
    ['bytes', 'A==='],
    ['bytes', 'AA-_'],
    ['timestamp', 0],
    ['timestamp', 'soon'],
    ['date', '2026-02-30'],
    ['date', '0000-01-01'],
    ['date', '10000-01-01'],
    ['date', '2026-01-01T00:00:00Z'],
    ['decimal', '1e3'],
    ['decimal', '.5'],
    ['decimal', '1'.repeat(39)],
    ['decimal', true],
    ['list<int64>', 1],
    ['list<int64>', [1, null]],
    ['list<int64>', ['x']],
    ['list<json>', [null]],
  ])('refuses for %s %p', (type, json) => {
    expect(valueFromJson(type, json)).toBeUndefined();
  });

  it.each(['constructor', 'list<list<int64>>', 'toString'])('knows no value of type %s', (type) => {
    expect(valueFromJson(type as ValueTypeName, 1)).toBeUndefined();
  });
});

describe('valueToJson', () => {
  it.each<[ValueTypeName, FeatureValue]>([
    ['int64', 1],
    ['int64', 2n ** 63n],
    ['int32', 1n],
    ['bool', 0],
    ['bytes', 'AA=='],
    ['timestamp', '2026-01-01'],
    ['list<int64>', 1n],
    ['list<string>', [1n]],
  ])('refuses for %s %p', (type, value) => {
    expect(() => valueToJson(type, value)).toThrow(expect.objectContaining({ code: 'INVALID_ARGUMENT' }));
  });
});

function roundTrip(type: ValueTypeName, value: FeatureValue): FeatureValue | undefined {
  return valueFromJson(type, JSON.parse(JSON.stringify(valueToJson(type, value))) as JsonValue);
}
