/** parts */
import { PlanCache } from '../../apps/online-serving/src/plan-cache.js';
import { buildKeyPrefixes } from '../../apps/online-serving/src/entity-keys.js';
import { assembleResponse } from '../../apps/online-serving/src/assemble-response.js';
import { parseReadRequest } from '@larder/serving-api';
import { encodeRow } from '@larder/row-format';
import { readRequest, spreadEntities } from './serving/read-request.js';
import { rowTime, rowValues, servingSnapshot } from './serving/serving-project.js';
const rows = servingSnapshot.featureViews.map((view, i) => encodeRow(view, rowValues(7, i), { first: rowTime, second: rowTime, eventTimeMicros: rowTime }));
const pointer = { viewVersion: 1, generation: 1, epoch: 'x' };
const plans = new PlanCache(() => servingSnapshot);
const scratch = Buffer.alloc(1 << 20);
let sink = 0;
const moment = { nowMicros: Date.now() * 1000, maxAgeMicros: Infinity };
const best: Record<string, number> = {};
const time = (name: string, n: number, f: () => unknown) => { const t = performance.now(); for (let i = 0; i < n; i++) sink += Number(f() !== undefined); best[name] = Math.min(best[name] ?? 1e9, ((performance.now() - t) * 1000) / n); };
for (let round = 0; round < 100; round++)
  for (const [name, service, count, n] of [['unary', 'one_view', 1, 2000], ['unary5', 'five_views', 1, 1000], ['b100', 'one_view', 100, 200]] as const) {
    const request = readRequest(service, spreadEntities(count, 20000));
    const parsed = parseReadRequest(request);
    const plan = plans.plan(parsed);
    const prefixes = buildKeyPrefixes(plan, parsed.joinKeys);
    const found = plan.views.map((v, i) => ({ pointer, rows: new Array(count).fill(rows[i]) }));
    const meta = Buffer.alloc(60);
    time(name + ' parse', n, () => parseReadRequest(request));
    time(name + ' plan', n, () => plans.plan(parsed));
    time(name + ' keys', n, () => buildKeyPrefixes(plan, parsed.joinKeys));
    time(name + ' write', n, () => { let at = 0; for (const p of buildKeyPrefixes(plan, parseReadRequest(request).joinKeys)) for (const q of p) at += scratch.latin1Write(q + '1.1', at); return at; });
    time(name + ' assemble', n, () => assembleResponse(plan, meta, found as any, moment));
  }
console.log(best, sink);
