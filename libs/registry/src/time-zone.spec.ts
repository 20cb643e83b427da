import fc from 'fast-check';
import { createTimeZone, problemWithTimeZone } from './time-zone.js';

const HOUR_MS = 3_600_000;
const utc = (text: string): number => Date.parse(`${text}Z`);

describe('problemWithTimeZone', () => {
  it.each(['UTC', 'Europe/Berlin', 'Etc/GMT+5', 'America/Argentina/Buenos_Aires'])('accepts %s', (name) => {
    expect(problemWithTimeZone(name)).toBeUndefined();
  });

  it.each(['', 'local', 'system', 'default', '+02:00', 'UTC+2', 'Mars/Olympus', ' UTC', 'Europe/Berlin;'])(
    'refuses %j, which is unknown or means another zone on another machine',
    (name) => {
      expect(problemWithTimeZone(name)).toMatch(/^unknown time zone/);
      expect(() => createTimeZone(name)).toThrow(expect.objectContaining({ code: 'INVALID_ARGUMENT' }));
    },
  );
});

describe('createTimeZone', () => {
  it('reads wall clocks as the platform does', () => {
    const zones = fc.constantFrom('UTC', 'Europe/Berlin', 'America/Sao_Paulo', 'Australia/Lord_Howe', 'Asia/Kathmandu');
    const millis = fc.integer({ min: utc('1950-01-01T00:00:00'), max: utc('2050-01-01T00:00:00') });
    fc.assert(
      fc.property(zones, millis, (name, any) => {
        const moment = any - (((any % 1000) + 1000) % 1000);
        const zone = createTimeZone(name);
        const shown = new Intl.DateTimeFormat('sv-SE', { timeZone: name, dateStyle: 'short', timeStyle: 'medium' });
        expect(new Date(zone.wallFromMillis(moment)).toISOString().slice(0, 19)).toBe(
          shown.format(moment).replace(' ', 'T'),
        );
        expect(zone.millisFromWall(zone.wallFromMillis(moment))).toContain(moment);
      }),
    );
  });

  it('gives both moments of a time that comes twice', () => {
    const zone = createTimeZone('Europe/Berlin');
    const first = utc('2026-10-25T00:30:00');
    expect(zone.millisFromWall(utc('2026-10-25T02:30:00'))).toEqual([first, first + HOUR_MS]);
  });

  it('moves a time that is jumped over behind the jump', () => {
    const zone = createTimeZone('Europe/Berlin');
    expect(zone.millisFromWall(utc('2026-03-29T02:30:00'))).toEqual([utc('2026-03-29T01:30:00')]);
    const samoa = createTimeZone('Pacific/Apia');
    expect(samoa.millisFromWall(utc('2011-12-30T12:00:00'))).toEqual([utc('2011-12-30T22:00:00')]);
  });
});
