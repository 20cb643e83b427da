import { join } from 'node:path';
import type {
  FeatureSpec,
  FeatureViewSpec,
  JoinKeySpec,
  JsonValue,
  ParquetSourceSpec,
  Snapshot,
} from '@larder/registry';
import { parseInstant } from '@larder/registry';
import { temporaryDirectory } from '@larder/testing';
import type { OfflineStore } from '../offline-store.js';
import { openOfflineStore } from '../offline-store.js';
import type { FixtureColumn, FixtureValue } from './parquet-fixture.js';
import { writeRows } from './parquet-fixture.js';
import { parquetSource, snapshotOf, viewSpec } from './view-fixture.js';

/** A store over a folder of its own. */
export interface OfflineFixture {
  readonly store: OfflineStore;
  readonly directory: string;
  /** Writes rows as a Parquet file of the fixture's folder and returns its path. */
  write(file: string, columns: readonly FixtureColumn[], rows: readonly (readonly FixtureValue[])[]): Promise<string>;
  close(): Promise<void>;
}

/** Opens a store that may read and write one temporary folder. */
export async function openOfflineFixture(): Promise<OfflineFixture> {
  const folder = await temporaryDirectory();
  const store = await openOfflineStore({
    projectDirectory: folder.path,
    allowedDirectories: [folder.path],
    temporaryDirectory: join(folder.path, 'temporary'),
    threads: 2,
  });
  return {
    store,
    directory: folder.path,
    write: async (file, columns, rows) => {
      const path = join(folder.path, file);
      await writeRows(store, path, { columns, rows });
      return path;
    },
    close: async () => {
      await store.close();
      await folder.close();
    },
  };
}

/** Microseconds of an ISO 8601 time, for fixture columns. */
export function at(text: string): bigint {
  return parseInstant(text);
}

export interface OneView {
  readonly snapshot: Snapshot;
  readonly view: FeatureViewSpec;
}

/** A snapshot with one view over one Parquet source, keyed by the given join keys. */
export function oneView(
  path: string,
  features: readonly FeatureSpec[],
  options: {
    readonly keys?: readonly JoinKeySpec[];
    readonly source?: Partial<ParquetSourceSpec>;
    readonly view?: Partial<FeatureViewSpec>;
  } = {},
): OneView {
  const view = viewSpec(features, options.view);
  const snapshot = snapshotOf({
    entities: { entity: options.keys ?? [{ name: 'id', type: 'int64' }] },
    sources: [parquetSource(path, options.source)],
    views: [view],
  });
  return { snapshot, view };
}

/** Rows of a spine from tuples. */
export function spineRows(
  names: readonly string[],
  rows: readonly (readonly JsonValue[])[],
): Record<string, JsonValue>[] {
  return rows.map((row) => Object.fromEntries(row.map((value, index) => [names[index] ?? '', value])));
}
