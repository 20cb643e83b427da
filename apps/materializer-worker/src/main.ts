import { runMain } from '@larder/service-runtime';
import { openMaterializerWorkerApp } from './app.js';
import { parseMaterializerWorkerConfig } from './config.js';

await runMain({
  name: 'materializer-worker',
  parseConfig: parseMaterializerWorkerConfig,
  environment: process.env,
  args: process.argv.slice(2),
  open: openMaterializerWorkerApp,
});
