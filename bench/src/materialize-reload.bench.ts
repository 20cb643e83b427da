/** How fast a view of ten features is reloaded: the newest rows of a long history into an empty generation in Redis. */
import { runBench } from './lib/run-bench.js';
import { materializeProduct } from './offline/materialize-product.js';
import { measureReload } from './offline/measure-reload.js';
import { msetFloor } from './offline/mset-floor.js';
import { queryFloor } from './offline/query-floor.js';
import { writePath } from './offline/write-path.js';

await runBench({
  name: 'materialize-reload',
  about:
    'how fast a view of ten features is reloaded: the newest rows of a long history into an empty generation in Redis',
  floor:
    'MSET of the same keys and rows, encoded beforehand, over a bare socket (bench/src/offline/mset-floor.ts); the query alone (bench/src/offline/query-floor.ts)',
  notMeasured: [
    'the queue and the registry around a run',
    'readers at the same time',
    'a Redis on another machine, a cluster',
    "Redis's own CPU time and memory",
    'windows, fenced writes, incremental runs',
  ],
  roles: [materializeProduct, writePath, msetFloor, queryFloor],
  measure: measureReload,
});
