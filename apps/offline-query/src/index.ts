export { openOfflineQueryApp } from './app.js';
export type { OfflineQueryApp, OfflineQueryOptions } from './app.js';
export { offlineQuerySettings, parseOfflineQueryConfig } from './config.js';
export type { OfflineQueryConfig } from './config.js';
export type { JobStatus, JobView, TrainingSetJob } from './training-set-job.js';
