/** The read path without the service around it: what benches put behind a gRPC server. */
export { noConsumerCounts } from './consumer-counts.js';
export type { ConsumerCounts } from './consumer-counts.js';
export { PlanCache } from './plan-cache.js';
export type { PlanCacheOptions } from './plan-cache.js';
export { ReadService } from './read-service.js';
export type { Answer, ReadServiceOptions } from './read-service.js';
export type { ServedProjects } from './served-projects.js';
export { createServingHandlers } from './serving-handlers.js';
export type { ServingHandlersOptions } from './serving-handlers.js';
