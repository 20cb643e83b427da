import type { FeatureValue, ValueTypeName } from '@larder/registry';
import { encodeValueEntry, NULL_ENTRY } from './value-writers.js';

describe('encodeValueEntry', () => {
  it('gives the empty message for a null of any type', () => {
    for (const type of ['int64', 'string', 'json', 'list<json>'] as const)
      expect(encodeValueEntry(type, null)).toEqual(NULL_ENTRY);
  });

  it('takes integers as numbers and as bigints', () => {
    for (const type of ['int32', 'int64', 'timestamp'] as const) {
      for (const value of [0, -1, 2 ** 31 - 1])
        expect(encodeValueEntry(type, value)).toEqual(encodeValueEntry(type, BigInt(value)));
    }
  });

  it('stores half a character as U+FFFD: values, unlike keys, need not differ', () => {
    expect(encodeValueEntry('string', 'a\ud800')).toEqual(encodeValueEntry('string', 'a\ufffd'));
  });

  it.each<[ValueTypeName, FeatureValue, string]>([
    ['bool', 1, 'expected bool, got the number 1'],
    ['int32', 2 ** 31, 'expected int32, got the number 2147483648'],
    ['int32', -(2n ** 31n) - 1n, 'expected int32, got the number -2147483649'],
    ['int64', 2n ** 63n, 'expected int64, got the number 9223372036854775808'],
    ['int64', 2 ** 53, 'expected int64, got the number 9007199254740992'],
    ['int64', 0.5, 'expected int64, got the number 0.5'],
    ['timestamp', '2026-05-07', 'expected timestamp, got a value of type string'],
    ['float64', 1n, 'expected float64, got the number 1'],
    ['float32', '1', 'expected float32, got a value of type string'],
    ['string', true, 'expected string, got a value of type boolean'],
    ['decimal', 1.5, 'expected decimal, got the number 1.5'],
    ['bytes', 'ff', 'expected bytes, got a value of type string'],
    ['date', 5, 'expected date, got the number 5'],
    ['date', '2026-05-07T12:00:00', 'not a date: "2026-05-07T12:00:00"; expected YYYY-MM-DD'],
    ['string', ['a'], 'expected string, got a list'],
    ['list<string>', 'a', 'expected list<string>, got a value of type string'],
    ['list<int64>', [1n, 2n ** 63n], 'element 1: expected int64, got the number 9223372036854775808'],
    ['list<float32>', [1, '2'], 'element 1: expected float32, got a value of type string'],
  ])('refuses as a %s: %p', (type, value, message) => {
    expect(() => encodeValueEntry(type, value)).toThrow(expect.objectContaining({ code: 'INVALID_ARGUMENT', message }));
  });

  it.each(['list<string>', 'list<int64>', 'list<float32>', 'list<float64>', 'list<json>', 'list<date>'] as const)(
    'refuses null elements of a %s',
    (type) => {
      const holed = JSON.parse('[null]') as readonly string[];
      expect(() => encodeValueEntry(type, holed)).toThrow(/^element 0: expected \w+, got null$/);
    },
  );
});
