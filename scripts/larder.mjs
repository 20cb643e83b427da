#!/usr/bin/env node
// `npm run larder -- …`: the command line from its sources. Runs in this process, since starting a second one would
// double the time to the first output; only `dev` gets its own, because its thread pool has to be sized beforehand.
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { bundle } from './bundle.mjs';
import { runNode } from './child-process.mjs';
import { ensureInstalled } from './ensure-installed.mjs';
import { isMain, runMain } from './run-main.mjs';
import { workspaceRoot } from './workspace.mjs';

const OUTDIR = 'dist/apps/cli';

/**
 * Runs the `larder` command with the given arguments, building it first when its sources changed.
 * @param {string[]} args
 */
export async function runLarder(args) {
  await ensureInstalled();
  await bundle({ entry: 'apps/cli/src/main.ts', outdir: OUTDIR, name: 'main' });
  const script = join(workspaceRoot, OUTDIR, 'main.js');
  if (args[0] === 'dev') return runNode(['--enable-source-maps', script, ...args], { cwd: process.cwd() });
  process.argv = [process.execPath, script, ...args];
  await import(pathToFileURL(script).href);
  return process.exitCode === undefined ? 0 : Number(process.exitCode);
}

if (isMain(import.meta.url)) await runMain(() => runLarder(process.argv.slice(2)));
