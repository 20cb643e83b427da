/** micro */
import { createServingHandlers, PlanCache, ReadService } from '@larder/app-online-serving/read-path';
import { encodeRow } from '@larder/row-format';
import { Metrics, silentLogger, systemClock } from '@larder/service-runtime';
import { readRequest, spreadEntities } from './serving/read-request.js';
import { rowTime, rowValues, servingSnapshot } from './serving/serving-project.js';

const rows = servingSnapshot.featureViews.map((view, i) => encodeRow(view, rowValues(7, i), { first: rowTime, second: rowTime, eventTimeMicros: rowTime }));
const byId = new Map(servingSnapshot.featureViews.map((v, i) => [v.id, rows[i] as Buffer]));
const pointer = { viewVersion: 1, generation: 1, epoch: 'x' };
let keysSeen = 0;
const scratch = Buffer.alloc(1 << 20);
const store = {
  read: async (lookups: any[]) => lookups.map((l) => {
    const row = byId.get(l.viewId) as Buffer;
    const out = new Array(l.keyPrefixes.length);
    let at = 0;
    for (let i = 0; i < out.length; i++) { at += scratch.latin1Write(l.keyPrefixes[i] + '1.1', at); out[i] = row; }
    keysSeen += at;
    return { pointer, rows: out };
  }),
} as any;
const reads = new ReadService({ store, plans: new PlanCache(() => servingSnapshot), clock: systemClock, onStoreFailure: () => undefined });
const handlers = createServingHandlers({ reads, metrics: new Metrics(), logger: silentLogger(), isServing: () => true });
const cases: [string, Buffer, number][] = [
  ['unary', readRequest('one_view', [5]), 2000],
  ['unary5', readRequest('five_views', [5]), 1000],
  ['batch100', readRequest('one_view', spreadEntities(100, 20000)), 200],
  ['batch1000', readRequest('one_view', spreadEntities(1000, 20000)), 20],
];
const best: Record<string, number> = {};
for (let round = 0; round < 60; round++)
  for (const [name, request, n] of cases) {
    const t = performance.now();
    for (let i = 0; i < n; i++) await handlers.getOnlineFeatures(request, process.env.DL ? Date.now() + 5000 : undefined);
    const us = ((performance.now() - t) * 1000) / n;
    best[name] = Math.min(best[name] ?? 1e9, us);
  }
console.log(JSON.stringify(best), keysSeen);
