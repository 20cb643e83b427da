import fc from 'fast-check';
import { formatInstant, instantFromMicros, instantFromMillis, millisFromInstant, parseInstant } from './instant.js';

const MIN = -62_135_596_800_000_000n;
const MAX = 253_402_300_799_999_999n;
const instants = fc.bigInt({ min: MIN, max: MAX }).map(instantFromMicros);

describe('parseInstant', () => {
  it('reads what formatInstant writes, for every microsecond of years 1 to 9999', () => {
    fc.assert(
      fc.property(instants, (instant) => parseInstant(formatInstant(instant)) === instant),
      { numRuns: 2000 },
    );
    for (const edge of [MIN, MAX, 0n, -1n, 1n, -1_000_000n]) expect(parseInstant(formatInstant(edge))).toBe(edge);
  });

  it('agrees with the platform on whole milliseconds', () => {
    fc.assert(
      fc.property(fc.integer({ min: -62_135_596_800_000, max: 253_402_300_799_999 }), (millis) => {
        expect(parseInstant(new Date(millis).toISOString())).toBe(BigInt(millis) * 1000n);
      }),
    );
  });

  it('moves by exactly the zone it is given', () => {
    const zone = fc.record({ sign: fc.constantFrom('+', '-'), hours: fc.nat(23), minutes: fc.nat(59) });
    fc.assert(
      fc.property(instants, zone, (instant, { sign, hours, minutes }) => {
        const text = `${String(hours).padStart(2, '0')}:${String(minutes).padStart(2, '0')}`;
        const offset = BigInt((sign === '+' ? 1 : -1) * (hours * 60 + minutes)) * 60_000_000n;
        fc.pre(instant - offset >= MIN && instant - offset <= MAX);
        expect(parseInstant(formatInstant(instant).replace('Z', sign + text))).toBe(instant - offset);
      }),
    );
  });

  it.each([
    ['1970-01-01', 0n],
    ['1970-01-01T00:00', 0n],
    ['1970-01-01 00:00:01', 1_000_000n],
    ['1970-01-01t00:00:01z', 1_000_000n],
    [' 1970-01-01T00:00:00.1 ', 100_000n],
    ['1970-01-01T00:00:00.1234569Z', 123_456n],
    ['1969-12-31T23:59:59.999999Z', -1n],
    ['1970-01-01T02:00:00+02', 0n],
    ['1969-12-31 16:00:00 -0800', 0n],
    ['0001-01-01', MIN],
    ['0004-02-29', MIN + 1154n * 86_400_000_000n],
    ['2000-02-29', 951_782_400_000_000n],
  ])('reads %j', (text, micros) => {
    expect(parseInstant(text)).toBe(micros);
  });

  it.each([
    ['not a date', 'yesterday'],
    ['30 February', '2026-02-30'],
    ['29 February of a common year', '1900-02-29'],
    ['month 13', '2026-13-01'],
    ['day 0', '2026-01-00'],
    ['hour 24', '2026-01-01T24:00:00'],
    ['a leap second', '2016-12-31T23:59:60Z'],
    ['minute 60', '2026-01-01T00:60'],
    ['zone +24', '2026-01-01T00:00:00+24:00'],
    ['zone +01:60', '2026-01-01T00:00:00+01:60'],
    ['a date with a zone, which is an hour without its T', '2026-01-01-08'],
    ['year 0', '0000-12-31'],
    ['year 10000', '+10000-01-01'],
    ['before year 1 by its zone', '0001-01-01T00:00:00+01:00'],
    ['after year 9999 by its zone', '9999-12-31T23:59:59-01:00'],
    ['empty text', ''],
    ['seconds since the epoch', '1767225600'],
  ])('refuses %s', (_what, text) => {
    expect(() => parseInstant(text)).toThrow(expect.objectContaining({ code: 'INVALID_ARGUMENT' }));
  });
});

describe('formatInstant', () => {
  it('writes 0, 3 or 6 fraction digits', () => {
    expect(formatInstant(0n)).toBe('1970-01-01T00:00:00Z');
    expect(formatInstant(-500_000n)).toBe('1969-12-31T23:59:59.500Z');
    expect(formatInstant(1n)).toBe('1970-01-01T00:00:00.000001Z');
  });

  it.each([MIN - 1n, MAX + 1n, 2n ** 63n])('refuses %s, which no year of four digits has', (micros) => {
    expect(() => formatInstant(micros)).toThrow(/outside the years 1 to 9999/);
  });
});

describe('milliseconds', () => {
  it('are rounded down, before 1970 too', () => {
    expect(millisFromInstant(instantFromMicros(-1n))).toBe(-1);
    expect(millisFromInstant(instantFromMicros(1999n))).toBe(1);
    fc.assert(
      fc.property(instants, (instant) => {
        const rest = instant - instantFromMillis(millisFromInstant(instant));
        return rest >= 0n && rest < 1000n;
      }),
    );
  });

  it.each([Number.NaN, Number.POSITIVE_INFINITY, 1e18])('of %s are no time', (millis) => {
    expect(() => instantFromMillis(millis)).toThrow(expect.objectContaining({ code: 'INVALID_ARGUMENT' }));
  });
});
