import fc from 'fast-check';
import { formatDurationSeconds, MAX_DURATION_SECONDS, parseDurationSeconds } from './duration.js';

describe('parseDurationSeconds', () => {
  it.each([
    ['90s', 90],
    ['15m', 900],
    ['6h', 21_600],
    ['30d', 2_592_000],
    ['2w', 1_209_600],
    ['36600d', MAX_DURATION_SECONDS],
  ])('reads %s', (text, seconds) => {
    expect(parseDurationSeconds(text)).toBe(seconds);
  });

  it.each(['', '0s', '-1h', '1.5h', '1 h', '1H', 'h', '1', '1y', '36601d', '99999999999s', '1e3s', '1h30m'])(
    'refuses %j',
    (text) => {
      expect(() => parseDurationSeconds(text)).toThrow(expect.objectContaining({ code: 'INVALID_ARGUMENT' }));
    },
  );

  it('reads what formatDurationSeconds writes', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: MAX_DURATION_SECONDS }), (seconds) => {
        expect(parseDurationSeconds(formatDurationSeconds(seconds))).toBe(seconds);
      }),
    );
  });
});

describe('formatDurationSeconds', () => {
  it.each([
    [0, '0s'],
    [1, '1s'],
    [60, '1m'],
    [90, '90s'],
    [5400, '90m'],
    [86_400, '1d'],
    [1_209_600, '14d'],
  ])('writes %d as %s', (seconds, text) => {
    expect(formatDurationSeconds(seconds)).toBe(text);
  });
});
