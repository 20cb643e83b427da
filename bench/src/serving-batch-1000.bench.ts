/** How many rows a second of server CPU answers, 1,000 entities a call, over gRPC. */
import { runBench } from './lib/run-bench.js';
import { batchBench } from './serving/measure-batch.js';

await runBench(batchBench({ name: 'serving-batch-1000', entities: 1_000, calls: 300, inFlight: 8, atLeast: 400_000 }));
