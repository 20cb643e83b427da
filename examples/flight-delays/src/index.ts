export { NOW, run } from './run.js';
export type { FlightDelaysResult } from './run.js';
