import { startTestRedis } from '@larder/testing';
import { BullMqMaterializationQueue } from './bullmq-materialization-queue.js';
import { describeJobSlots } from './job-slots.contract.js';
import { describeMaterializationQueue } from './materialization-queue.contract.js';
import type { OpenedQueue } from './materialization-queue.contract.js';

const open = async (): Promise<OpenedQueue> => {
  const redis = await startTestRedis();
  const queue = new BullMqMaterializationQueue({ url: redis.url, project: 'demo', pushPollSeconds: 1, holdMs: 3_000 });
  const close = async (): Promise<void> => {
    await queue.close();
    await redis.close();
  };
  return { queue, close };
};

describeMaterializationQueue('BullMqMaterializationQueue', open);
describeJobSlots('BullMqMaterializationQueue', open);
