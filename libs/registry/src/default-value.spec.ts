import { normalizeDefault, problemWithDefault } from './default-value.js';
import type { JsonValue, ValueTypeName } from './value-type.js';

describe('normalizeDefault', () => {
  it.each<[ValueTypeName, unknown, JsonValue]>([
    ['int64', 0n, 0],
    ['int64', '5', 5],
    ['int64', 2n ** 60n, '1152921504606846976'],
    ['float64', 10n ** 20n, 1e20],
    ['float64', Number.NaN, 'NaN'],
    ['float64', Number.POSITIVE_INFINITY, 'Infinity'],
    ['list<float32>', [1n, 0.1], [1, 0.1]],
    ['decimal', 12.5, '12.5'],
    ['decimal', 123_456_789_012_345_678n, '123456789012345678'],
    ['timestamp', '2026-01-01 01:00+01', '2026-01-01T00:00:00Z'],
    ['json', { a: [1, null] }, { a: [1, null] }],
  ])('writes a %s %p in one way', (type, value, json) => {
    expect(normalizeDefault(type, value)).toEqual(json);
  });

  it.each<[ValueTypeName, unknown, JsonValue]>([
    ['int32', 2n ** 60n, '1152921504606846976'],
    ['bool', 'yes', 'yes'],
    ['int32', Number.NaN, 'NaN'],
    ['string', () => 1, null],
  ])('leaves to validation what is no %s: %p', (type, value, json) => {
    expect(normalizeDefault(type, value)).toEqual(json);
    expect(problemWithDefault({ type, default: json })).toBeDefined();
  });
});

describe('problemWithDefault', () => {
  it('names the value and the type', () => {
    expect(problemWithDefault({ type: 'int32', default: 2 ** 31 })).toBe('2147483648 is no int32');
    expect(problemWithDefault({ type: 'int64', default: null })).toMatch(/leave it out/);
    expect(problemWithDefault({ type: 'int64', default: 0 })).toBeUndefined();
    expect(problemWithDefault({ type: 'int64' })).toBeUndefined();
  });

  it('leaves an unknown type to its own problem', () => {
    expect(problemWithDefault({ type: 'list<list<int64>>' as ValueTypeName, default: 1 })).toBeUndefined();
  });
});
