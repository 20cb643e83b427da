export { openMaterializerWorkerApp } from './app.js';
export type { MaterializerWorkerApp, MaterializerWorkerOptions } from './app.js';
export { materializerWorkerSettings, parseMaterializerWorkerConfig } from './config.js';
export type { MaterializerWorkerConfig } from './config.js';
