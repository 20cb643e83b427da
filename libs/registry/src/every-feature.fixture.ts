import {
  alias,
  approxCountDistinct,
  bool,
  bytes,
  count,
  countDistinct,
  cron,
  date,
  decimal,
  entity,
  every,
  featureService,
  featureView,
  first,
  float32,
  float64,
  int32,
  int64,
  json,
  last,
  lastN,
  list,
  max,
  mean,
  min,
  onPush,
  parquet,
  push,
  quantile,
  sqlSource,
  stddev,
  string,
  sum,
  timestamp,
  topK,
  tumbling,
  variance,
} from './index.js';

/** A project that uses every word of the TypeScript form; testdata/every-feature.yaml says the same in YAML. */

export const project = 'every-feature_1';

export const user = entity('user', {
  joinKeys: { user_id: string() },
  description: 'A person',
  owner: 'growth',
  tags: { pii: 'yes', tier: '1' },
  protect: true,
  deprecated: { after: '2027-01-31', successor: 'airport', reason: 'people are airports now' },
});

export const airport = entity('airport', { joinKeys: { airport: string() } });

export const slot = entity('slot', {
  joinKeys: { day: date(), at: timestamp(), number: int32(), big: int64(), flag: bool(), code: bytes() },
});

export const events = parquet('data/2026/Watch-Events/*.parquet', {
  eventTime: 'event time',
  createdTime: 'ingested_at',
  trustedHistoryBefore: '2026-01-01T02:00+02:00',
  tombstone: 'deleted',
  description: 'What people watch',
  owner: 'growth',
  tags: { layer: 'raw' },
});

export const profiles = parquet('s3://lake/profiles/region=*/*.parquet', { name: 'profiles', eventTime: 'updated_at' });

export const flights = sqlSource('flights', {
  query: `-- one row per flight; "{profiles}" is no source here
SELECT e.*, '{profiles};' AS note, {'a': 1} AS struct FROM {watch_events} e JOIN {profiles} p USING (user_id)`,
  reads: [events, profiles],
  eventTime: 'departed_at',
  createdTime: 'landed_at',
  trustedHistoryBefore: '2020-06-01',
  tombstone: 'cancelled',
  description: 'Derived',
  owner: 'ops',
  tags: { layer: 'derived' },
});

export const clicks = push('clicks', {
  history: events,
  description: 'Pushed by the site',
  owner: 'web',
  tags: { layer: 'stream' },
});

export const profile = featureView('profile', {
  entities: [user],
  source: profiles,
  features: {
    is_member: bool({ default: false }),
    age: int32({ default: -1 }),
    visits: int64({ default: 9_007_199_254_740_993n }),
    small: int64({ default: 7n }),
    score: float32({ default: 0.1 }),
    ratio: float64({ default: Number.NaN }),
    segment: string({ default: 'new', description: 'Marketing segment', owner: 'crm', tags: { source: 'crm' } }),
    digest: bytes({ default: 'AAE=' }),
    joined_at: timestamp({ default: '2026-01-01T00:00:00.5+01:00' }),
    birthday: date({ default: '2000-02-29' }),
    balance: decimal({ default: '12.50' }),
    settings: json({ default: { theme: 'dark', sizes: [1, 2.5, null, true] } }),
    nickname: last('Nick Name', string(), { default: '' }),
    other: string({ column: 'legacy-column' }),
  },
  cadence: every('1d'),
  ttl: '2w',
  similarTo: ['lists'],
  description: 'Who the user is',
  owner: 'growth',
  tags: { stage: 'live' },
});

export const lists = featureView('lists', {
  entities: [user],
  source: profiles,
  features: {
    flags: list(bool(), { default: [true, false] }),
    small_ints: list(int32(), { default: [1] }),
    ints: list(int64(), { default: [1, 9_223_372_036_854_775_807n] }),
    floats: list(float32(), { default: [1.5] }),
    doubles: list(float64(), { default: [] }),
    genres: list(string(), { column: 'top_genres', default: ['a', 'b'] }),
    blobs: list(bytes(), { default: ['AA=='] }),
    times: list(timestamp(), { default: ['2026-01-01'] }),
    days: list(date(), { default: ['1969-12-31'] }),
    amounts: list(decimal(), { default: ['0.1'] }),
    documents: list(json(), { default: [{ a: [] }, 'x'] }),
  },
  cadence: cron('0 5 * * mon-fri', 'Europe/Berlin'),
  accuracy: 'snapshot',
  delay: '10m',
  onStale: 'default',
});

export const activity = featureView('activity', {
  entities: [user],
  source: events,
  filter: "genre <> 'news;' AND seconds > 10",
  features: {
    watch_count_30d: count({ window: '30d', default: 0, description: 'Watched titles', owner: 'a', tags: { b: 'c' } }),
    seconds_7d: sum('seconds', int64(), { window: '7d', default: 0n }),
    spent_90s: sum('spent', float64(), { window: '90s' }),
    mean_2w: mean('seconds', { window: '2w', default: 0.5 }),
    first_15m: min('at', timestamp(), { window: '15m' }),
    last_title_6h: max('title', string(), { window: '6h', default: 'none' }),
    titles_ever: countDistinct('title', { window: 'lifetime' }),
    titles_about: approxCountDistinct('title', { window: { tumbling: '1d' }, default: 0 }),
    spread: variance('seconds', { window: '1h', filter: "device <> 'test'" }),
    deviation: stddev('seconds', { window: 'lifetime' }),
    first_genre: first('genre', string(), { window: tumbling('1w') }),
    last_genre: last('genre', string(), { window: '1d', default: 'none' }),
    recent_genres: lastN('genre', string(), { n: 5, window: 'lifetime', default: ['news'] }),
    median: quantile('seconds', 0.5, { window: '1d' }),
    quartiles: quantile('seconds', [0.25, 0.5, 0.75], { window: '1d', default: [0, 0, 0] }),
    top_titles: topK('title', string(), { k: 3, window: '30d' }),
  },
  cadence: every('1h'),
  accuracy: 'temporal',
  ttl: '6h',
  onStale: 'null',
});

export const lastWatched = featureView('last_watched', {
  entities: [user],
  source: clicks,
  features: { last_genre: last('genre', string()) },
  cadence: onPush(),
  onStale: 'fail',
});

export const traffic = featureView('traffic', {
  entities: [airport],
  source: flights,
  features: { departures_24h: count({ window: '24h' }), delay_24h: mean('delay', { window: '24h' }) },
  cadence: cron('*/15 * * * *'),
});

export const seats = featureView('seats', {
  entities: [slot, airport],
  source: flights,
  features: { free: int32() },
  cadence: every('7h'),
  online: false,
});

export const recommender = featureService('recommender', [profile.segment, activity, lastWatched], {
  description: 'For the home page',
  owner: 'growth',
  tags: { model: 'v3' },
});

export const delays = featureService('delays', [
  alias(traffic, 'origin', { joinKeys: { airport: 'origin' } }),
  alias(traffic, 'destination', { joinKeys: { airport: 'destination' }, features: ['delay_24h'] }),
  traffic.departures_24h,
  traffic.delay_24h,
  profile.age,
]);

/** In no order that matters. */
export const objects = [delays, recommender, lists, seats, clicks, events, user];
