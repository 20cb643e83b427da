import fc from 'fast-check';
import { bucketOf, bucketOfBytes, bucketTag, entityKeyPrefix, generationSuffix, pointerKey } from './online-key.js';

/** FNV-1a, 32 bits, of "", "a" and "foobar" as published by its authors: 811c9dc5, e40c292c, bf9cf968. */
const PUBLISHED: readonly (readonly [string, number])[] = [
  ['', 0x811c9dc5],
  ['a', 0xe40c292c],
  ['foobar', 0xbf9cf968],
];

describe('bucketOf', () => {
  it.each(PUBLISHED)('folds the 32 bits of FNV-1a of %j into 12', (text, hash) => {
    expect(bucketOf(text)).toBe((hash ^ (hash >>> 12) ^ (hash >>> 24)) & 0xfff);
  });

  it('is that of the UTF-8 bytes, for any text', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        const bytes = Buffer.from(`<${text}>`, 'utf8');
        expect(bucketOf(text)).toBe(bucketOfBytes(bytes, 1, bytes.length - 1));
        expect(bucketOf(text)).toBe(bucketOfBytes(bytes.subarray(1, -1)));
      }),
    );
  });

  it('spreads entity keys over all buckets', () => {
    const counts = new Uint32Array(4096);
    for (let id = 0; id < 409_600; id++) counts[bucketOf(`i${id}`)]!++;
    expect(Math.min(...counts)).toBeGreaterThan(40);
    expect(Math.max(...counts)).toBeLessThan(200);
  });
});

describe('bucketTag', () => {
  it('is three hex digits', () => {
    expect([0, 10, 4095].map(bucketTag)).toEqual(['000', '00a', 'fff']);
  });
});

describe('keys', () => {
  it('are put together from project, bucket, entity key, view and generation', () => {
    expect(entityKeyPrefix('demo', 's8a2f') + generationSuffix(12, 3)).toBe('demo{4f5}s8a2f:12.3');
    expect(entityKeyPrefix('demo', 'sJosé') + generationSuffix(1, 1)).toBe('demo{5ce}sJosé:1.1');
    expect(pointerKey('demo', 12)).toBe('demo:view:12');
  });
});
