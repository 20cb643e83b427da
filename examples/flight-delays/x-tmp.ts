import * as f from './features.js';
import { compileDefinitions, isDefinitionObject, buildSnapshot, resolveFeatures, parseInstant } from '@larder/registry';
import { buildTrainingSetQuery, buildTrainingSetPlan, buildNewestRowsQuery, buildWindowsAsOfQuery } from '@larder/point-in-time';
import { openOfflineStore } from '@larder/offline-store';
import { makeData, readFlightFacts } from './src/make-data.js';
import { checkTrainingSet } from './src/check-training-set.js';
const W = '/tmp/fl-work';
const d = compileDefinitions({ project: f.project, objects: Object.values(f).filter(isDefinitionObject) });
const built = buildSnapshot(d, undefined as never, 1 as never) as any;
const snapshot = built.snapshot ?? built;
const store = await openOfflineStore({ projectDirectory: W, allowedDirectories: [W], temporaryDirectory: W + '/tmp', threads: 2 });
const t = async <T>(n: string, s: () => Promise<T>) => { const t0 = performance.now(); const r = await s(); console.log(n, ((performance.now() - t0) / 1000).toFixed(2) + ' s', process.memoryUsage().rss >> 20, 'MB'); return r; };
const now = parseInstant('2001-06-30T18:00:00Z');
const files = await t('data', () => makeData(store, W, now));
console.log(await t('facts', () => readFlightFacts(store, files)));
const ctx = await t('describe', () => store.describeSources(snapshot, snapshot.featureViews));
const views = resolveFeatures(snapshot, { featureService: 'delay_model' }, { fullFeatureNames: true });
for (const [name, file] of [['routes', files.routes], ['train', files.departures]] as const) {
  const cols = name === 'train' ? ['flight', 'event_timestamp', 'origin', 'destination', 'arrival_delay'] : ['origin', 'destination', 'event_timestamp'];
  const q = buildTrainingSetQuery(ctx, { views, spine: { sql: `SELECT * FROM read_parquet('${file}')`, columns: cols.map((name) => ({ name })), timestampColumn: 'event_timestamp' , ...(name === 'train' ? {rows: 200000} : {rows: 3399, minTime: now, maxTime: now})} });
  const { writeFileSync } = await import('node:fs'); writeFileSync(`/tmp/fl-${name}.sql`, q.sql);
  await t(name, () => store.writeParquet(q.sql, `${W}/${name}.parquet`));
}
console.log(await t('check', () => checkTrainingSet(store, { flights: files.flights, trainingSet: W + '/train.parquet' })));
await store.close();
