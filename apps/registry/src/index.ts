export { openRegistryApp } from './app.js';
export type { RegistryApp } from './app.js';
export { parseRegistryConfig, registrySettings } from './config.js';
export type { RegistryConfig } from './config.js';
