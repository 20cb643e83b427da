import { startTestRedis } from '@larder/testing';
import { BullMqMaterializationQueue } from './bullmq-materialization-queue.js';
import { describeMaterializationQueue } from './materialization-queue.contract.js';

describeMaterializationQueue('BullMqMaterializationQueue', async () => {
  const redis = await startTestRedis();
  const queue = new BullMqMaterializationQueue({ url: redis.url, project: 'demo', pushPollSeconds: 1, holdMs: 3_000 });
  const close = async (): Promise<void> => {
    await queue.close();
    await redis.close();
  };
  return { queue, close };
});
