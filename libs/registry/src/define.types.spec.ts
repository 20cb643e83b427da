import type { FullValuesOf, Instant, JsonValue, KeysOf, ValuesOf } from './index.js';
import {
  alias,
  approxCountDistinct,
  bytes,
  count,
  countDistinct,
  date,
  decimal,
  entity,
  every,
  featureService,
  featureView,
  first,
  float64,
  int32,
  int64,
  json,
  last,
  lastN,
  list,
  max,
  mean,
  onPush,
  parquet,
  push,
  quantile,
  stddev,
  string,
  sum,
  timestamp,
  topK,
  tumbling,
  variance,
} from './index.js';

/**
 * What a client's answer looks like follows from the definitions. The compiler is the test: `expectTypes<Equal<A, B>>()` is
 * an error unless A is exactly B, and `@ts-expect-error` is one unless the next line has an error.
 */

type Equal<A, B> = (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false;

function expectTypes<_T extends true>(): void {
  expect(true).toBe(true);
}

const user = entity('user', { joinKeys: { user_id: string() } });
const airport = entity('airport', { joinKeys: { airport: string() } });
const slot = entity('slot', { joinKeys: { day: date(), at: timestamp(), gate: int32(), flight: int64() } });
const events = parquet('data/events/*.parquet', { eventTime: 'at' });

const userProfile = featureView('user_profile', {
  entities: [user],
  source: events,
  features: { user_segment: string(), age: int32() },
  cadence: every('1d'),
});
const watchActivity = featureView('watch_activity', {
  entities: [user],
  source: events,
  features: { watch_count_30d: count({ window: '30d', default: 0 }) },
  cadence: every('1h'),
  ttl: '6h',
});
const lastWatched = featureView('last_watched', {
  entities: [user],
  source: push('watch_events', { history: events }),
  features: { last_genre: last('genre', string()) },
  cadence: onPush(),
});
const traffic = featureView('traffic', {
  entities: [airport],
  source: events,
  features: { departures: count({ window: '1d' }), delay: mean('delay', { window: '1d' }) },
  cadence: every('1h'),
});
const recommender = featureService('recommender', [userProfile.user_segment, watchActivity, lastWatched]);

describe('the types of a service', () => {
  it('are its features by short name, and null', () => {
    expectTypes<
      Equal<
        ValuesOf<typeof recommender>,
        {
          readonly user_segment: string | null;
          readonly watch_count_30d: bigint | null;
          readonly last_genre: string | null;
        }
      >
    >();
    const values: { user_segment: string | null; watch_count_30d: bigint | null; last_genre: string | null } =
      {} as ValuesOf<typeof recommender>;
    expect(values).toBeDefined();
  });

  it('are its features by full name, and null', () => {
    expectTypes<
      Equal<
        FullValuesOf<typeof recommender>,
        {
          readonly user_profile__user_segment: string | null;
          readonly watch_activity__watch_count_30d: bigint | null;
          readonly last_watched__last_genre: string | null;
        }
      >
    >();
  });

  it('are its join keys', () => {
    expectTypes<Equal<KeysOf<typeof recommender>, { readonly user_id: string }>>();
    const keys: { user_id: string } = {} as KeysOf<typeof recommender>;
    expect(keys).toBeDefined();
  });

  it('have the join keys of all views', () => {
    const both = featureService('both', [watchActivity, traffic]);
    expectTypes<Equal<KeysOf<typeof both>, { readonly user_id: string; readonly airport: string }>>();
    const seats = featureView('seats', {
      entities: [slot, airport],
      source: events,
      features: { free: int32() },
      cadence: every('1h'),
    });
    expectTypes<
      Equal<
        KeysOf<typeof seats>,
        {
          readonly day: string;
          readonly at: Instant;
          readonly gate: number;
          readonly flight: bigint;
          readonly airport: string;
        }
      >
    >();
  });

  it('know its name', () => {
    expectTypes<Equal<(typeof recommender)['name'], 'recommender'>>();
  });

  it('know nothing else', () => {
    const values = {} as ValuesOf<typeof recommender>;
    // @ts-expect-error the service has user_segment only
    expect(values.age).toBeUndefined();
    // @ts-expect-error a short name is no full name
    expect(values.user_profile__user_segment).toBeUndefined();
  });
});

describe('the types of a role', () => {
  const origin = alias(traffic, 'origin', { joinKeys: { airport: 'origin' } });
  const destination = alias(traffic, 'destination', { joinKeys: { airport: 'destination' }, features: ['delay'] });

  it('have the join keys of the request and the names of the role', () => {
    const service = featureService('one', [origin]);
    expectTypes<Equal<KeysOf<typeof service>, { readonly origin: string }>>();
    expectTypes<
      Equal<ValuesOf<typeof service>, { readonly departures: bigint | null; readonly delay: number | null }>
    >();
    expectTypes<
      Equal<
        FullValuesOf<typeof service>,
        { readonly origin__departures: bigint | null; readonly origin__delay: number | null }
      >
    >();
  });

  it('have no value for a short name that two roles share', () => {
    const service = featureService('two', [origin, destination, userProfile.age]);
    expectTypes<
      Equal<KeysOf<typeof service>, { readonly origin: string; readonly destination: string; readonly user_id: string }>
    >();
    expectTypes<
      Equal<
        ValuesOf<typeof service>,
        { readonly departures: bigint | null; readonly delay: never; readonly age: number | null }
      >
    >();
    expectTypes<
      Equal<
        FullValuesOf<typeof service>,
        {
          readonly origin__departures: bigint | null;
          readonly origin__delay: number | null;
          readonly destination__delay: number | null;
          readonly user_profile__age: number | null;
        }
      >
    >();
  });

  it('keep join keys that are not mapped', () => {
    const route = entity('route', { joinKeys: { from: string(), to: int64() } });
    const routes = featureView('routes', {
      entities: [route],
      source: events,
      features: { n: int64() },
      cadence: onPush(),
    });
    const back = alias(routes, 'back', { joinKeys: { from: 'to', to: 'from' } });
    const half = alias(routes, 'half', { joinKeys: { from: 'start' } });
    expectTypes<Equal<KeysOf<typeof back>, { readonly to: string; readonly from: bigint }>>();
    expectTypes<Equal<KeysOf<typeof half>, { readonly start: string; readonly to: bigint }>>();
  });

  it('refuse what the view does not have', () => {
    // @ts-expect-error traffic has no join key user_id
    expect(alias(traffic, 'a', { joinKeys: { user_id: 'x' } })).toBeDefined();
    // @ts-expect-error traffic has no join key user_id
    expect(alias(traffic, 'a', { joinKeys: { airport: 'x', user_id: 'x' } })).toBeDefined();
    // @ts-expect-error traffic has no feature age
    expect(alias(traffic, 'a', { joinKeys: {}, features: ['age'] })).toBeDefined();
  });
});

describe('the types of features', () => {
  it('follow from columns and aggregates', () => {
    const all = featureView('all', {
      entities: [user],
      source: events,
      features: {
        blob: bytes(),
        at: timestamp(),
        day: date(),
        amount: decimal(),
        document: json(),
        tags: list(string()),
        ints: list(int64()),
        total: sum('x', int64(), { window: '1d' }),
        ratio: sum('x', float64(), { window: '1d' }),
        newest: max('at', timestamp(), { window: '1d' }),
        renamed: last('Genre', string(), { default: 'none' }),
        windowed: last('Genre', string(), { window: '1d', default: 'none' }),
        earliest: first('at', timestamp(), { window: tumbling('1d') }),
        different: countDistinct('genre', { window: 'lifetime', filter: 'x > 1', default: 0 }),
        about: approxCountDistinct('genre', { window: '1d' }),
        spread: stddev('x', { window: '1d' }),
        square: variance('x', { window: '1d' }),
        recent: lastN('x', int64(), { n: 3, window: '1d', default: [1, 2n] }),
        frequent: topK('genre', string(), { k: 3, window: '1d' }),
        median: quantile('x', 0.5, { window: '1d', default: 0 }),
        quartiles: quantile('x', [0.25, 0.75], { window: '1d', default: [0, 0] }),
      },
      cadence: every('1h'),
    });
    expectTypes<
      Equal<
        ValuesOf<typeof all>,
        {
          readonly blob: Uint8Array | null;
          readonly at: Instant | null;
          readonly day: string | null;
          readonly amount: string | null;
          readonly document: JsonValue | null;
          readonly tags: readonly string[] | null;
          readonly ints: readonly bigint[] | null;
          readonly total: bigint | null;
          readonly ratio: number | null;
          readonly newest: Instant | null;
          readonly renamed: string | null;
          readonly windowed: string | null;
          readonly earliest: Instant | null;
          readonly different: bigint | null;
          readonly about: bigint | null;
          readonly spread: number | null;
          readonly square: number | null;
          readonly recent: readonly bigint[] | null;
          readonly frequent: readonly string[] | null;
          readonly median: number | null;
          readonly quartiles: readonly number[] | null;
        }
      >
    >();
  });

  it('take defaults of their own type only', () => {
    expect([
      int64({ default: 1 }),
      int64({ default: 1n }),
      string({ default: '' }),
      bytes({ default: 'AA==' }),
      timestamp({ default: '2026-01-01' }),
      json({ default: { a: [1] } }),
      list(int64(), { default: [1, 2n] }),
      count({ window: '1d', default: 0 }),
    ]).toHaveLength(8);
    // @ts-expect-error a string is no int64
    expect(int64({ default: '1' })).toBeDefined();
    // @ts-expect-error a number is no string
    expect(string({ default: 1 })).toBeDefined();
    // @ts-expect-error null is no default
    expect(float64({ default: null })).toBeDefined();
    // @ts-expect-error a string is no list
    expect(list(string(), { default: 'a' })).toBeDefined();
    // @ts-expect-error a mean is a number
    expect(mean('x', { window: '1d', default: 1n })).toBeDefined();
  });

  it('take aggregates of types that have them', () => {
    // @ts-expect-error text has no sum
    expect(sum('x', string(), { window: '1d' })).toBeDefined();
    // @ts-expect-error bytes have no order
    expect(max('x', bytes(), { window: '1d' })).toBeDefined();
    // @ts-expect-error bytes have no order to settle ties by
    expect(topK('x', bytes(), { k: 1, window: '1d' })).toBeDefined();
    // @ts-expect-error a list needs a length
    expect(lastN('x', string(), { window: '1d' })).toBeDefined();
    // @ts-expect-error one quantile has one default
    expect(quantile('x', 0.5, { window: '1d', default: [0] })).toBeDefined();
    // @ts-expect-error a period has a length
    expect(count({ window: tumbling('day') })).toBeDefined();
    // @ts-expect-error a window is a duration
    expect(count({ window: '30 days' })).toBeDefined();
    // @ts-expect-error an aggregate has a window
    expect(count({})).toBeDefined();
  });

  it('refuse misspelt options', () => {
    const options = { entities: [user], source: events, features: { a: int64() }, cadence: every('1h') } as const;
    // @ts-expect-error ttl is misspelt
    expect(featureView('x', { ...options, tll: '6h' })).toBeDefined();
    // @ts-expect-error eventTime is missing
    expect(parquet('x', {})).toBeDefined();
    // @ts-expect-error a service lists views and features
    expect(featureService('x', [user])).toBeDefined();
  });
});
