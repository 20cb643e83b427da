import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { OfflineStore } from '@larder/offline-store';
import { openOfflineStore } from '@larder/offline-store';
import { segmentRows, streamEvents, watchEvents } from './story.js';
import type { WatchEvent } from './story.js';

/** Writes the story as Parquet below `directory`/data, where features.ts looks for it. */
export async function makeData(directory: string): Promise<{ rows: number }> {
  const store = await openOfflineStore({
    projectDirectory: directory,
    allowedDirectories: [directory],
    temporaryDirectory: join(directory, '.larder', 'tmp'),
  });
  try {
    const events = await writeRows(store, join(directory, 'data/watch_events'), eventsQuery(watchEvents()));
    const stream = await writeRows(store, join(directory, 'data/watch_stream'), eventsQuery(streamEvents()));
    const segments = await writeRows(store, join(directory, 'data/user_segments'), segmentsQuery());
    return { rows: events + stream + segments };
  } finally {
    await store.close();
  }
}

async function writeRows(store: OfflineStore, folder: string, query: string): Promise<number> {
  await mkdir(folder, { recursive: true });
  const { rows } = await store.writeParquet(query, join(folder, 'part-0.parquet'));
  return rows;
}

/** Events arrive five minutes after they happened. */
function eventsQuery(events: readonly WatchEvent[]): string {
  const rows = events.map(
    ({ userId, title, genre, at }) =>
      `(${text(userId)}, ${text(title)}, ${text(genre)}, TIMESTAMP ${text(at.slice(0, 19))})`,
  );
  return `SELECT user_id, title, genre, event_timestamp, event_timestamp + INTERVAL 5 MINUTE AS ingested_at
FROM (VALUES ${rows.join(', ')}) AS events(user_id, title, genre, event_timestamp) ORDER BY event_timestamp, user_id`;
}

function segmentsQuery(): string {
  const rows = segmentRows().map(
    ({ userId, segment, at, computedAt }) =>
      `(${text(userId)}, ${text(segment)}, TIMESTAMP ${text(at.slice(0, 19))}, TIMESTAMP ${text(computedAt.slice(0, 19))})`,
  );
  return `SELECT * FROM (VALUES ${rows.join(', ')}) AS segments(user_id, user_segment, event_timestamp, computed_at) ORDER BY event_timestamp, user_id`;
}

function text(value: string): string {
  return `'${value.replaceAll("'", "''")}'`;
}
