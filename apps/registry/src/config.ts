import type { ConfigOf, Environment } from '@larder/service-runtime';
import { commonSettings, parseConfig, setting, urlText } from '@larder/service-runtime';
import { z } from 'zod';

/** The registry's settings. */
export const registrySettings = {
  ...commonSettings({ httpPort: 6570 }),
  databaseUrl: setting(
    'LARDER_DATABASE_URL',
    urlText(['postgres:', 'postgresql:']).optional(),
    'PostgreSQL that keeps the registry; without it PGlite in LARDER_DATA_DIRECTORY.',
  ),
  dataDirectory: setting(
    'LARDER_DATA_DIRECTORY',
    z.string().default('.larder/registry'),
    'Folder of PGlite, for one process at a time; `memory:` keeps nothing.',
  ),
  offlineUrl: setting(
    'LARDER_OFFLINE_URL',
    urlText(['http:', 'https:']).optional(),
    'offline-query, which looks at the data behind definitions before they are planned or applied; without it nobody does.',
  ),
};

export type RegistryConfig = ConfigOf<typeof registrySettings>;

/** Throws INVALID_ARGUMENT with every problem. */
export function parseRegistryConfig(environment: Environment): RegistryConfig {
  return parseConfig(registrySettings, environment);
}
