/** What a read of one entity with fifty features of five views costs the server, over gRPC. */
import { runBench } from './lib/run-bench.js';
import { unaryBench } from './serving/measure-unary.js';
import { FIVE_VIEWS, VIEWS } from './serving/serving-project.js';

await runBench(
  unaryBench({
    name: 'serving-unary-5-views',
    about: 'what a read of one entity with fifty features of five views costs the server, over gRPC',
    featureService: FIVE_VIEWS,
    views: VIEWS,
    bar: 0.75,
  }),
);
