import { isKnownTag, tagOf } from './etag.js';

const tag = tagOf({ version: 7, digest: 'abc' });

describe('isKnownTag', () => {
  it.each([
    [undefined, false],
    ['', false],
    ['"7-abc"', true],
    ['W/"7-abc"', true],
    ['"6-abc", "7-abc"', true],
    ['*', true],
    ['"7-abd"', false],
    ['7-abc', false],
  ])('%j: %s', (header, expected) => {
    expect(isKnownTag(header, tag)).toBe(expected);
  });
});
