// A service whose answers take a moment, run as a process of its own by run-main.int.spec.ts.
import { setTimeout as delay } from 'node:timers/promises';
import { commonSettings, createHttpApp, createRouter, Health, openHttpServer, openService, parseConfig, runMain } from '../index.js';

const ANSWER_MS = 20;

await runMain({
  name: 'slow-service',
  parseConfig: (environment) => parseConfig(commonSettings({ httpPort: 0 }), environment),
  environment: process.env,
  args: process.argv.slice(2),
  open: ({ config, logger, metrics }) =>
    openService({ name: 'slow-service', logger, drainSeconds: config.drainSeconds }, async (lifecycle) => {
      lifecycle.onClose('store', () => void process.stdout.write('{"closed":"store"}\n'));
      const health = new Health(lifecycle, logger);
      const router = createRouter();
      router.get('/slow', async (_request, response) => {
        await delay(ANSWER_MS);
        response.json({ answer: 'x'.repeat(10_000) });
      });
      router.get('/endless', () => new Promise(() => undefined));
      const app = createHttpApp({ logger, metrics, health, routers: [router] });
      const server = await openHttpServer(lifecycle, app, { host: '127.0.0.1', port: config.httpPort });
      process.stdout.write(`${JSON.stringify({ url: server.url })}\n`);
      return server;
    }),
});
