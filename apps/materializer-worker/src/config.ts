import {
  commonSettings,
  integerText,
  optionalIntegerText,
  parseConfig,
  projectPatternsText,
  setting,
} from '@larder/service-runtime';
import type { ConfigOf, Environment } from '@larder/service-runtime';
import { z } from 'zod';

const DAY_SECONDS = 86_400;
const MAX_BYTES = 2 ** 53 - 1;
const REDIS = 'redis://, rediss:// or the absolute path of a unix socket';

/** Every setting of the materializer-worker service. */
export const materializerWorkerSettings = {
  ...commonSettings({ httpPort: 6572 }),
  projects: setting(
    'LARDER_PROJECT',
    projectPatternsText(),
    'Projects whose views are materialized: names, and patterns such as dev-*, separated by commas; the first name is the default project.',
  ),
  unscheduledProjects: setting(
    'LARDER_UNSCHEDULED_PROJECTS',
    projectPatternsText(['dev-*']),
    'Of these, the ones that are materialized on request alone, by names and patterns; a name that no project has leaves none out.',
  ),
  registryUrl: setting('LARDER_REGISTRY_URL', z.url().default('http://localhost:6570'), 'Address of the registry.'),
  snapshotDirectory: setting(
    'LARDER_SNAPSHOT_DIRECTORY',
    z.string().default('.larder/snapshots'),
    'Where the last good snapshot is kept.',
  ),
  redisUrl: setting('LARDER_REDIS_URL', z.string().default('redis://localhost:6379'), `The online store: ${REDIS}.`),
  queueRedisUrl: setting(
    'LARDER_QUEUE_REDIS_URL',
    z.string().optional(),
    `The queue: ${REDIS}; the online store's when not set.`,
  ),
  projectDirectory: setting(
    'LARDER_PROJECT_DIRECTORY',
    z.string().default('.'),
    'Folder that relative source paths are relative to.',
  ),
  allowedDirectories: setting(
    'LARDER_ALLOWED_DIRECTORIES',
    z
      .string()
      .transform((text) => text.split(':').filter((part) => part !== ''))
      .optional(),
    'Folders that may be read, separated by colons; the project directory when not set.',
  ),
  temporaryDirectory: setting(
    'LARDER_TEMPORARY_DIRECTORY',
    z.string().default('.larder/temporary'),
    'Where big queries spill.',
  ),
  memoryLimitBytes: setting(
    'LARDER_MEMORY_LIMIT_BYTES',
    optionalIntegerText({ min: 64 * 1024 * 1024, max: MAX_BYTES }),
    'Memory that queries may use; 80 % of the machine when not set.',
  ),
  threads: setting(
    'LARDER_THREADS',
    optionalIntegerText({ min: 1, max: 1_024 }),
    'Threads of a query; all cores when not set.',
  ),
  concurrency: setting(
    'LARDER_WORKER_CONCURRENCY',
    integerText({ min: 1, max: 64, default: 2 }),
    'Materializations that this process runs at the same time, over all its projects.',
  ),
  jobHoldSeconds: setting(
    'LARDER_JOB_HOLD_SECONDS',
    integerText({ min: 2, max: 3_600, default: 30 }),
    'How long the jobs of a worker that was killed stay its own before another one takes them.',
  ),
  pushPollSeconds: setting(
    'LARDER_PUSH_POLL_SECONDS',
    integerText({ min: 1, max: 3_600, default: 5 }),
    'How often the sources of views on push are looked at.',
  ),
  keepGenerationSeconds: setting(
    'LARDER_KEEP_GENERATION_SECONDS',
    integerText({ min: 0, max: 365 * DAY_SECONDS, default: 600 }),
    'How long a generation is kept for rollback after a reload replaced it, and the values of a view after it was retired.',
  ),
  keeperSeconds: setting(
    'LARDER_KEEPER_SECONDS',
    integerText({ min: 1, max: 3_600, default: 5 }),
    'How often schedulers and lost views are looked after.',
  ),
};

export type MaterializerWorkerConfig = ConfigOf<typeof materializerWorkerSettings>;

/** Throws INVALID_ARGUMENT with every problem, named after its variable. */
export function parseMaterializerWorkerConfig(environment: Environment): MaterializerWorkerConfig {
  return parseConfig(materializerWorkerSettings, environment);
}
