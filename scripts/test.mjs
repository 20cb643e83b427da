#!/usr/bin/env node
// `npm test`: install if needed, all checks, the build, all tests. The last line is `N passed, N failed`.
// `npm test -- ARGUMENTS` passes them to jest for a subset and leaves out the checks.
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { formatClosingLine, sumUp } from './closing-line.mjs';
import { ensureInstalled } from './ensure-installed.mjs';
import { runJest } from './jest.mjs';
import { runMain } from './run-main.mjs';
import { readJson } from './workspace.mjs';

/** @returns {Promise<string[]>} what failed */
async function runAllChecks() {
  const { runChecks } = await import('./check.mjs');
  return (await runChecks()).map((name) => `check ${name}`);
}

/** @returns {Promise<string[]>} what failed */
async function build() {
  const { buildApps } = await import('./build.mjs');
  const startedMs = Date.now();
  try {
    const built = await buildApps();
    process.stdout.write(
      `build            ok   ${((Date.now() - startedMs) / 1000).toFixed(1).padStart(5)} s  ${built.length} apps rebuilt\n`,
    );
    return [];
  } catch (error) {
    process.stdout.write(`build            FAIL\n${error instanceof Error ? error.message : String(error)}\n`);
    return ['build'];
  }
}

/** @param {string[]} args */
async function runTests(args) {
  const folder = mkdtempSync(join(tmpdir(), 'larder-test-'));
  const file = join(folder, 'totals.json');
  try {
    const jestExitCode = await runJest(args, { LARDER_TEST_TOTALS_FILE: file });
    return { jestExitCode, jest: existsSync(file) ? readJson(file) : undefined };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** @param {string[]} args jest's */
async function main(args) {
  await ensureInstalled();
  const failures = [...(args.length === 0 ? await runAllChecks() : []), ...(await build())];
  const totals = sumUp({ ...(await runTests(args)), otherFailures: failures.length });
  if (failures.length > 0) process.stdout.write(`failed besides the tests: ${failures.join(', ')}\n`);
  process.stdout.write(`${formatClosingLine(totals)}\n`);
  return totals.failed > 0 ? 1 : 0;
}

await runMain(() => main(process.argv.slice(2)));
