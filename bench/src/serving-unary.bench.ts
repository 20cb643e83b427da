/** What a read of one entity with ten features of one view costs the server, over gRPC. */
import { runBench } from './lib/run-bench.js';
import { unaryBench } from './serving/measure-unary.js';
import { ONE_VIEW } from './serving/serving-project.js';

await runBench(
  unaryBench({
    name: 'serving-unary',
    about: 'what a read of one entity with ten features of one view costs the server, over gRPC',
    featureService: ONE_VIEW,
    views: 1,
    bar: 0.9,
  }),
);
