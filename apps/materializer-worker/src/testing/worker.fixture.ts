import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { InProcessMaterializationQueue } from '@larder/materialization-queue';
import type { MaterializeViewPayload } from '@larder/materialization-queue';
import { openOfflineStore } from '@larder/offline-store';
import type { OfflineStore } from '@larder/offline-store';
import { MemoryOnlineStore } from '@larder/online-store';
import type { OnlineStore } from '@larder/online-store';
import type { FeatureValue, FeatureViewSpec, Instant, Snapshot } from '@larder/registry';
import { joinKeysOfView, parseInstant } from '@larder/registry';
import {
  encodeEntityKey,
  encodeRow,
  entityKeyPrefix,
  FLAG_TOMBSTONE,
  HEADER_BYTES,
  rowFlags,
} from '@larder/row-format';
import { fixedClock, temporaryDirectory } from '@larder/testing';
import type { TemporaryDirectory } from '@larder/testing';
import type { Removal } from '../old-generations.js';
import { runMaterialization } from '../run-materialization.js';
import type { MaterializationContext, RunReport } from '../run-materialization.js';
import type { Columns } from './history.js';
import { History } from './history.js';
import { MemoryViewStates } from './memory-view-states.js';

export const PROJECT = 'test';
export const NOW = parseInstant('2026-05-07T12:00:00Z');

/** What readers get: nothing to be said, no row, a tombstone, or the values as they were stored. */
export type Reading = 'UNAVAILABLE' | 'NOT_FOUND' | 'DELETED' | Buffer;

interface FixtureParts {
  readonly folder: TemporaryDirectory;
  readonly directory: string;
  readonly offline: OfflineStore;
  readonly online: OnlineStore;
}

/** A worker's parts without queue and HTTP: DuckDB on real files, an online store, states in memory, a clock that stands still. */
export class WorkerFixture {
  readonly directory: string;
  readonly offline: OfflineStore;
  readonly online: OnlineStore;
  readonly clock = fixedClock(NOW);
  readonly states = new MemoryViewStates(this.clock);
  readonly queue = new InProcessMaterializationQueue({ project: PROJECT, clock: this.clock });

  private constructor(private readonly parts: FixtureParts) {
    this.directory = parts.directory;
    this.offline = parts.offline;
    this.online = parts.online;
  }

  static async open(online: OnlineStore = new MemoryOnlineStore()): Promise<WorkerFixture> {
    const folder = await temporaryDirectory();
    const directory = join(folder.path, 'project');
    await mkdir(directory);
    const offline = await openOfflineStore({
      projectDirectory: directory,
      allowedDirectories: [directory],
      temporaryDirectory: join(folder.path, 'spill'),
      threads: 1,
    });
    return new WorkerFixture({ folder, directory, offline, online });
  }

  history(columns: Columns, folder = 'history'): History {
    return new History(this.offline, join(this.directory, folder), columns);
  }

  get context(): MaterializationContext {
    const { offline, online, states, queue, clock } = this;
    return { offline, online, states, queue, clock, keepSeconds: 600 };
  }

  /** Ids of views that have left the project. */
  readonly retired = new Set<number>();

  get removal(): Removal {
    const { online, queue } = this;
    return { online, queue, keepSeconds: 600, isRetired: async (viewId) => this.retired.has(viewId) };
  }

  /** Moves the clock. */
  advanceSeconds(seconds: number): void {
    this.clock.advance(BigInt(seconds) * 1_000_000n);
  }

  run(
    snapshot: Snapshot,
    payload: Partial<MaterializeViewPayload> = {},
    context: MaterializationContext = this.context,
  ): Promise<RunReport> {
    const [view] = snapshot.featureViews;
    if (view === undefined) throw new Error('a view is needed');
    const request = { mode: 'incremental', requestedBy: 'manual', ...payload } as const;
    return runMaterialization(context, {
      snapshot,
      view,
      payload: request,
      signal: new AbortController().signal,
      report: () => undefined,
    });
  }

  /** What a reader gets for entities of the snapshot's first view. */
  async read(
    snapshot: Snapshot,
    keys: readonly (readonly FeatureValue[])[],
    online: OnlineStore = this.online,
  ): Promise<Reading[]> {
    const [view] = snapshot.featureViews;
    if (view === undefined) throw new Error('a view is needed');
    const joinKeys = joinKeysOfView(snapshot, view);
    const keyPrefixes = keys.map((key) => entityKeyPrefix(PROJECT, encodeEntityKey(joinKeys, key)));
    const [answer] = await online.read([{ project: PROJECT, viewId: view.id, keyPrefixes }]);
    return (answer?.rows ?? []).map((row) => {
      if (answer?.pointer === undefined) return 'UNAVAILABLE';
      if (row === null) return 'NOT_FOUND';
      return (rowFlags(row) & FLAG_TOMBSTONE) === 0 ? row.subarray(HEADER_BYTES) : 'DELETED';
    });
  }

  async close(): Promise<void> {
    await this.queue.close();
    await this.offline.close();
    await this.parts.folder.close();
  }
}

/** A row as readers get it: the bytes of its event time and values. */
export function stored(
  view: Pick<FeatureViewSpec, 'version' | 'features'>,
  values: readonly FeatureValue[],
  eventTime: Instant | string,
): Buffer {
  const micros = typeof eventTime === 'string' ? parseInstant(eventTime) : eventTime;
  return encodeRow(view, values, { first: 0n, second: 0n, eventTimeMicros: micros }).subarray(HEADER_BYTES);
}
