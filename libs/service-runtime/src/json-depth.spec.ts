import fc from 'fast-check';
import { isDeeperThan } from './json-depth.js';

function depthOf(value: unknown): number {
  if (typeof value !== 'object' || value === null) return 0;
  return 1 + Math.max(0, ...Object.values(value).map(depthOf));
}

describe('isDeeperThan', () => {
  it('agrees with the depth of the parsed value', () => {
    fc.assert(
      fc.property(fc.json({ maxDepth: 6 }), fc.integer({ min: 0, max: 8 }), (text, maxDepth) => {
        expect(isDeeperThan(text, maxDepth)).toBe(depthOf(JSON.parse(text)) > maxDepth);
      }),
    );
  });

  it.each([
    ['"[[[["', 0, false],
    [String.raw`"\"[[["`, 0, false],
    [String.raw`"\\"`, 0, false],
    ['{"[": [1]}', 1, true],
    ['[]'.repeat(50), 1, false],
  ])('%s deeper than %d: %s', (text, maxDepth, expected) => {
    expect(isDeeperThan(text, maxDepth)).toBe(expected);
  });
});
