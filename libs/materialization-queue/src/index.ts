export { isWorthRetrying, JOB_NAMES, JOBS, parsePayload } from './jobs.js';
export type {
  JobDefinition,
  JobName,
  JobPayload,
  KeepRule,
  MaterializeViewPayload,
  RemoveGenerationPayload,
  RetryRule,
  TickViewPayload,
} from './jobs.js';
export { jobPriority, REQUESTERS } from './job-priority.js';
export type { Requester } from './job-priority.js';
export { deduplicationId } from './job-id.js';
export { isFinished, JOB_STATUSES } from './job-record.js';
export type { JobError, JobProgress, JobRecord, JobResult, JobStatus } from './job-record.js';
export { JobSlots } from './job-slots.js';
export type { ReleaseSlot } from './job-slots.js';
export { RunStopped } from './job-error.js';
export type { StopReason } from './job-error.js';
export { describeSchedule, planSchedules } from './view-schedule.js';
export type { SchedulerChanges, ViewSchedule } from './view-schedule.js';
export type {
  EnqueuedJob,
  EnqueueOptions,
  JobFilter,
  JobHandlers,
  JobRun,
  MaterializationQueue,
  QueueWorker,
  WorkOptions,
} from './materialization-queue.js';
export { waitForJob } from './wait-for-job.js';
export { BullMqMaterializationQueue } from './bullmq-materialization-queue.js';
export type { BullMqQueueOptions } from './bullmq-materialization-queue.js';
export { InProcessMaterializationQueue } from './in-process-materialization-queue.js';
export type { InProcessQueueOptions } from './in-process-materialization-queue.js';
export { QUEUE_PREFIX, queueName } from './queue-keys.js';
