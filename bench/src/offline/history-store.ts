import { join } from 'node:path';
import type { OfflineStore } from '@larder/offline-store';
import { openOfflineStore } from '@larder/offline-store';

/** An offline store on a bench's folder, with the settings of production: DuckDB's own memory limit, all cores. */
export function openHistoryStore(directory: string): Promise<OfflineStore> {
  return openOfflineStore({
    projectDirectory: directory,
    allowedDirectories: [directory],
    temporaryDirectory: join(directory, 'temporary'),
  });
}
