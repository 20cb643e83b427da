/** split */
import { createServingHandlers, PlanCache, ReadService } from '@larder/app-online-serving/read-path';
import { RedisOnlineStore } from '@larder/online-store';
import { openGrpcServer } from '@larder/serving-api';
import { encodeRow } from '@larder/row-format';
import { Metrics, silentLogger, systemClock } from '@larder/service-runtime';
import { startRole } from './lib/child-role.js';
import type { ChildRole } from './lib/child-role.js';
import { alternate } from './lib/alternate.js';
import { runBench } from './lib/run-bench.js';
import { buildMetric } from './lib/metric.js';
import { echoFloor } from './serving/echo-floor.js';
import { createH2load } from './serving/h2load.js';
import { measureLoad } from './serving/measured-load.js';
import { productServer } from './serving/product-server.js';
import { checkedAnswer, openServingSetup } from './serving/serving-setup.js';
import { READ_PATH, readRequest } from './serving/read-request.js';
import { rowTime, rowValues, servingSnapshot } from './serving/serving-project.js';

const rows = servingSnapshot.featureViews.map((view, i) => encodeRow(view, rowValues(66, i), { first: rowTime, second: rowTime, eventTimeMicros: rowTime }));
const byId = new Map(servingSnapshot.featureViews.map((v, i) => [v.id, rows[i] as Buffer]));
const pointer = { viewVersion: 1, generation: 1, epoch: 'x' };
const role = (name: string, make: (url: string) => any): ChildRole<any, any> => ({ name, open: async ({ redisUrl, answer }: any) => {
  const server = await openGrpcServer({ host: '127.0.0.1', port: 0, handlers: make(name === 'async-echo' || name==='imm-echo' ? (answer as any) : redisUrl) });
  return { info: { port: server.port }, close: async () => {} };
}});
const stub = { read: async (lookups: any[]) => lookups.map((l) => ({ pointer, rows: l.keyPrefixes.map(() => byId.get(l.viewId)) })) } as any;
const memory = role('memory', () => createServingHandlers({ reads: new ReadService({ store: stub, plans: new PlanCache(() => servingSnapshot), clock: systemClock, onStoreFailure: () => undefined }), metrics: new Metrics(), logger: silentLogger(), isServing: () => true }));
const asyncEcho = role('async-echo', (answer: any) => { const b = Buffer.from(answer); return { getOnlineFeatures: async () => b, isServing: () => true, onError: () => undefined }; });
const immEcho = role('imm-echo', (answer: any) => { const b = Buffer.from(answer); let w: any[] = []; return { getOnlineFeatures: () => new Promise((r) => { if (w.push(r) === 1) setImmediate(() => { const x = w; w = []; for (const f of x) f(b); }); }), isServing: () => true, onError: () => undefined }; });
const service = process.argv.includes('--five') ? 'five_views' : 'one_view';
process.argv = process.argv.filter((a) => a !== '--five');
await runBench({ name: 'zz-split', about: '', floor: '', notMeasured: [], roles: [productServer, echoFloor, memory, asyncEcho, immEcho] as any, measure: async (context) => {
  const setup = await openServingSetup(context, 200);
  const expected = await checkedAnswer(setup, { featureService: service, views: service === 'one_view' ? 1 : 5 }, [66]);
  const servers: any = { floor: await context.use(startRole(echoFloor, { path: READ_PATH, answer: expected })), product: setup.server };
  for (const r of [memory, asyncEcho, immEcho]) servers[r.name] = await context.use(startRole(r as any, { redisUrl: setup.redis.url, answer: expected } as never));
  const h = createH2load('h2load');
  const request = readRequest(service, [66]);
  const sides: any = {};
  for (const [n, s] of Object.entries(servers) as any) sides[n] = async () => ({ us: (await measureLoad(h, s, { port: s.info.port, path: READ_PATH, request, expected, calls: 5000, connections: 8, inFlight: 64 })).serverCpuSeconds / 5000 * 1e6 });
  const out: any = await alternate({ sides, warmUps: 5, repeats: Number(process.env['REPS'] ?? 25), onProgress: () => undefined });
  const q = (a: number[], p: number) => [...a].sort((x, y) => x - y)[Math.floor(p * (a.length - 1))]?.toFixed(1);
  for (const n of Object.keys(servers)) console.log(n.padEnd(12), 'min', q(out[n].us, 0), 'p10', q(out[n].us, 0.1), 'p25', q(out[n].us, 0.25), 'p50', q(out[n].us, 0.5), 'p75', q(out[n].us, .75));
  return { conditions: [], metrics: Object.keys(servers).map((n) => buildMetric({ metric: n, unit: 'us', bars: [], floorSamples: out.floor.us, valueSamples: out[n].us })) };
} });
