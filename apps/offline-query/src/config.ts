import {
  commonSettings,
  optionalIntegerText,
  integerText,
  parseConfig,
  projectPatternsText,
  setting,
} from '@larder/service-runtime';
import type { ConfigOf, Environment } from '@larder/service-runtime';
import { z } from 'zod';

const MAX_BYTES = 2 ** 50 - 1;
const MAX_THREADS = 1024;

/** Every setting of the offline-query service. */
export const offlineQuerySettings = {
  ...commonSettings({ httpPort: 6571 }),
  projects: setting(
    'LARDER_PROJECT',
    projectPatternsText(),
    'Projects whose features are joined: names and patterns such as `dev-*`, separated by commas; requests that name none mean the first.',
  ),
  registryUrl: setting('LARDER_REGISTRY_URL', z.url().default('http://localhost:6570'), 'Address of the registry.'),
  snapshotDirectory: setting(
    'LARDER_SNAPSHOT_DIRECTORY',
    z.string().default('.larder/snapshots'),
    'Where the last good snapshot is kept.',
  ),
  projectDirectory: setting(
    'LARDER_PROJECT_DIRECTORY',
    z.string().default('.'),
    'Folder that relative source and spine paths count from.',
  ),
  allowedDirectories: setting(
    'LARDER_ALLOWED_DIRECTORIES',
    directoriesText(),
    'Folders that queries may read, separated by colons; the project directory by default.',
  ),
  outputDirectory: setting(
    'LARDER_OUTPUT_DIRECTORY',
    z.string().default('.larder/training-sets'),
    'Where training sets are written.',
  ),
  memoryLimitBytes: setting(
    'LARDER_MEMORY_LIMIT_BYTES',
    optionalIntegerText({ min: 2 ** 26, max: MAX_BYTES }),
    'Memory for queries, in bytes, at least 64 MiB; beyond it they spill to disk. Default: 80 % of the machine.',
  ),
  threads: setting(
    'LARDER_THREADS',
    optionalIntegerText({ min: 1, max: MAX_THREADS }),
    'Threads for queries. Default: all cores.',
  ),
  maxRunning: setting(
    'LARDER_MAX_RUNNING',
    integerText({ min: 1, max: 64, default: 2 }),
    'Training sets that are computed at once; others wait.',
  ),
  queryTimeoutSeconds: setting(
    'LARDER_QUERY_TIMEOUT_SECONDS',
    integerText({ min: 1, max: 604_800, default: 3600 }),
    'Seconds after which a training set fails.',
  ),
  maxInspections: setting(
    'LARDER_MAX_INSPECTIONS',
    integerText({ min: 1, max: 64, default: 2 }),
    'Inspections of sources, asked for by the registry, that run at once; others wait.',
  ),
  inspectionMemoryBytes: setting(
    'LARDER_INSPECTION_MEMORY_BYTES',
    integerText({ min: 2 ** 26, max: MAX_BYTES, default: 2 ** 30 }),
    'Memory for all inspections together, in bytes, at least 64 MiB; what needs more is not estimated. They never write to disk.',
  ),
  inspectionTimeoutSeconds: setting(
    'LARDER_INSPECTION_TIMEOUT_SECONDS',
    integerText({ min: 1, max: 3600, default: 60 }),
    'Seconds that one inspection may take; the registry waits 120.',
  ),
};

export type OfflineQueryConfig = ConfigOf<typeof offlineQuerySettings>;

/** Throws INVALID_ARGUMENT with every problem, named after its variable. */
export function parseOfflineQueryConfig(environment: Environment): OfflineQueryConfig {
  return parseConfig(offlineQuerySettings, environment);
}

function directoriesText(): z.ZodType<readonly string[] | undefined> {
  return z
    .string()
    .transform((text) => text.split(':').filter((each) => each !== ''))
    .optional();
}
