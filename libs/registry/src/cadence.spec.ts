import fc from 'fast-check';
import { cadenceTicks, formatCadence, lastTick, nextTick, problemWithCadence } from './cadence.js';
import { formatInstant, instantFromMicros, parseInstant } from './instant.js';
import type { Cadence } from './snapshot.js';

type Ticking = Exclude<Cadence, { kind: 'push' }>;

const hourly: Ticking = { kind: 'every', seconds: 3600 };
const daily: Ticking = { kind: 'cron', expression: '0 5 * * *', timeZone: 'Europe/Berlin' };
const cadences = fc.constantFrom<Ticking>(
  hourly,
  { kind: 'every', seconds: 7 * 3600 },
  { kind: 'every', seconds: 1000 },
  daily,
  { kind: 'cron', expression: '*/20 1-3 * * *', timeZone: 'America/New_York' },
);
const instants = fc.bigInt({ min: parseInstant('1960-01-01'), max: parseInstant('2050-01-01') }).map(instantFromMicros);

describe('lastTick and nextTick', () => {
  it('are neighbours: nothing ticks between them', () => {
    fc.assert(
      fc.property(cadences, instants, (cadence, at) => {
        const last = lastTick(cadence, at);
        const next = nextTick(cadence, at);
        if (last === undefined) throw new Error('expected a tick');
        expect(last <= at && at < next).toBe(true);
        expect(lastTick(cadence, last)).toBe(last);
        expect(lastTick(cadence, instantFromMicros(next - 1n))).toBe(last);
        expect(nextTick(cadence, last)).toBe(next);
        expect(cadenceTicks(cadence, at, next)).toEqual([last, next]);
      }),
      { numRuns: 100 },
    );
  });

  it.each([
    ['1969-12-31T23:59:59.999999Z', '1969-12-31T23:00:00Z'],
    ['1970-01-01', '1970-01-01T00:00:00Z'],
    ['2026-05-07T22:59:59.999999Z', '2026-05-07T22:00:00Z'],
  ])('at %s the last full hour is %s', (at, tick) => {
    expect(format(lastTick(hourly, parseInstant(at)))).toBe(tick);
    const cron: Cadence = { kind: 'cron', expression: '0 * * * *', timeZone: 'UTC' };
    expect(format(lastTick(cron, parseInstant(at)))).toBe(tick);
  });

  it('follow the time zone through the year', () => {
    expect(format(lastTick(daily, parseInstant('2026-01-10')))).toBe('2026-01-09T04:00:00Z');
    expect(format(lastTick(daily, parseInstant('2026-07-10')))).toBe('2026-07-09T03:00:00Z');
  });

  it('know no tick of a push', () => {
    expect(lastTick({ kind: 'push' }, parseInstant('2026-01-01'))).toBeUndefined();
  });

  it.each<[string, Ticking]>([
    ['a zero interval', { kind: 'every', seconds: 0 }],
    ['no interval', { kind: 'every', seconds: Number.NaN }],
    ['no cron expression', { kind: 'cron', expression: 'x', timeZone: 'UTC' }],
    ['no time zone', { kind: 'cron', expression: '0 5 * * *', timeZone: '' }],
  ])('refuse %s', (_what, cadence) => {
    const at = parseInstant('2026-01-01');
    for (const run of [() => lastTick(cadence, at), () => nextTick(cadence, at), () => cadenceTicks(cadence, at, at)]) {
      expect(run).toThrow(expect.objectContaining({ code: 'INVALID_ARGUMENT' }));
    }
  });
});

describe('cadenceTicks', () => {
  it('begins with the tick before the range and ends with it', () => {
    const ticks = cadenceTicks(hourly, parseInstant('2026-01-01T00:30'), parseInstant('2026-01-01T02:00'));
    expect(ticks.map(format)).toEqual(['2026-01-01T00:00:00Z', '2026-01-01T01:00:00Z', '2026-01-01T02:00:00Z']);
  });

  it('is empty for a range that ends before it begins', () => {
    expect(cadenceTicks(hourly, parseInstant('2026-01-01T00:30'), parseInstant('2026-01-01T00:15'))).toEqual([]);
  });

  it('refuses more than a million ticks', () => {
    const everySecond: Ticking = { kind: 'every', seconds: 1 };
    const range = [parseInstant('2026-01-01'), parseInstant('2026-02-01')] as const;
    expect(() => cadenceTicks(everySecond, ...range)).toThrow(/more than 1000000 times/);
  });
});

describe('problemWithCadence', () => {
  it('accepts an interval that does not divide a day', () => {
    expect(problemWithCadence({ kind: 'every', seconds: 7 * 3600 })).toBeUndefined();
    expect(problemWithCadence({ kind: 'push' })).toBeUndefined();
    expect(problemWithCadence(daily)).toBeUndefined();
  });

  it.each([0, -1, 1.5, Number.NaN, 1e10])('refuses every %d seconds', (seconds) => {
    expect(problemWithCadence({ kind: 'every', seconds })).toMatch(/every needs a whole number of seconds/);
  });
});

describe('formatCadence', () => {
  it.each<[Cadence, string]>([
    [hourly, 'every 1h'],
    [daily, 'cron 0 5 * * * (Europe/Berlin)'],
    [{ kind: 'push' }, 'per event'],
  ])('writes %j', (cadence, text) => {
    expect(formatCadence(cadence)).toBe(text);
  });
});

function format(instant: bigint | undefined): string | undefined {
  return instant === undefined ? undefined : formatInstant(instant);
}
