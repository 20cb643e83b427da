import fc from 'fast-check';
import { decodeWarnings, encodeWarning } from './warnings.js';

describe('warnings in headers', () => {
  it('stay readable', () => {
    const text = 'feature profile:segment is deprecated: not to be used after 2027-01-31; use profile:tier';
    expect(encodeWarning(text)).toBe(text);
  });

  it('escape what a header cannot carry', () => {
    expect(encodeWarning('100 % späte, gefährliche\nZeilen 😀')).toBe(
      '100 %25 sp%C3%A4te%2C gef%C3%A4hrliche%0AZeilen %F0%9F%98%80',
    );
  });

  it('replace half a character', () => {
    expect(encodeWarning('a\ud83d')).toBe('a%EF%BF%BD');
  });

  it('come back as they were, one by one and joined', () => {
    fc.assert(
      fc.property(fc.array(fc.string({ unit: 'grapheme', minLength: 1 }), { minLength: 1 }), (texts) => {
        const trimmed = texts.map((each) => `<${each}>`);
        const encoded = trimmed.map(encodeWarning);
        for (const each of encoded) expect(each).toMatch(/^[ -~]*$/);
        expect(encoded.flatMap(decodeWarnings)).toEqual(trimmed);
        expect(decodeWarnings(encoded.join(', '))).toEqual(trimmed);
      }),
    );
  });

  it('survive a header that somebody else wrote', () => {
    expect(decodeWarnings('100 % sure, really')).toEqual(['100 % sure', 'really']);
  });
});
