#!/usr/bin/env node
// `npm run dev [-- PATH OPTIONS]`: the same as `larder dev`; without arguments, on the streaming example at its own time.
import { runLarder } from './larder.mjs';
import { runMain } from './run-main.mjs';

const EXAMPLE = ['examples/streaming-recommender', '--now', '2026-05-07T22:00:00Z'];

const args = process.argv.slice(2);
await runMain(() => runLarder(['dev', ...(args.length === 0 ? EXAMPLE : args)]));
