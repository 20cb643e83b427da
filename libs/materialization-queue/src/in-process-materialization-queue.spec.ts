import { InProcessMaterializationQueue } from './in-process-materialization-queue.js';
import { describeMaterializationQueue } from './materialization-queue.contract.js';

describeMaterializationQueue('InProcessMaterializationQueue', async () => {
  const queue = new InProcessMaterializationQueue({ project: 'demo', pushPollSeconds: 1 });
  return { queue, close: () => queue.close() };
});
