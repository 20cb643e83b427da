/** Not a bench with a bar: how long each family of windowed aggregates takes on data like the flights example. Options: --quick, --late, and names of families. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buildTrainingSetQuery, buildWindowsAsOfQuery } from '@larder/point-in-time';
import type { OfflineStore } from '@larder/offline-store';
import type { Aggregate } from '@larder/registry';
import {
  approxCountDistinct,
  buildSnapshot,
  compileDefinitions,
  count,
  countDistinct,
  entity,
  every,
  featureView,
  first,
  float64,
  int64,
  last,
  lastN,
  max,
  mean,
  min,
  parquet,
  parseInstant,
  quantile,
  resolveFeatures,
  stddev,
  string,
  sum,
  topK,
  tumbling,
  variance,
} from '@larder/registry';
import { openHistoryStore } from './offline/history-store.js';

const IS_QUICK = process.argv.includes('--quick');
const IS_LATE = process.argv.includes('--late');
const CHOSEN = process.argv.slice(2).filter((each) => !each.startsWith('--'));
const EVENTS = IS_QUICK ? 100_000 : 3_000_000;
const SPINE = IS_QUICK ? 5_000 : 200_000;
const AIRPORTS = 299;
const START = parseInstant('2024-01-01T00:00:00Z');
const END = parseInstant('2025-01-01T00:00:00Z');

const windows = ['1d', '7d'] as const;
const lifetime = 'lifetime';
const day = tumbling('1d');

/** Six features each. */
const FAMILIES: Readonly<Record<string, Readonly<Record<string, Aggregate>>>> = {
  'count, mean': six((window) => [count({ window }), mean('minutes', { window }), mean('delay', { window })]),
  'float sum': six((window) => [sum('ratio', float64(), { window }), mean('ratio', { window }), count({ window })]),
  'variance of integers': six((window) => [
    variance('minutes', { window }),
    stddev('delay', { window }),
    count({ window }),
  ]),
  'variance of floats': six((window) => [
    variance('ratio', { window }),
    stddev('ratio', { window }),
    count({ window }),
  ]),
  'count distinct': six((window) => [
    countDistinct('carrier', { window }),
    countDistinct('flight', { window }),
    count({ window }),
  ]),
  'count distinct, approximate': {
    a: approxCountDistinct('flight', { window: '1d' }),
    b: approxCountDistinct('flight', { window: '7d' }),
  },
  'min, max': six((window) => [
    min('delay', int64(), { window }),
    max('delay', int64(), { window }),
    count({ window }),
  ]),
  'first, last': six((window) => [
    first('carrier', string(), { window }),
    last('carrier', string(), { window }),
    last('delay', int64(), { window }),
  ]),
  quantile: six((window) => [
    quantile('delay', 0.5, { window }),
    quantile('delay', [0.1, 0.9], { window }),
    quantile('ratio', 0.5, { window }),
  ]),
  'last 10': six((window) => [
    lastN('carrier', string(), { n: 10, window }),
    lastN('delay', int64(), { n: 10, window }),
    lastN('flight', int64(), { n: 10, window }),
  ]),
  'top 3': six((window) => [
    topK('carrier', string(), { k: 3, window }),
    topK('flight', int64(), { k: 3, window }),
    count({ window }),
  ]),
  tumbling: {
    a: count({ window: day }),
    b: mean('delay', { window: day }),
    c: countDistinct('carrier', { window: day }),
    d: max('delay', int64(), { window: day }),
    e: quantile('delay', 0.5, { window: day }),
    f: topK('carrier', string(), { k: 3, window: day }),
  },
  'lifetime by counters': {
    a: count({ window: lifetime }),
    b: mean('delay', { window: lifetime }),
    c: stddev('delay', { window: lifetime }),
    d: sum('ratio', float64(), { window: lifetime }),
    e: countDistinct('carrier', { window: lifetime }),
    f: countDistinct('flight', { window: lifetime }),
  },
  'lifetime by frames': {
    a: min('delay', int64(), { window: lifetime }),
    b: max('delay', int64(), { window: lifetime }),
    c: first('carrier', string(), { window: lifetime }),
    d: last('carrier', string(), { window: lifetime }),
    e: quantile('delay', 0.5, { window: lifetime }),
    f: last('flight', int64(), { window: lifetime }),
  },
};

