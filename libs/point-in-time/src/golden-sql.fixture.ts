import type { FeatureSelection, FeatureViewSpec, ResolvedView, Snapshot } from '@larder/registry';
import {
  alias,
  approxCountDistinct,
  buildSnapshot,
  compileDefinitions,
  count,
  countDistinct,
  cron,
  entity,
  every,
  featureService,
  featureView,
  first,
  float64,
  int64,
  last,
  lastN,
  max,
  mean,
  onPush,
  parquet,
  parseInstant,
  push,
  quantile,
  resolveFeatures,
  sqlSource,
  stddev,
  string,
  sum,
  topK,
  tumbling,
  variance,
} from '@larder/registry';
import type { SourceContext } from './source-context.js';
import type { SpineRelation } from './spine.js';

const user = entity('user', { joinKeys: { user_id: int64() } });
const airport = entity('airport', { joinKeys: { airport: string() } });

const profiles = parquet('profiles/*.parquet', {
  name: 'profiles',
  eventTime: 'updated_at',
  createdTime: 'ingested_at',
  trustedHistoryBefore: '2024-01-01T00:00:00Z',
  tombstone: 'deleted',
});
const watches = parquet('watches.parquet', { name: 'watches', eventTime: 'watched_at' });
const lateWatches = parquet('late_watches.parquet', {
  name: 'late_watches',
  eventTime: 'watched_at',
  createdTime: 'ingested_at',
});
const trips = sqlSource('trips', {
  query: "SELECT airport, day, delay FROM {flights} WHERE status <> '{flights}'",
  reads: [parquet('flights.parquet', { name: 'flights', eventTime: 'day' })],
  eventTime: 'day',
});

const profile = featureView('profile', {
  entities: [user],
  source: profiles,
  features: { segment: string({ default: "it's new" }), score: float64({ column: 'raw_score' }), points: int64() },
  cadence: every('1h'),
  ttl: '30d',
  filter: "country = 'DE' OR country IS NULL",
  onStale: 'null',
});
const activity = featureView('activity', {
  entities: [user],
  source: watches,
  features: {
    watches_7d: count({ window: '7d' }),
    watches_30d: count({ window: '30d' }),
    seconds_7d: sum('seconds', int64(), { window: '7d', default: 0 }),
  },
  cadence: every('1h'),
});
const lateActivity = featureView('late_activity', {
  entities: [user],
  source: lateWatches,
  features: { late_watches_7d: count({ window: '7d' }), late_seconds_7d: mean('seconds', { window: '7d' }) },
  cadence: every('1h'),
});
const ratings = featureView('ratings', {
  entities: [user],
  source: watches,
  features: { rating_7d: mean('rating', { window: '7d' }), best_30d: max('rating', float64(), { window: '30d' }) },
  cadence: every('1h'),
});
const lateRatings = featureView('late_ratings', {
  entities: [user],
  source: lateWatches,
  features: {
    late_rating_7d: mean('rating', { window: '7d' }),
    late_best_1d: max('rating', float64(), { window: '1d' }),
  },
  cadence: every('1h'),
});
const mixed = {
  genres_7d: countDistinct('genre', { window: '7d' }),
  genres_about: approxCountDistinct('genre', { window: tumbling('1d') }),
  seconds_stddev: stddev('seconds', { window: 'lifetime', filter: "genre <> 'news'" }),
  rating_variance_7d: variance('rating', { window: '7d' }),
  first_genre: first('genre', string(), { window: '7d', filter: 'seconds > 60' }),
  last_genre: last('genre', string(), { window: 'lifetime' }),
  last_genres: lastN('genre', string(), { n: 5, window: '7d' }),
  rating_median: quantile('rating', 0.5, { window: '7d' }),
  top_genres: topK('genre', string(), { k: 3, window: tumbling('1d') }),
};
const habits = featureView('habits', { entities: [user], source: watches, features: mixed, cadence: every('1h') });
const lateHabits = featureView('late_habits', {
  entities: [user],
  source: lateWatches,
  features: mixed,
  cadence: every('1h'),
});
const delays = featureView('delays', {
  entities: [airport],
  source: trips,
  features: { delay: float64() },
  cadence: cron('0 5 * * *', 'Europe/Berlin'),
  delay: '10m',
  accuracy: 'snapshot',
});
const lastWatch = featureView('last_watch', {
  entities: [user],
  source: push('watch_events', { history: watches }),
  features: { genre: string() },
  cadence: onPush(),
});
const roles = featureService('roles', [
  alias(delays, 'origin', { joinKeys: { airport: 'origin_airport' } }),
  alias(delays, 'destination', { joinKeys: { airport: 'destination_airport' } }),
]);

