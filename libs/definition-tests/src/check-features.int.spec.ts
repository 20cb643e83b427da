import {
  bytes,
  count,
  date,
  decimal,
  entity,
  every,
  featureView,
  float32,
  float64,
  int64,
  json,
  last,
  list,
  mean,
  parquet,
  push,
  sqlSource,
  string,
  sum,
  timestamp,
} from '@larder/registry';
import { checkFeatures, expectFeatures, openFeatureChecker } from './index.js';

const user = entity('user', { joinKeys: { user_id: int64() } });
const events = parquet('nowhere/events/*.parquet', { name: 'events', eventTime: 'at', createdTime: 'written_at' });
const activity = featureView('activity', {
  entities: [user],
  source: events,
  features: { watched: count({ window: '2d' }), seconds: sum('seconds', float64(), { window: '2d' }) },
  filter: "kind = 'watch'",
  cadence: every('1h'),
});
const profile = featureView('profile', {
  entities: [user],
  source: push('profiles', { history: parquet('nowhere/kept.parquet', { name: 'kept_profiles', eventTime: 'at' }) }),
  features: { segment: string({ default: 'new' }), score: float32() },
  cadence: every('1h'),
  ttl: '3d',
});

const row = (at: string, more: object = {}) => ({
  user_id: 1,
  at,
  written_at: at,
  kind: 'watch',
  seconds: 1.5,
  ...more,
});
const EVENTS = [
  row('2026-05-01T00:00:00Z'),
  row('2026-05-02T00:00:00Z'),
  row('2026-05-02T00:00:00Z', { kind: 'pause' }),
  row('2026-05-02T12:00:00Z', { written_at: '2026-05-04T00:00:00Z', seconds: 10 }),
];

