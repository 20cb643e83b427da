import * as f from './features.js';
import { compileDefinitions, isDefinitionObject, buildSnapshot, resolveFeatures, parseInstant } from '@larder/registry';
import { buildTrainingSetQuery, buildTrainingSetPlan } from '@larder/point-in-time';
import { openOfflineStore } from '@larder/offline-store';
import { makeData, readFlightFacts } from './src/make-data.js';
import { checkTrainingSet } from './src/check-training-set.js';
import { writeFileSync } from 'node:fs';
const W = '/tmp/fl-work';
const d = compileDefinitions({ project: f.project, objects: Object.values(f).filter(isDefinitionObject) });
const { snapshot } = buildSnapshot(d, undefined);
const store = await openOfflineStore({ projectDirectory: W, allowedDirectories: [W], temporaryDirectory: W + '/tmp', threads: 2 });
const t = async <T>(n: string, s: () => Promise<T>) => { const t0 = performance.now(), c = process.cpuUsage(); const r = await s(); const u = process.cpuUsage(c); console.log(n, ((performance.now() - t0) / 1000).toFixed(2) + ' s, cpu', ((u.user + u.system) / 1e6).toFixed(1), process.memoryUsage().rss >> 20, 'MB'); return r; };
const now = parseInstant('2001-06-30T18:00:00Z');
const files = await t('data', () => makeData(store, W, now));
await t('facts', () => readFlightFacts(store, files));
const ctx = await t('describe', () => store.describeSources(snapshot, snapshot.featureViews));
const views = resolveFeatures(snapshot, { featureService: 'delay_model' }, { fullFeatureNames: true });
for (const [name, file] of [['routes', files.routes], ['train', files.departures]] as const) {
  const cols = name === 'train' ? ['flight', 'event_timestamp', 'origin', 'destination', 'arrival_delay'] : ['origin', 'destination', 'event_timestamp'];
  const request = { views, spine: { sql: `SELECT * FROM read_parquet('${file}')`, columns: cols.map((name) => ({ name })), timestampColumn: 'event_timestamp' , ...(name === 'train' ? {rows: 200000, minTime: parseInstant('2001-01-01T00:01:00Z'), maxTime: parseInstant('2001-07-01T00:00:00Z')} : {rows: 3399, minTime: now, maxTime: now})} };
  const q = buildTrainingSetQuery(ctx, request);
  writeFileSync(`/tmp/fl-${name}.sql`, q.sql);
  await t(name, () => store.writeParquet(q.sql, `${W}/${name}.parquet`));
  if (name === 'train') { const p = buildTrainingSetPlan(ctx, request); writeFileSync(`/tmp/fl-${name}-plan.sql`, p.joined); await t('train plan', () => store.writeParquet(p.joined, `${W}/${name}-plan.parquet`)); }
}
console.log(await t('check', () => checkTrainingSet(store, { flights: files.flights, trainingSet: W + '/train.parquet' })));
await store.close();