/** Views of every kind, as the golden SQL has them. */
export const goldenSnapshot: Snapshot = buildSnapshot(
  compileDefinitions({
    project: 'golden',
    objects: [profile, activity, lateActivity, ratings, lateRatings, habits, lateHabits, lastWatch, roles],
  }),
  undefined,
).snapshot;

const WATCH_TYPES = {
  user_id: 'INTEGER',
  watched_at: 'TIMESTAMP WITH TIME ZONE',
  seconds: 'INTEGER',
  rating: 'FLOAT',
  genre: 'VARCHAR',
};

/** Files and types of the golden views' sources. */
export const goldenContext: SourceContext = {
  snapshot: goldenSnapshot,
  files: new Map([
    ['profiles', ['/data/profiles/1.parquet', '/data/profiles/2.parquet']],
    ['watches', ['/data/watches.parquet']],
    ['late_watches', ['/data/late_watches.parquet']],
    ['flights', ['/data/flights.parquet']],
  ]),
  columnTypes: new Map(
    Object.entries({
      profiles: {
        user_id: 'BIGINT',
        updated_at: 'TIMESTAMP',
        ingested_at: 'TIMESTAMP',
        deleted: 'BOOLEAN',
        segment: 'VARCHAR',
        raw_score: 'FLOAT',
        points: 'BIGINT',
      },
      watches: WATCH_TYPES,
      late_watches: { ...WATCH_TYPES, ingested_at: 'TIMESTAMP' },
      trips: { airport: 'VARCHAR', day: 'DATE', delay: 'DOUBLE' },
    }).map(([source, types]) => [source, new Map(Object.entries(types))]),
  ),
  rowCounts: new Map([
    ['profiles', 10_000_000],
    ['watches', 10_000_000],
    ['late_watches', 10_000_000],
  ]),
};

/** A spine of a hundred rows with a user, two airports and a label. */
export const goldenSpine: SpineRelation = {
  sql: "SELECT * FROM read_parquet('/data/spine.parquet')",
  columns: [
    { name: 'user_id', type: 'INTEGER' },
    { name: 'origin_airport', type: 'VARCHAR' },
    { name: 'destination_airport', type: 'VARCHAR' },
    { name: 'asked_at', type: 'TIMESTAMP' },
    { name: 'label', type: 'INTEGER' },
  ],
  timestampColumn: 'asked_at',
  rows: 100,
  minTime: parseInstant('2024-06-01T00:00:00Z'),
  maxTime: parseInstant('2024-06-02T00:00:00Z'),
};

/** A view of the golden snapshot. */
export function goldenView(viewName: string): FeatureViewSpec {
  const view = goldenSnapshot.featureViews.find((each) => each.name === viewName);
  if (view === undefined) throw new Error(`no view ${viewName}`);
  return view;
}

/** All features of a golden view, or a service's. */
export function goldenFeatures(viewOrService: string): ResolvedView[] {
  const isService = goldenSnapshot.featureServices.some((each) => each.name === viewOrService);
  const selection: FeatureSelection = isService
    ? { featureService: viewOrService }
    : { features: goldenView(viewOrService).features.map((feature) => `${viewOrService}:${feature.name}`) };
  return resolveFeatures(goldenSnapshot, selection, { fullFeatureNames: isService });
}
