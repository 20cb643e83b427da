#!/usr/bin/env node
// Runs jest in ESM mode: `node scripts/jest.mjs [jest arguments]`.
import { join } from 'node:path';
import { runNode } from './child-process.mjs';
import { isMain, runMain } from './run-main.mjs';
import { workspaceRoot } from './workspace.mjs';

/**
 * Runs jest attached to this terminal and returns its exit code.
 * @param {string[]} args
 * @param {Record<string, string>} [env]
 */
export function runJest(args, env = {}) {
  const script = join(workspaceRoot, 'node_modules/jest/bin/jest.js');
  return runNode(['--experimental-vm-modules', '--no-warnings', script, ...args], { env });
}

if (isMain(import.meta.url)) await runMain(() => runJest(process.argv.slice(2)));
