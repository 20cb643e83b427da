/** The read path without the service around it: what benches put behind a gRPC server. */
export { PlanCache } from './plan-cache.js';
export { ReadService } from './read-service.js';
export type { ReadServiceOptions } from './read-service.js';
export { createServingHandlers } from './serving-handlers.js';
export type { ServingHandlersOptions } from './serving-handlers.js';
