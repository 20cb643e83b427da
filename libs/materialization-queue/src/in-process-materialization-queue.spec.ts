import { InProcessMaterializationQueue } from './in-process-materialization-queue.js';
import { describeJobSlots } from './job-slots.contract.js';
import { describeMaterializationQueue } from './materialization-queue.contract.js';
import type { OpenedQueue } from './materialization-queue.contract.js';

const open = async (): Promise<OpenedQueue> => {
  const queue = new InProcessMaterializationQueue({ project: 'demo', pushPollSeconds: 1 });
  return { queue, close: () => queue.close() };
};

describeMaterializationQueue('InProcessMaterializationQueue', open);
describeJobSlots('InProcessMaterializationQueue', open);
