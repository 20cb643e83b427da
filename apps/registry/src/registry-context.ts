import type { Clock } from '@larder/registry';
import type { Database } from './database/database.js';

/** What the registry's routes work with. */
export interface RegistryContext {
  readonly database: Database;
  readonly clock: Clock;
}
