import { join } from 'node:path';
import type { OfflineStore } from '@larder/offline-store';
import { Redis } from 'ioredis';
import { alternate } from '../lib/alternate.js';
import { openBenchFolder } from '../lib/bench-folder.js';
import { openBenchRedis } from '../lib/bench-redis.js';
import type { Child } from '../lib/child-role.js';
import { startRole } from '../lib/child-role.js';
import type { Metric } from '../lib/metric.js';
import { buildMetric } from '../lib/metric.js';
import type { BenchContext } from '../lib/run-bench.js';
import { checkReload } from './check-reload.js';
import { HISTORY_FILE, historyQuery } from './history-data.js';
import { openHistoryStore } from './history-store.js';
import { materializeProduct } from './materialize-product.js';
import type { MsetFigures } from './mset-floor.js';
import { msetFloor } from './mset-floor.js';
import { queryFloor } from './query-floor.js';
import { writePath } from './write-path.js';

const FULL = { history: 10_000_000, entities: 1_000_000, warmUps: 0, repeats: 5 };
const QUICK = { history: 100_000, entities: 10_000, warmUps: 0, repeats: 2 };

/** Reloads, bare writes and bare queries in turn, each into an empty Redis. */
export async function measureReload(context: BenchContext): Promise<{ conditions: string[]; metrics: Metric[] }> {
  const { history, entities, warmUps, repeats } = context.quick ? QUICK : FULL;
  const { path: directory } = await context.use(openBenchFolder());
  context.onProgress(`writing ${history} rows of history`);
  await withHistoryStore(directory, (store) =>
    store.writeParquet(historyQuery(history, entities), join(directory, HISTORY_FILE)),
  );
  const redis = await context.use(openBenchRedis());
  const { profileDirectory } = context;
  const product = await context.use(
    startRole(materializeProduct, { directory, redisUrl: redis.url }, { profileDirectory }),
  );
  const query = await context.use(startRole(queryFloor, { directory }));
  context.onProgress('first reload, which leaves the rows that the floor writes');
  const { rows } = await product.run(null);
  await query.run(null);
  await withHistoryStore(directory, (store) => checkReload(store, join(directory, HISTORY_FILE), redis.url));
  const bare = await context.use(startRole(msetFloor, { redisUrl: redis.url }));
  if (bare.info.rows !== rows) throw new Error(`the product wrote ${rows} rows, Redis holds ${bare.info.rows}`);
  const write = await context.use(startRole(writePath, { directory, redisUrl: redis.url }));
  const writing = (side: Child<unknown, null, MsetFigures>) => async () => {
    await emptyRedis(redis.url, rows);
    const { seconds, cpuSeconds } = await side.run(null);
    return { seconds, perSecond: rows / seconds, cpuMicros: (cpuSeconds / rows) * 1e6 };
  };
  const sides = {
    floor: writing(bare),
    write: writing(write),
    query: async () => ({ seconds: (await query.run(null)).seconds, peakBytes: (await query.usage()).peakMemoryBytes }),
    product: async () => {
      await emptyRedis(redis.url, rows);
      const figures = await product.run(null);
      if (figures.rows !== rows) throw new Error(`${figures.rows} rows instead of ${rows}`);
      const { seconds, writingSeconds } = figures;
      const { peakMemoryBytes: peakBytes } = await product.usage();
      return { seconds, perSecond: rows / writingSeconds, peakBytes };
    },
  };
  const samples: Record<string, Record<string, number[]>> = await alternate({
    sides,
    warmUps,
    repeats,
    onProgress: context.onProgress,
  });
  return {
    conditions: [
      `${repeats} repeats after one run of each side, ${history} rows of history in one file, ${rows} entities of ${Math.round(bare.info.bytes / rows)} bytes with key and framing`,
      `every run into an empty ${redis.describe}; DuckDB with its own memory limit`,
    ],
    metrics: reloadMetrics(samples),
  };
}

function reloadMetrics(samples: Record<string, Record<string, number[]>>): Metric[] {
  const of = (side: string, figure: string): number[] => samples[side]?.[figure] ?? [];
  const apart = of('floor', 'seconds').map((seconds, index) => seconds + (of('query', 'seconds')[index] ?? Number.NaN));
  return [
    buildMetric({
      metric: 'rows per second, columns at hand',
      unit: 'rows/s',
      bars: [{ on: 'ratio', atLeast: 0.6 }],
      floorSamples: of('floor', 'perSecond'),
      valueSamples: of('write', 'perSecond'),
    }),
    buildMetric({
      metric: "rows per second after the query's first chunk",
      unit: 'rows/s',
      bars: [{ on: 'ratio', atLeast: 0.6 }],
      floorSamples: of('floor', 'perSecond'),
      valueSamples: of('product', 'perSecond'),
    }),
    buildMetric({
      metric: 'end to end, against query alone and floor',
      unit: 's',
      bars: [{ on: 'ratio', atMost: 1.25 }],
      floorSamples: apart,
      valueSamples: of('product', 'seconds'),
    }),
    buildMetric({
      metric: 'CPU of the write path per entity',
      unit: 'µs',
      bars: [],
      floorSamples: of('floor', 'cpuMicros'),
      valueSamples: of('write', 'cpuMicros'),
    }),
    buildMetric({
      metric: 'peak memory, against query alone',
      unit: 'bytes',
      bars: [{ on: 'value', atMost: 2 ** 30 }],
      floorSamples: of('query', 'peakBytes'),
      valueSamples: of('product', 'peakBytes'),
    }),
  ];
}

/** The bench's own process needs DuckDB only for moments; it must not hold memory while others are measured. */
async function withHistoryStore(directory: string, use: (store: OfflineStore) => Promise<unknown>): Promise<void> {
  const store = await openHistoryStore(directory);
  try {
    await use(store);
  } finally {
    await store.close();
  }
}

/** Empties Redis; an Error when fewer rows than expected were in it: then a side did not write what it should. */
async function emptyRedis(url: string, atLeastRows: number): Promise<void> {
  const redis = new Redis(url);
  try {
    const keys = await redis.dbsize();
    if (keys < atLeastRows) throw new Error(`Redis held ${keys} keys instead of ${atLeastRows}`);
    await redis.flushall('SYNC');
  } finally {
    redis.disconnect();
  }
}
