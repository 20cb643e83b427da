/** How long a large project takes to be planned, applied and loaded. */
import { openRegistryApp, parseRegistryConfig } from '@larder/app-registry';
import { RegistryClient } from '@larder/registry-client';
import { Metrics, silentLogger, systemClock } from '@larder/service-runtime';
import { alternate } from './lib/alternate.js';
import { openBenchFolder } from './lib/bench-folder.js';
import { buildMetric } from './lib/metric.js';
import type { Metric } from './lib/metric.js';
import { runBench } from './lib/run-bench.js';
import { openBareServer } from './registry/bare-server.js';
import { largeProject } from './registry/large-project.js';

const FULL = { views: 2_000, featuresPerView: 20, repeats: 5 };
const QUICK = { views: 50, featuresPerView: 20, repeats: 2 };
const PROJECT = 'company';

await runBench({
  name: 'registry-large',
  about:
    'how long it takes to apply and to load a project of 2,000 views and 40,000 features, every view changed each time',
  floor: 'a bare HTTP server that parses, writes and gives back the same document (bench/src/registry/bare-server.ts)',
  notMeasured: ['the look at the data', 'PostgreSQL over a network', 'many services that load at once'],
  roles: [],
  measure: async (context) => {
    const { views, featuresPerView, repeats } = context.quick ? QUICK : FULL;
    const folder = await context.use(openBenchFolder());
    const registry = await context.use(
      openRegistryApp({
        config: parseRegistryConfig({ LARDER_DATA_DIRECTORY: folder.path, LARDER_HTTP_PORT: '0' }),
        clock: systemClock,
        logger: silentLogger(),
        metrics: new Metrics(),
      }),
    );
    const bare = await context.use(openBareServer());
    const client = new RegistryClient({ url: registry.httpUrl });
    let revision = 0;
    const sides = {
      floor: async () => {
        const definitions = largeProject(PROJECT, { views, featuresPerView, revision });
        return {
          plan: await seconds(() => post(bare.url, { definitions })),
          apply: await seconds(() => post(bare.url, { definitions })),
          load: await seconds(() => fetch(bare.url).then((response) => response.json())),
        };
      },
      product: async () => {
        const definitions = largeProject(PROJECT, { views, featuresPerView, revision: ++revision });
        return {
          plan: await seconds(() => client.plan(PROJECT, definitions)),
          apply: await seconds(() => client.apply(PROJECT, { definitions })),
          load: await seconds(() => client.snapshot(PROJECT)),
        };
      },
    };
    const { floor, product } = await alternate({ sides, warmUps: 1, repeats, onProgress: context.onProgress });
    const snapshot = await client.snapshot(PROJECT);
    if (snapshot.featureViews.length !== views)
      throw new Error(`${snapshot.featureViews.length} views instead of ${views}`);
    const metric = (name: string, atMost: number): Metric =>
      buildMetric({
        metric: name,
        unit: 's',
        bars: [{ on: 'value', atMost }],
        floorSamples: floor[name] ?? [],
        valueSamples: product[name] ?? [],
      });
    return {
      conditions: [`${repeats} repeats after one warm-up; registry on PGlite and client in one process`],
      metrics: [metric('plan', 5), metric('apply', 5), metric('load', 1)],
    };
  },
});

async function seconds(work: () => Promise<unknown>): Promise<number> {
  const startedMs = performance.now();
  await work();
  return (performance.now() - startedMs) / 1000;
}

async function post(url: string, body: unknown): Promise<void> {
  await (await fetch(url, { method: 'POST', body: JSON.stringify(body) })).text();
}
