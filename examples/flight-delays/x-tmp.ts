import { createStackClient, openLocalStack } from '@larder/cli';
import { parseInstant } from '@larder/registry';
import { fixedClock } from '@larder/service-runtime';
import { NOW } from './src/run.js';
import { makeData } from './src/make-data.js';
import { serve } from './src/serve.js';
import { withStore } from './src/with-store.js';
import { mkdtempSync } from 'node:fs';
const workDirectory = mkdtempSync('/tmp/fl-demo-');
const terminal = { json: false, stdout: process.stdout, stderr: process.stderr };
const t0 = performance.now();
const s0 = await openLocalStack({
  project: 'flight-delays',
  projectDirectory: workDirectory,
  clock: fixedClock(parseInstant(NOW)),
  onProgress: console.log,
});
console.log('open', performance.now() - t0, s0.storeDescription);
const stack = { ...s0, ...createStackClient(s0, terminal) };
const context = { stack, terminal, directory: process.cwd() + '/examples/flight-delays', workDirectory };
try {
  const files = await withStore(workDirectory, [], (store) => makeData(store, workDirectory, parseInstant(NOW)));
  await stack.apply(context.directory);
  const t1 = performance.now();
  const jobs = await stack.materialize({ featureService: 'delay_model' });
  console.log(JSON.stringify(jobs, null, 1), performance.now() - t1);
  const runs = await (await fetch(`${stack.registryUrl}/v1/projects/flight-delays/runs`)).json();
  console.log(JSON.stringify(runs, null, 1));
} catch (e) {
  console.error(e);
}
await stack.close();
console.log('closed');
