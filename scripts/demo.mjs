#!/usr/bin/env node
// `npm run demo [-- OPTIONS]`: from a fresh clone to served values. The story itself is examples/demo.ts.
import { bundle } from './bundle.mjs';
import { runNode } from './child-process.mjs';
import { ensureInstalled } from './ensure-installed.mjs';
import { runMain } from './run-main.mjs';

await runMain(async () => {
  await ensureInstalled();
  await bundle({ entry: 'examples/demo.ts', outdir: 'dist/examples', name: 'demo' });
  return runNode(['--enable-source-maps', 'dist/examples/demo.js', ...process.argv.slice(2)]);
});
