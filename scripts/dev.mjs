#!/usr/bin/env node
// `npm run dev [-- OPTIONS]`: the same as `larder dev`.
import { runLarder } from './larder.mjs';
import { runMain } from './run-main.mjs';

await runMain(() => runLarder(['dev', ...process.argv.slice(2)]));
