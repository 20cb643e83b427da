export { run } from './run.js';
export type { Served } from './run.js';
export { NOW } from './story.js';
export { makeData } from './make-data.js';
