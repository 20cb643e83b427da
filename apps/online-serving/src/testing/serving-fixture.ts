import type { FeatureValue, Instant, Snapshot } from '@larder/registry';
import {
  alias,
  buildSnapshot,
  compileDefinitions,
  count,
  entity,
  every,
  featureService,
  featureView,
  float64,
  instantFromMicros,
  int64,
  LarderError,
  parquet,
  parseInstant,
  string,
} from '@larder/registry';
import { encodeEntityKey, encodeRow } from '@larder/row-format';
import { MemoryOnlineStore } from '@larder/online-store';
import type { OnlineStore } from '@larder/online-store';
import { PlanCache } from '../plan-cache.js';
import { ReadService } from '../read-service.js';
import type { ServedProjects } from '../served-projects.js';

/** A small project with everything a read can meet, and a store that holds some rows of it. */
const events = parquet('data/*.parquet', { name: 'events', eventTime: 'ts' });
const user = entity('user', { joinKeys: { user_id: string() } });
const route = entity('route', { joinKeys: { origin: string(), destination: string() } });
const airport = entity('airport', { joinKeys: { airport: string() } });

const profile = featureView('profile', {
  entities: [user],
  source: events,
  features: { segment: string({ default: 'none' }), score: float64(), visits: int64() },
  cadence: every('1d'),
  ttl: '1d',
});
const strict = featureView('strict', {
  entities: [user],
  source: events,
  features: { level: int64() },
  cadence: every('1d'),
  ttl: '1h',
  onStale: 'fail',
});
const cleared = featureView('cleared', {
  entities: [user],
  source: events,
  features: { mood: string({ default: 'calm' }) },
  cadence: every('1d'),
  ttl: '1h',
  onStale: 'null',
});
const fallback = featureView('fallback', {
  entities: [user],
  source: events,
  features: { tone: string({ default: 'plain' }) },
  cadence: every('1d'),
  ttl: '1h',
  onStale: 'default',
});
const counts = featureView('counts', {
  entities: [user],
  source: events,
  features: { watch_count: count({ window: '30d', default: 0 }) },
  cadence: every('1h'),
});
const departures = featureView('departures', {
  entities: [airport],
  source: events,
  features: { departures: count({ window: '1d' }) },
  cadence: every('1h'),
});
const delays = featureView('delays', {
  entities: [route],
  source: events,
  features: { delay: int64() },
  cadence: every('1h'),
});

const service = featureService('recommender', [profile.segment, counts]);
const flight = featureService('flight', [
  alias(departures, 'origin_airport', { joinKeys: { airport: 'origin' } }),
  alias(departures, 'destination_airport', { joinKeys: { airport: 'destination' } }),
  delays,
]);

export const now: Instant = parseInstant('2026-05-08T00:00:00Z');

export const snapshot: Snapshot = buildSnapshot(
  compileDefinitions({ project: 'test', objects: [service, flight, profile, strict, cleared, fallback] }),
  undefined,
).snapshot;

export interface StoredRow {
  readonly view: string;
  readonly keys: readonly FeatureValue[];
  readonly values: readonly FeatureValue[];
  readonly time?: Instant;
}

/** Writes rows into generation 1 of their views and points readers at it; views without rows are given an empty generation unless left out. */
export async function storeWith(
  rows: readonly StoredRow[],
  missing: readonly string[] = [],
  store: OnlineStore = new MemoryOnlineStore(),
): Promise<OnlineStore> {
  for (const view of snapshot.featureViews) {
    if (missing.includes(view.name)) continue;
    const writer = await store.openWriter({ project: 'test', viewId: view.id, generation: 1, mode: 'fenced' });
    const keys = snapshot.entities.filter((each) => view.entities.includes(each.name)).flatMap((each) => each.joinKeys);
    for (const row of rows.filter((each) => each.view === view.name)) {
      const time = row.time ?? instantFromMicros(now - 60_000_000n);
      writer.add(
        encodeEntityKey(keys, row.keys),
        encodeRow(view, row.values, { first: time, second: time, eventTimeMicros: time }),
      );
    }
    await writer.finish();
    await store.flipPointer({
      project: 'test',
      viewId: view.id,
      expected: undefined,
      next: { viewVersion: view.version, generation: 1, epoch: 'e1' },
    });
  }
  return store;
}

/** Reads over a store, on the fixture's clock, of the project's snapshot as `currentSnapshot` has it. */
export function readsOver(
  store: OnlineStore,
  currentSnapshot: () => Snapshot | undefined = () => snapshot,
  onUnknownVersion: () => void = () => undefined,
): { reads: ReadService; plans: PlanCache } {
  const plans = new PlanCache({ currentSnapshot, onUnknownVersion });
  const projects: ServedProjects = {
    of: (project) => {
      if (project === '' || project === currentSnapshot()?.project) return plans;
      throw new LarderError('NOT_FOUND', `unknown project ${project}`);
    },
  };
  return {
    reads: new ReadService({ store, projects, clock: { now: () => now }, onStoreFailure: () => undefined }),
    plans,
  };
}
