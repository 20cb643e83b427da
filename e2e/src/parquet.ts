import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { openOfflineStore } from '@larder/offline-store';

/** Writes the rows of a SELECT as a Parquet file below the folder. */
export async function writeParquet(directory: string, path: string, query: string): Promise<void> {
  const store = await openOfflineStore({
    projectDirectory: directory,
    allowedDirectories: [directory],
    temporaryDirectory: join(directory, '.tmp'),
  });
  try {
    await mkdir(dirname(join(directory, path)), { recursive: true });
    await store.writeParquet(query, join(directory, path));
  } finally {
    await store.close();
  }
}

/** `SELECT * FROM (VALUES …) AS rows(columns)` with the given SQL literals. */
export function valuesQuery(columns: string, rows: readonly string[]): string {
  return `SELECT * FROM (VALUES ${rows.map((row) => `(${row})`).join(', ')}) AS rows(${columns})`;
}

/** Writes definitions as larder.yaml into the folder; returns its path. */
export async function writeDefinitions(directory: string, yaml: string): Promise<string> {
  const path = join(directory, 'larder.yaml');
  await writeFile(path, yaml);
  return path;
}
