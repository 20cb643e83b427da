/** bits */
import { Metrics, systemClock } from '@larder/service-runtime';
const h = new Metrics().histogram({ name: 'a', help: 'b' });
let sink = 0;
const best: Record<string, number> = {};
const N = 20000;
const tests: [string, () => unknown][] = [
  ['observe', () => h.observe(0.0013)],
  ['perfnow', () => performance.now()],
  ['clock', () => Number(systemClock.now())],
  ['date', () => Date.now()],
];
for (let r = 0; r < 100; r++) for (const [n, f] of tests) { const t = performance.now(); for (let i = 0; i < N; i++) sink += Number(f() ?? 1); best[n] = Math.min(best[n] ?? 1e9, (performance.now() - t) * 1e3 / N); }
const a = async () => 1; const b = async () => a(); const c = async () => b(); const d = async () => c();
const aa = async () => await a();
for (let r = 0; r < 60; r++) for (const [n, f] of [['async1', a], ['async2', b], ['async4', d], ['await1', aa]] as const) { const t = performance.now(); for (let i = 0; i < 5000; i++) await f(); best[n] = Math.min(best[n] ?? 1e9, (performance.now() - t) * 1e3 / 5000); }
console.log(best, sink);
