/** How many rows a second of server CPU answers, 100 entities a call, over gRPC. */
import { runBench } from './lib/run-bench.js';
import { batchBench } from './serving/measure-batch.js';

await runBench(batchBench({ name: 'serving-batch-100', entities: 100, calls: 1_500, inFlight: 16, atLeast: 300_000 }));
