import { mkdir } from 'node:fs/promises';
import { availableParallelism } from 'node:os';
import { join, resolve } from 'node:path';
import { openOfflineStore } from '@larder/offline-store';
import type { OfflineStore } from '@larder/offline-store';
import type { Lifecycle } from '@larder/service-runtime';
import type { OfflineQueryConfig } from './config.js';

/** Connections beside those of running jobs: for checks, direct answers and reading results. */
const READERS = 4;

export interface Stores {
  readonly trainingSets: OfflineStore;
  /** Reads the same folders with memory of its own, half of the threads, and no disk to spill to. */
  readonly inspections: OfflineStore;
}

/** Opens both stores; they close with the service. */
export async function openStores(config: OfflineQueryConfig, lifecycle: Lifecycle): Promise<Stores> {
  const projectDirectory = resolve(config.projectDirectory);
  const outputDirectory = resolve(config.outputDirectory);
  const readable = config.allowedDirectories ?? [projectDirectory];
  await mkdir(outputDirectory, { recursive: true });
  const trainingSets = await openOfflineStore({
    projectDirectory,
    allowedDirectories: [...readable, outputDirectory],
    temporaryDirectory: join(outputDirectory, 'temporary'),
    maxConnections: config.maxRunning + READERS,
    ...(config.memoryLimitBytes === undefined ? {} : { memoryLimitBytes: config.memoryLimitBytes }),
    ...(config.threads === undefined ? {} : { threads: config.threads }),
  });
  lifecycle.onClose('offline store', () => trainingSets.close());
  const inspections = await openOfflineStore({
    projectDirectory,
    allowedDirectories: readable,
    temporaryDirectory: join(outputDirectory, 'temporary', 'inspections'),
    spills: false,
    maxConnections: config.maxInspections,
    memoryLimitBytes: config.inspectionMemoryBytes,
    threads: Math.max(1, Math.floor((config.threads ?? availableParallelism()) / 2)),
  });
  lifecycle.onClose('offline store for inspections', () => inspections.close());
  return { trainingSets, inspections };
}
