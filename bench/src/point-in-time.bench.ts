/** How long a training set of a spine as large as a fifth of the history takes, with ties and late rows, Parquet to Parquet. */
import type { Metric } from './lib/metric.js';
import { buildMetric } from './lib/metric.js';
import { runBench } from './lib/run-bench.js';
import { measureJoin, openJoinSetup } from './offline/measure-join.js';
import { plainAsofPlan, wholeHistoryPlan } from './offline/point-in-time-floor.js';

const FULL = { history: 10_000_000, spine: 2_000_000, repeats: 5 };
const QUICK = { history: 100_000, spine: 20_000, repeats: 2 };

await runBench({
  name: 'point-in-time',
  about:
    'how long a training set takes, Parquet to Parquet: ten features, ties, late rows, output in the order of the spine',
  floor:
    'the best plan written by hand with identical results (bench/src/offline/point-in-time-floor.ts), and one plain ASOF join without any of these rules',
  notMeasured: [
    'several views, windows, snapshot accuracy',
    'statistics of the training set',
    'a history in many files or on object storage',
    'less memory than DuckDB wants',
  ],
  roles: [],
  measure: async (context) => {
    const { history, spine, repeats } = context.quick ? QUICK : FULL;
    const setup = await openJoinSetup(context, history);
    const seconds = await measureJoin(context, setup, {
      spine: { name: 'spine', rows: spine, from: '2026-01-01', days: 90 },
      floor: wholeHistoryPlan,
      others: { plain: plainAsofPlan },
      repeats,
    });
    const metric = (name: string, floor: string, atMost: number): Metric =>
      buildMetric({
        metric: name,
        unit: 's',
        bars: [{ on: 'ratio', atMost }],
        floorSamples: seconds[floor] ?? [],
        valueSamples: seconds['product'] ?? [],
      });
    return {
      conditions: [
        `${repeats} repeats after one warm-up, spine of ${spine} rows over 90 days, history of ${history} rows of ${setup.entities} users in one file`,
      ],
      metrics: [metric('against the plan written by hand', 'floor', 1.15), metric('against plain ASOF', 'plain', 2)],
    };
  },
});
