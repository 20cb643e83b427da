import {
  count,
  entity,
  every,
  featureService,
  featureView,
  last,
  onPush,
  parquet,
  push,
  string,
} from '@larder/registry';

/** A streaming service's features for recommendations: who the user is, how much they watch, what they watched last. */
export const project = 'streaming-recommender';

export const user = entity('user', {
  joinKeys: { user_id: string() },
  description: 'A subscriber of the streaming service.',
});

/** Written once a night by the segmentation job. */
const segments = parquet('data/user_segments/*.parquet', { eventTime: 'event_timestamp', createdTime: 'computed_at' });

/** One row per title watched. */
const watchEvents = parquet('data/watch_events/*.parquet', {
  eventTime: 'event_timestamp',
  createdTime: 'ingested_at',
});

/** The player's own events, pushed since 6 May 2026; their history is kept. */
const watchStream = push('watch_stream', {
  history: parquet('data/watch_stream/*.parquet', { name: 'watch_stream_history', eventTime: 'event_timestamp' }),
});

export const userProfile = featureView('user_profile', {
  entities: [user],
  source: segments,
  features: { user_segment: string({ description: 'casual, regular or power_user' }) },
  cadence: every('1d'),
  ttl: '2d',
  owner: 'growth',
});

export const watchActivity = featureView('watch_activity', {
  entities: [user],
  source: watchEvents,
  features: { watch_count_30d: count({ window: '30d', description: 'titles watched in the last 30 days' }) },
  cadence: every('1h'),
  ttl: '6h',
  owner: 'growth',
});

export const lastWatched = featureView('last_watched', {
  entities: [user],
  source: watchStream,
  features: { last_genre: last('genre', string(), { description: 'genre of the title watched last' }) },
  cadence: onPush(),
  owner: 'growth',
});

export const recommender = featureService('recommender', [userProfile.user_segment, watchActivity, lastWatched], {
  description: 'What the recommendation prompt needs of a user.',
  owner: 'growth',
});
