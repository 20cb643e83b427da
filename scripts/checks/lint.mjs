// Lint with type information: no `any`, no floating promises, no import cycles, nothing unused.
import { join } from 'node:path';
import { captureCommand } from '../child-process.mjs';
import { workspaceRoot } from '../workspace.mjs';

/** @type {import('../check.mjs').Check} */
export function checkLint() {
  return runLint(workspaceRoot);
}

/**
 * Applies a workspace's .oxlintrc.json to its sources.
 * @param {string} root
 * @returns {Promise<import('../check.mjs').CheckResult>}
 */
export async function runLint(root) {
  const args = ['--type-aware', '--report-unused-disable-directives', '--ignore-pattern', 'node_modules'];
  const { code, output } = await captureCommand(join(root, 'node_modules/.bin/oxlint'), args, { cwd: root });
  return { ok: code === 0, output };
}
