/** How long a training set of a few rows takes over a long history, Parquet to Parquet. */
import { buildMetric } from './lib/metric.js';
import type { Metric } from './lib/metric.js';
import { runBench } from './lib/run-bench.js';
import { measureJoin, openJoinSetup } from './offline/measure-join.js';
import { fewUsersPlan } from './offline/point-in-time-floor.js';

const FULL = { history: 10_000_000, spine: 10_000, repeats: 7 };
const QUICK = { history: 100_000, spine: 500, repeats: 2 };

await runBench({
  name: 'point-in-time-small',
  about:
    'how long a training set of few rows takes over a long history, Parquet to Parquet: ten features, ties, late rows',
  floor: 'the best plan written by hand with identical results (bench/src/offline/point-in-time-floor.ts)',
  notMeasured: [
    'several views, windows, snapshot accuracy',
    'statistics of the training set',
    'a history in many files or on object storage',
  ],
  roles: [],
  measure: async (context) => {
    const { history, spine, repeats } = context.quick ? QUICK : FULL;
    const setup = await openJoinSetup(context, history);
    const spines = [
      { name: 'one-day', rows: spine, from: '2026-02-10', days: 1 },
      { name: 'random', rows: spine, from: '2026-01-01', days: 90 },
    ];
    const metrics: Metric[] = [];
    for (const each of spines) {
      const { floor = [], product = [] } = await measureJoin(context, setup, {
        spine: each,
        floor: fewUsersPlan,
        repeats,
      });
      metrics.push(
        buildMetric({
          metric: `${each.name} spine`,
          unit: 's',
          bars: [{ on: 'ratio', atMost: 1.3 }],
          floorSamples: floor,
          valueSamples: product,
        }),
      );
    }
    return {
      conditions: [
        `${repeats} repeats after one warm-up, spines of ${spine} rows, history of ${history} rows of ${setup.entities} users in one file`,
      ],
      metrics,
    };
  },
});
