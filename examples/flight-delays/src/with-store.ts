import { dirname, join } from 'node:path';
import { openOfflineStore } from '@larder/offline-store';
import type { OfflineStore } from '@larder/offline-store';
import type { FeatureValue } from '@larder/registry';

/** Runs a step with a DuckDB of its own, which may read the work directory and the given files. */
export async function withStore<T>(
  workDirectory: string,
  files: readonly string[],
  step: (store: OfflineStore) => Promise<T>,
): Promise<T> {
  const store = await openOfflineStore({
    projectDirectory: workDirectory,
    allowedDirectories: [workDirectory, ...files.map((file) => dirname(file))],
    temporaryDirectory: join(workDirectory, '.larder', 'tmp'),
  });
  try {
    return await step(store);
  } finally {
    await store.close();
  }
}

/** The rows of a small result by the names of their columns; times are microseconds. */
export async function readRecords(store: OfflineStore, sql: string): Promise<Readonly<Record<string, FeatureValue>>[]> {
  const { columns, rows } = await store.readRows(sql);
  return rows.map((row) => Object.fromEntries(columns.map(({ name }, index) => [name, row[index] ?? null])));
}
