import { runMain } from '@larder/service-runtime';
import { openRegistryApp } from './app.js';
import { parseRegistryConfig } from './config.js';

await runMain({
  name: 'registry',
  parseConfig: parseRegistryConfig,
  environment: process.env,
  args: process.argv.slice(2),
  open: openRegistryApp,
});
