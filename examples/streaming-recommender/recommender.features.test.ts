import type { FeatureCase } from '@larder/definition-tests';

/** What features.ts must make of a few rows: `npm run larder -- test examples/streaming-recommender`. */

const watched = (event_timestamp: string, ingested_at = event_timestamp) => ({
  user_id: '8a2f',
  event_timestamp,
  ingested_at,
});

export const countsThirtyDays: FeatureCase = {
  name: 'a title counts for 30 days, from when it was ingested',
  sources: {
    watch_events: [
      watched('2026-04-07T22:00:00Z'),
      watched('2026-04-08T22:00:00Z'),
      watched('2026-05-07T21:00:00Z', '2026-05-08T06:00:00Z'),
    ],
  },
  expect: [
    { keys: { user_id: '8a2f' }, at: '2026-05-07T21:59:59Z', features: { watch_count_30d: 2 } },
    { keys: { user_id: '8a2f' }, at: '2026-05-07T22:00:00Z', features: { watch_count_30d: 1 } },
    { keys: { user_id: '8a2f' }, at: '2026-05-08T06:00:00Z', features: { watch_count_30d: 2 } },
    { keys: { user_id: '8a2f' }, at: '2026-05-08T22:00:00Z', features: { watch_count_30d: 1 } },
    { keys: { user_id: 'nobody' }, at: '2026-05-08T22:00:00Z', features: { watch_count_30d: null } },
  ],
};

export const segmentsAge: FeatureCase = {
  name: 'a segment is known once it is computed, and for two days',
  sources: {
    user_segments: [
      {
        user_id: '8a2f',
        event_timestamp: '2026-05-05T00:00:00Z',
        computed_at: '2026-05-05T03:00:00Z',
        user_segment: 'power_user',
      },
    ],
  },
  expect: [
    { keys: { user_id: '8a2f' }, at: '2026-05-05T02:59:59Z', features: { user_segment: null } },
    { keys: { user_id: '8a2f' }, at: '2026-05-05T03:00:00Z', features: { user_segment: 'power_user' } },
    { keys: { user_id: '8a2f' }, at: '2026-05-07T00:00:01Z', features: { user_segment: null } },
  ],
};

export const lastGenre: FeatureCase = {
  name: 'the genre is that of the newest pushed event',
  sources: {
    watch_stream: [
      { user_id: '8a2f', event_timestamp: '2026-05-06T20:00:00Z', genre: 'thriller' },
      { user_id: '8a2f', event_timestamp: '2026-05-07T20:00:00Z', genre: 'documentary' },
    ],
  },
  now: '2026-05-07T22:00:00Z',
  expect: [{ keys: { user_id: '8a2f' }, features: { last_genre: 'documentary' } }],
};
