import { didYouMean, nearest } from './nearest.js';

describe('nearest', () => {
  it.each([
    ['watch_activty', 'watch_activity'],
    ['genre', 'genre'],
    ['gnere', 'genre'],
    ['genr', 'genre'],
  ])('finds for %s %s', (name, near) => {
    expect(nearest(name, ['profile', 'watch_activity', 'genre'])).toBe(near);
  });

  it('prefers the fewest edits', () => {
    expect(nearest('abc', ['abxy', 'abd', 'ab'])).toBe('abd');
  });

  it.each(['orders', 'x', '', 'watch'])('finds nothing for %j', (name) => {
    expect(nearest(name, ['profile', 'watch_activity', 'ab'])).toBeUndefined();
  });

  it('answers at once for a name of a million letters', () => {
    expect(nearest('x'.repeat(1_000_000), ['profile'])).toBeUndefined();
  });
});

describe('didYouMean', () => {
  it('is empty when nothing is near', () => {
    expect(didYouMean('gnre', ['genre'], 'v:')).toBe('; did you mean v:genre?');
    expect(didYouMean('zzz', ['genre'])).toBe('');
  });
});