function six(of: (window: (typeof windows)[number]) => readonly Aggregate[]): Record<string, Aggregate> {
  return Object.fromEntries(
    windows.flatMap((window) => of(window).map((each, index) => [`f${index}_${window}`, each])),
  );
}

async function writeData(store: OfflineStore, directory: string): Promise<void> {
  const time = (from: bigint, to: bigint): string => `make_timestamp(${from} + CAST(hash(n) % ${to - from} AS BIGINT))`;
  await store.writeParquet(
    `SELECT 'A' || (hash(n, 1) % ${AIRPORTS}) AS airport, ${time(START, END)} AS landed_at,
       ${time(START, END)} + to_seconds(CAST(hash(n, 2) % 14400 AS BIGINT)) AS known_at,
       CAST(hash(n, 3) % 300 AS INTEGER) AS minutes, CAST(hash(n, 4) % 500 AS BIGINT) - 60 AS delay,
       (hash(n, 5) % 100000) / 977.0 AS ratio, 'C' || (hash(n, 6) % 20) AS carrier, CAST(hash(n, 7) % 6000 AS BIGINT) AS flight
     FROM range(${EVENTS}) t(n)`,
    join(directory, 'flights.parquet'),
  );
  await store.writeParquet(
    `SELECT n AS request_id, 'A' || (hash(n, 11) % ${AIRPORTS}) AS airport, ${time(START, END)} AS asked_at FROM range(${SPINE}) t(n)`,
    join(directory, 'spine.parquet'),
  );
}

async function measure(
  store: OfflineStore,
  directory: string,
  features: Readonly<Record<string, Aggregate>>,
): Promise<string> {
  const view = featureView('traffic', {
    entities: [entity('airport', { joinKeys: { airport: string() } })],
    source: parquet('flights.parquet', { eventTime: 'landed_at', ...(IS_LATE ? { createdTime: 'known_at' } : {}) }),
    features,
    cadence: every('1h'),
  });
  const { snapshot } = buildSnapshot(compileDefinitions({ project: 'bench', objects: [view] }), undefined);
  const [spec] = snapshot.featureViews;
  if (spec === undefined) throw new Error('the view is missing');
  const context = await store.describeSources(snapshot, [spec]);
  const { sql } = buildTrainingSetQuery(context, {
    views: resolveFeatures(snapshot, { features: spec.features.map((each) => `traffic:${each.name}`) }),
    spine: {
      sql: `SELECT * FROM read_parquet('${join(directory, 'spine.parquet')}')`,
      columns: [
        { name: 'request_id', type: 'BIGINT' },
        { name: 'airport', type: 'VARCHAR' },
        { name: 'asked_at', type: 'TIMESTAMP' },
      ],
      timestampColumn: 'asked_at',
      rows: SPINE,
      minTime: START,
      maxTime: END,
    },
  });
  const training = await seconds(() => store.writeParquet(sql, join(directory, 'training.parquet')));
  const asOf = buildWindowsAsOfQuery(context, spec, { asOf: END });
  const materialization = await seconds(() => store.writeParquet(asOf.sql, join(directory, 'as-of.parquet')));
  return `${training}  ${materialization}`;
}

async function seconds(work: () => Promise<unknown>): Promise<string> {
  const start = performance.now();
  const cpu = process.cpuUsage();
  await work();
  const { user, system } = process.cpuUsage(cpu);
  return `${((performance.now() - start) / 1000).toFixed(1).padStart(6)} ${((user + system) / 1e6).toFixed(1).padStart(6)}`;
}

const directory = mkdtempSync(join(tmpdir(), 'window-families-'));
const store = await openHistoryStore(directory);
try {
  await writeData(store, directory);
  const kind = IS_LATE ? 'known up to 4 h late' : 'known when they happen';
  process.stdout.write(
    `${SPINE} rows of a spine, ${EVENTS} events ${kind}, ${AIRPORTS} airports, a year; seconds and CPU seconds\n`,
  );
  process.stdout.write(`${'family'.padEnd(30)}  training set   materialization\n`);
  for (const [family, features] of Object.entries(FAMILIES)) {
    if (CHOSEN.length > 0 && !CHOSEN.includes(family)) continue;
    process.stdout.write(`${family.padEnd(30)} ${await measure(store, directory, features)}\n`);
  }
} finally {
  await store.close();
  rmSync(directory, { recursive: true, force: true });
}
