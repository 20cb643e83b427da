// Works on the queue at LARDER_TEST_REDIS and never ends a job; prints each job's id as it starts.
import { BullMqMaterializationQueue } from '../index.js';

const url = process.env['LARDER_TEST_REDIS'] ?? '';
const queue = new BullMqMaterializationQueue({ url, project: 'demo', holdMs: 1_000 });
const stuck = async ({ jobId }: { readonly jobId: string }): Promise<Record<string, never>> => {
  process.stdout.write(`${jobId}\n`);
  return new Promise(() => undefined);
};
await queue.work({ 'materialize-view': stuck, 'tick-view': stuck, 'remove-generation': stuck }, { concurrency: 1 });
