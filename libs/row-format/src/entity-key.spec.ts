import type { FeatureValue, JoinKeySpec, JoinKeyTypeName } from '@larder/registry';
import { JOIN_KEY_TYPES } from '@larder/registry';
import fc from 'fast-check';
import { encodeEntityKey, encodeJoinKey, readEntityKey } from './entity-key.js';
import { anyDate } from './feature-values.fixture.js';

const key = (type: JoinKeyTypeName, name = 'id'): JoinKeySpec => ({ name, type });

/** Few letters, so that different texts often look alike once they are joined. */
const anyTrickyText = fc.string({
  unit: fc.constantFrom('%', ',', ':', '{', '}', '2', '5', 'C', 's', 'i', 'é', 'e\u0301', '🧊', '\ufffd', '\0'),
  maxLength: 5,
});

const VALUES: Readonly<Record<JoinKeyTypeName, fc.Arbitrary<FeatureValue>>> = {
  string: fc.oneof(anyTrickyText, fc.string({ unit: 'binary' })),
  int32: fc.integer(),
  int64: fc.oneof(fc.bigInt({ min: -12n, max: 12n }), fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n })),
  bool: fc.boolean(),
  timestamp: fc.bigInt({ min: -20n, max: 20n }),
  date: anyDate,
  bytes: fc.uint8Array({ maxLength: 3 }),
};

describe('encodeEntityKey', () => {
  it.each<[string, JoinKeySpec[], FeatureValue[]]>([
    ['s8a2f', [key('string', 'user_id')], ['8a2f']],
    ['sLAX,sSFO', [key('string', 'destination'), key('string', 'origin')], ['LAX', 'SFO']],
    ['s', [key('string')], ['']],
    ['s,s', [key('string', 'a'), key('string', 'b')], ['', '']],
    ['sa%2Cb%3A%7Bc%7D%25', [key('string')], ['a,b:{c}%']],
    ['sJosé 🧊', [key('string')], ['José 🧊']],
    ['i-7,i12', [key('int32', 'a'), key('int64', 'b')], [-7, 12n]],
    ['i-9223372036854775808', [key('int64')], [-(2n ** 63n)]],
    ['b1,b0', [key('bool', 'a'), key('bool', 'b')], [true, false]],
    ['t-1', [key('timestamp')], [-1n]],
    ['d-1', [key('date')], ['1969-12-31']],
    ['x00ff', [key('bytes')], [Uint8Array.of(0, 255)]],
    ['x', [key('bytes')], [new Uint8Array()]],
    ['', [], []],
  ])('is %j', (text, keys, values) => {
    expect(encodeEntityKey(keys, values)).toBe(text);
  });

  it('gives the same key for an integer as number and as bigint', () => {
    for (const type of ['int32', 'int64', 'timestamp'] as const) {
      for (const value of [0, -0, 5, -5, 2 ** 31 - 1])
        expect(encodeJoinKey(key(type), value)).toBe(encodeJoinKey(key(type), BigInt(value)));
    }
  });

  it('gives different keys, in bytes, for different values of any types', () => {
    const anyKeys = fc.array(fc.constantFrom(...JOIN_KEY_TYPES), { minLength: 1, maxLength: 3 });
    const anyPair = anyKeys.chain((types) => {
      const anyValues = fc.tuple(...types.map((type) => VALUES[type]));
      return fc.record({
        keys: fc.constant(types.map((type, index) => key(type, `k${index}`))),
        left: anyValues,
        right: anyValues,
      });
    });
    fc.assert(
      fc.property(anyPair, ({ keys, left, right }) => {
        const same = left.every((value, index) => sameValue(value, right[index] ?? null));
        const [one, other] = [left, right].map((values) =>
          Buffer.from(encodeEntityKey(keys, values), 'utf8').toString('hex'),
        );
        expect(one === other).toBe(same);
      }),
      { numRuns: 3000 },
    );
  });

  it('holds nothing that separates keys: one comma between join keys, no colon, no braces', () => {
    fc.assert(
      fc.property(fc.array(anyTrickyText, { minLength: 1, maxLength: 4 }), (texts) => {
        const keys = texts.map((_, index) => key('string', `k${index}`));
        const text = encodeEntityKey(keys, texts);
        expect(text.replace(/[^,:{}]/g, '')).toBe(','.repeat(texts.length - 1));
        expect(readEntityKey(keys, text)).toEqual(Object.fromEntries(texts.map((each, index) => [`k${index}`, each])));
      }),
    );
  });

  it('refuses strings with half a character: their UTF-8 forms would be the same', () => {
    for (const text of ['\ud800', 'a\udc00', '\udc00\ud800', '\ud83e\udd8a\ud83e', '{\udfff}']) {
      expect(() => encodeJoinKey(key('string', 'user_id'), text)).toThrow(
        expect.objectContaining({
          code: 'INVALID_ARGUMENT',
          message: expect.stringMatching(/^join key user_id: .*not valid Unicode/),
        }),
      );
    }
  });

  it.each<[JoinKeyTypeName, FeatureValue]>([
    ['string', null],
    ['string', 1],
    ['int32', 2 ** 31],
    ['int32', -(2n ** 31n) - 1n],
    ['int64', 2n ** 63n],
    ['int64', 2 ** 53],
    ['int64', 1.5],
    ['int64', Number.NaN],
    ['int64', '5'],
    ['bool', 1],
    ['timestamp', '2026-05-07'],
    ['timestamp', -(2n ** 63n) - 1n],
    ['date', '2026-05-07T00:00:00Z'],
    ['date', '2026-02-30'],
    ['date', 20_000],
    ['bytes', 'ff'],
  ])('names the join key for a %s that is %p', (type, value) => {
    expect(() => encodeEntityKey([key(type, 'user_id')], [value])).toThrow(
      expect.objectContaining({
        code: 'INVALID_ARGUMENT',
        message: expect.stringContaining(`join key user_id: expected ${type}`),
      }),
    );
  });

  it('names the join key for which there is no value', () => {
    expect(() => encodeEntityKey([key('string', 'a'), key('string', 'b')], ['x'])).toThrow(
      'join key b: expected string, got null',
    );
  });
});

function sameValue(left: FeatureValue, right: FeatureValue): boolean {
  if (left instanceof Uint8Array && right instanceof Uint8Array) return Buffer.compare(left, right) === 0;
  return left === right;
}
