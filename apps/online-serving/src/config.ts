import {
  commonSettings,
  integerText,
  parseConfig,
  portText,
  projectPatternsText,
  setting,
} from '@larder/service-runtime';
import type { ConfigOf, Environment } from '@larder/service-runtime';
import { z } from 'zod';

/** Every setting of the online-serving service. */
export const onlineServingSettings = {
  ...commonSettings({ httpPort: 6566 }),
  grpcPort: setting('LARDER_GRPC_PORT', portText(6567), 'gRPC port; 0 lets the system choose one.'),
  projects: setting(
    'LARDER_PROJECT',
    projectPatternsText(),
    'Projects that are served: names and patterns that end with *, separated by commas. The first name is the default project.',
  ),
  registryUrl: setting('LARDER_REGISTRY_URL', z.url().default('http://localhost:6570'), 'Address of the registry.'),
  snapshotDirectory: setting(
    'LARDER_SNAPSHOT_DIRECTORY',
    z.string().default('.larder/snapshots'),
    'Where the last good snapshot of each project is kept.',
  ),
  redisUrl: setting(
    'LARDER_REDIS_URL',
    z.string().default('redis://localhost:6379'),
    'The online store: redis://, rediss:// or the absolute path of a unix socket.',
  ),
  storeTimeoutMs: setting(
    'LARDER_STORE_TIMEOUT_MS',
    integerText({ min: 1, max: 60_000, default: 2000 }),
    'Milliseconds after which a read of the online store counts as unavailable.',
  ),
};

export type OnlineServingConfig = ConfigOf<typeof onlineServingSettings>;

/** Throws INVALID_ARGUMENT with every problem, named after its variable. */
export function parseOnlineServingConfig(environment: Environment): OnlineServingConfig {
  return parseConfig(onlineServingSettings, environment);
}
