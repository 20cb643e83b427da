import { runMain } from '@larder/service-runtime';
import { openOnlineServingApp } from './app.js';
import { parseOnlineServingConfig } from './config.js';

await runMain({
  name: 'online-serving',
  parseConfig: parseOnlineServingConfig,
  environment: process.env,
  args: process.argv.slice(2),
  open: openOnlineServingApp,
});
