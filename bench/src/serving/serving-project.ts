import type { FeatureValue, Snapshot } from '@larder/registry';
import {
  bool,
  buildSnapshot,
  compileDefinitions,
  entity,
  every,
  featureService,
  featureView,
  float64,
  instantFromMillis,
  int32,
  int64,
  parquet,
  string,
} from '@larder/registry';

/**
 * The project that the serving benches read: five views of ten features each for one entity, about 95 bytes of values a row.
 * Values are a function of entity and view, so that every answer can be checked.
 */
export const VIEWS = 5;

const user = entity('user', { joinKeys: { user_id: string() } });
const events = parquet('data/*.parquet', { name: 'events', eventTime: 'ts' });

const views = Array.from({ length: VIEWS }, (_, index) =>
  featureView(`activity_${index}`, {
    entities: [user],
    source: events,
    features: {
      [`watch_seconds_${index}`]: float64(),
      [`mean_rating_${index}`]: float64(),
      [`completion_${index}`]: float64(),
      [`affinity_${index}`]: float64(),
      [`watch_count_${index}`]: int64(),
      [`last_item_${index}`]: int64(),
      [`sessions_${index}`]: int32(),
      [`genre_${index}`]: string(),
      [`device_${index}`]: string(),
      [`subscribed_${index}`]: bool(),
    },
    cadence: every('1h'),
    ttl: '1d',
  }),
);

export const ONE_VIEW = 'one_view';
export const FIVE_VIEWS = 'five_views';

/** Services `one_view` (10 features) and `five_views` (50). */
export const servingSnapshot: Snapshot = buildSnapshot(
  compileDefinitions({
    project: 'bench',
    objects: [featureService(ONE_VIEW, views.slice(0, 1)), featureService(FIVE_VIEWS, views)],
  }),
  undefined,
).snapshot;

/** Ids as services give them to their users: 12 characters. */
export function userId(entityNumber: number): string {
  return `u${(entityNumber * 2_654_435_761).toString(36).padStart(11, '0').slice(-11)}`;
}

const GENRES = ['drama', 'comedy', 'thriller', 'documentary', 'animation'];
const DEVICES = ['television', 'phone', 'tablet'];

/** The values of a row, in stored order. */
export function rowValues(entityNumber: number, view: number): FeatureValue[] {
  const seed = entityNumber * VIEWS + view;
  return [
    seed * 1.25,
    1 + (seed % 400) / 100,
    (seed % 1000) / 1000,
    -1 / (seed + 1),
    BigInt(seed % 5000),
    BigInt(100_000 + seed),
    seed % 300,
    GENRES[seed % GENRES.length] ?? '',
    DEVICES[seed % DEVICES.length] ?? '',
    seed % 2 === 0,
  ];
}

const HOUR_MS = 3_600_000;

/** Event time of all rows: the full hour before the last one. */
export const rowTime = instantFromMillis((Math.floor(Date.now() / HOUR_MS) - 1) * HOUR_MS);
