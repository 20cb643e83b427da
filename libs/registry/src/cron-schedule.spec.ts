import { CronExpressionParser } from 'cron-parser';
import fc from 'fast-check';
import { createCronSchedule, problemWithCron } from './cron-schedule.js';

const at = (text: string): number => Date.parse(text);
const iso = (millis: number | undefined): string | undefined =>
  millis === undefined ? undefined : new Date(millis).toISOString().replace('.000Z', 'Z');

describe('problemWithCron', () => {
  it.each(['* * * * *', '0 5 * * *', '*/15 0-6,22 1,15 jan-mar MON-fri', '0 0 29 2 *', '0 0 ? * 7', ' 0  5 * * 1 '])(
    'accepts %j',
    (expression) => {
      expect(problemWithCron(expression, 'UTC')).toBeUndefined();
    },
  );

  it.each([
    ['nothing', ''],
    ['four fields', '0 5 * *'],
    ['seconds', '30 0 5 * * *'],
    ['a nickname', '@daily'],
    ['chance', 'H * * * *'],
    ['last days', '0 0 L * *'],
    ['nth weekdays', '0 0 * * 1#2'],
    ['minute 60', '60 * * * *'],
    ['month 0', '0 0 1 0 *'],
    ['31 February', '0 0 31 2 *'],
    ['an unknown name', '0 0 * * moo'],
    ['an empty range', '5-1 * * * *'],
    ['a step of zero', '*/0 * * * *'],
    ['a second line', '0 5 * * *\n0 6 * * *'],
  ])('refuses %s: %j', (_what, expression) => {
    expect(problemWithCron(expression, 'UTC')).toMatch(/^not a cron expression/);
    expect(() => createCronSchedule(expression, 'UTC')).toThrow(expect.objectContaining({ code: 'INVALID_ARGUMENT' }));
  });

  it('refuses an unknown zone', () => {
    expect(problemWithCron('* * * * *', 'local')).toMatch(/^unknown time zone/);
  });
});

const field = (min: number, max: number): fc.Arbitrary<string> =>
  fc.oneof(
    fc.constant('*'),
    fc.integer({ min, max }).map(String),
    fc.integer({ min: 1, max: Math.max(2, Math.floor((max - min) / 2)) }).map((step) => `*/${step}`),
    fc.uniqueArray(fc.integer({ min, max }), { minLength: 1, maxLength: 3 }).map((list) => list.join(',')),
    fc.tuple(fc.integer({ min, max }), fc.integer({ min, max })).map(([a, b]) => `${Math.min(a, b)}-${Math.max(a, b)}`),
  );
const expressions = fc
  .tuple(field(0, 59), field(0, 23), field(1, 28), field(1, 12), field(0, 6))
  .map((fields) => fields.join(' '));
const moments = fc.integer({ min: at('1960-01-01T00:00:00Z'), max: at('2060-01-01T00:00:00Z') });

describe('createCronSchedule', () => {
  it('ticks when cron-parser does, in a zone without clock changes', () => {
    fc.assert(
      fc.property(expressions, moments, (expression, moment) => {
        const schedule = createCronSchedule(expression, 'UTC');
        const other = CronExpressionParser.parse(expression, { tz: 'UTC', currentDate: moment });
        const [next] = schedule.ticksAfter(moment, moment + 9 * 366 * 86_400_000);
        expect(iso(next)).toBe(iso(other.next().getTime()));
        const back = CronExpressionParser.parse(expression, { tz: 'UTC', currentDate: moment + 1 });
        expect(iso(schedule.lastTick(moment))).toBe(iso(back.prev().getTime()));
      }),
      { numRuns: 60 },
    );
  });

  it('has the same ticks wherever the search begins', () => {
    const zones = fc.constantFrom('Europe/Berlin', 'America/Sao_Paulo', 'Australia/Lord_Howe', 'Pacific/Apia');
    const changes = fc.constantFrom('2026-03-29', '2026-10-25', '2011-12-30', '2018-11-04', '2026-04-05', '2026-10-04');
    const offsets = fc.integer({ min: -48 * 3600, max: 48 * 3600 });
    const daily = fc.tuple(field(0, 59), field(0, 23)).map(([minute, hour]) => `${minute} ${hour} * * *`);
    fc.assert(
      fc.property(daily, zones, changes, offsets, (expression, zone, change, offset) => {
        const schedule = createCronSchedule(expression, zone);
        const middle = at(`${change}T00:00:00Z`);
        const all = [...schedule.ticksAfter(middle - 5 * 86_400_000, middle + 5 * 86_400_000)];
        const moment = middle + offset * 1000;
        expect(schedule.lastTick(moment)).toBe(all.findLast((tick) => tick <= moment));
        const later = [...schedule.ticksAfter(moment, middle + 5 * 86_400_000)];
        expect(later).toEqual(all.filter((tick) => tick > moment));
        expect(all).toEqual([...new Set(all)].sort((a, b) => a - b));
      }),
      { numRuns: 60 },
    );
  });

  it('ticks once on the day whose hour is jumped over, and once where it comes twice', () => {
    const schedule = createCronSchedule('30 2 * * *', 'Europe/Berlin');
    const ticks = (from: string, to: string) => [...schedule.ticksAfter(at(from), at(to))].map(iso);
    expect(ticks('2026-03-28T12:00:00Z', '2026-03-30T12:00:00Z')).toEqual([
      '2026-03-29T01:30:00Z',
      '2026-03-30T00:30:00Z',
    ]);
    expect(ticks('2026-10-24T12:00:00Z', '2026-10-26T12:00:00Z')).toEqual([
      '2026-10-25T00:30:00Z',
      '2026-10-26T01:30:00Z',
    ]);
  });

  it('ticks every hour when it is to, clock change or not', () => {
    const schedule = createCronSchedule('0 * * * *', 'Europe/Berlin');
    for (const day of ['2026-03-29', '2026-10-25']) {
      const from = at(`${day}T00:00:00Z`);
      const ticks = [...schedule.ticksAfter(from - 1, from + 5 * 3_600_000)];
      expect(ticks.map((tick) => tick - from)).toEqual([0, 1, 2, 3, 4, 5].map((hour) => hour * 3_600_000));
    }
  });

  it('finds 29 February eight years back', () => {
    expect(iso(createCronSchedule('0 0 29 2 *', 'UTC').lastTick(at('1904-02-28T23:59:59Z')))).toBe(
      '1896-02-29T00:00:00Z',
    );
  });
});
