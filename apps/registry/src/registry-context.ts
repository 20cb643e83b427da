import type { ApplyContext } from './definitions/apply-definitions.js';

/** What the registry's routes work with. */
export type RegistryContext = ApplyContext;
