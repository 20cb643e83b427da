import { runMain } from '@larder/service-runtime';
import { openOfflineQueryApp } from './app.js';
import { parseOfflineQueryConfig } from './config.js';

await runMain({
  name: 'offline-query',
  parseConfig: parseOfflineQueryConfig,
  environment: process.env,
  args: process.argv.slice(2),
  open: openOfflineQueryApp,
});