describe('checkFeatures', () => {
  it('computes what training would: windows, filters, and nothing that was not known yet', async () => {
    const keys = { user_id: 1 };
    expect(
      await checkFeatures({
        objects: [activity],
        sources: { events: EVENTS },
        expect: [
          { keys, at: '2026-05-03T00:00:00Z', features: { watched: 1, seconds: 1.5 } },
          { keys, at: '2026-05-04T00:00:00Z', features: { watched: 1, seconds: 10 } },
          {
            keys: { user_id: 2n },
            at: new Date('2026-05-03T00:00:00Z'),
            features: { watched: null, 'activity:seconds': null },
          },
        ],
      }),
    ).toEqual([]);
  });

  it('says what differs, by expectation and feature', async () => {
    const differences = await checkFeatures({
      objects: [activity, profile],
      now: '2026-05-03T00:00:00Z',
      sources: {
        events: EVENTS,
        profiles: [{ user_id: 1, at: '2026-04-01T00:00:00Z', segment: 'casual', score: 0.1 }],
      },
      expect: [
        { keys: { user_id: 1 }, features: { watched: 7, segment: 'casual', score: null } },
        { keys: { user_id: 1 }, at: '2026-04-02T00:00:00Z', features: { segment: 'casual', score: 0.1 } },
      ],
    });
    const head = { expectation: 0, keys: { user_id: 1 }, at: '2026-05-03T00:00:00Z' };
    expect(differences).toEqual([
      { ...head, feature: 'activity:watched', expected: 7, got: 1 },
      { ...head, feature: 'profile:segment', expected: 'casual', got: 'new' },
    ]);
  });

  it('takes values of every type', async () => {
    const all = featureView('all', {
      entities: [user],
      source: parquet('all.parquet', { eventTime: 'at' }),
      features: {
        whole: int64(),
        raw: bytes(),
        day: date(),
        digits: decimal(),
        seen: timestamp(),
        document: json(),
        names: list(string()),
        times: list(timestamp()),
        numbers: list(int64()),
        genre: last('the genre', string()),
      },
      cadence: every('1h'),
    });
    const values = {
      whole: 2n ** 60n + 1n,
      raw: new Uint8Array([1, 2, 255]),
      day: '2026-05-01',
      digits: '12.50',
      seen: new Date('2026-05-01T10:00:00.123Z'),
      document: { b: [1, null], a: 'x' },
      names: ['a', ''],
      times: ['2026-05-01T10:00:00.000001Z'],
      numbers: [1, 2n ** 62n],
    };
    const check = (features: object) =>
      checkFeatures({
        objects: [all],
        now: '2026-05-02T00:00:00Z',
        sources: { all: [{ user_id: 1, at: '2026-05-01T00:00:00Z', ...values, 'the genre': 'drama' }] },
        expect: [{ keys: { user_id: 1 }, features: { ...values, genre: 'drama', ...features } }],
      });
    expect(await check({})).toEqual([]);
    expect(await check({ whole: 2n ** 60n })).toHaveLength(1);
    expect((await check({ document: { a: 'x' }, names: ['a'], numbers: [1, 2] })).map((each) => each.feature)).toEqual([
      'all:document',
      'all:names',
      'all:numbers',
    ]);
  });

  it('runs the query of a SQL source over the rows of what it reads', async () => {
    const view = featureView('long_watches', {
      entities: [user],
      source: sqlSource('watches', {
        query: `SELECT user_id, "at", written_at, seconds / 60 AS minutes FROM {events} WHERE kind = 'watch'`,
        reads: [events],
        eventTime: 'at',
        createdTime: 'written_at',
      }),
      features: { minutes: mean('minutes', { window: '7d' }) },
      cadence: every('1h'),
    });
    const input = {
      objects: [view],
      now: '2026-05-03T00:00:00Z',
      expect: [{ keys: { user_id: 1 }, features: { minutes: 2 } }],
    };
    expect(
      await checkFeatures({ ...input, sources: { events: [row('2026-05-02T00:00:00Z', { seconds: 120 })] } }),
    ).toEqual([]);
    await expect(checkFeatures({ ...input, sources: { watches: [] } })).rejects.toThrow(
      'sources.watches: is a SQL source; give the rows of what it reads: events',
    );
  });

  it('refuses a case that is wrong, with everything that is', async () => {
    const { written_at: _left, ...incomplete } = row('2026-05-01T00:00:00Z', { user_id: 'one' });
    await expect(
      checkFeatures({
        objects: [activity, profile],
        sources: { events: [incomplete], evnts: [] },
        expect: [
          { keys: {}, at: 'yesterday', features: { watchd: 1 } },
          { keys: {}, features: { watched: 'many', segment: 'x' } },
        ],
      }),
    ).rejects.toMatchObject({
      code: 'INVALID_ARGUMENT',
      details: {
        problems: [
          { path: 'expect[0].features.watchd', message: 'is no feature of the definitions; did you mean watched?' },
          expect.objectContaining({ path: 'expect[0].at' }),
          { path: 'expect[1].features.watched', message: '"many" is no int64' },
          { path: 'expect[1].keys.user_id', message: 'is missing' },
          { path: 'expect[1].at', message: 'is missing; expected a time here, or `now` of the case' },
          {
            path: 'sources.evnts',
            message: 'is no source of the definitions; there are events, kept_profiles, profiles',
          },
          {
            path: 'sources.events.written_at',
            message:
              'is missing: no row has this column, which is the created time; the rows have user_id, at, kind, seconds',
          },
          { path: 'sources.events[0].user_id', message: '"one" is no int64' },
          { path: 'sources.kept_profiles', message: 'has no rows, and the expected features need it; [] means none' },
        ],
      },
    });
  });

  it('takes no rows for what they are', async () => {
    const checker = await openFeatureChecker();
    const check = (segment: string) =>
      checker.check({
        objects: [profile],
        sources: { profiles: [] },
        expect: [{ keys: { user_id: 1 }, at: '2026-05-01T00:00:00Z', features: { segment } }],
      });
    expect([await check('new'), (await check('old')).length]).toEqual([[], 1]);
    await checker.close();
  });
});

describe('expectFeatures', () => {
  it('fails a test with a line per difference', async () => {
    await expect(
      expectFeatures({
        name: 'nobody',
        objects: [activity],
        sources: { events: [] },
        expect: [{ keys: { user_id: 1 }, at: '2026-05-01T00:00:00Z', features: { watched: 1 } }],
      }),
    ).rejects.toThrow(
      'nobody: features are not as expected\n  activity:watched of user_id=1 at 2026-05-01T00:00:00Z: expected 1, got null',
    );
  });
});
