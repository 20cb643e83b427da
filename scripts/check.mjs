#!/usr/bin/env node
// `npm run check [-- NAME…]`: everything that can be said about the tree without running it. One line per check; the
// full output of those that fail.
import { availableParallelism } from 'node:os';
import { ensureInstalled } from './ensure-installed.mjs';
import { isMain, runMain, SetupError } from './run-main.mjs';

/**
 * @typedef {object} CheckResult
 * @property {boolean} ok
 * @property {string} output what to read when it is not
 * @property {string} [note] one remark for the check's line
 *
 * @callback Check
 * @returns {Promise<CheckResult>}
 */

/**
 * The checks by name, slow ones first; loaded when asked for, since they need the installed packages.
 * @type {Record<string, () => Promise<Check>>}
 */
const CHECKS = {
  lint: async () => (await import('./checks/lint.mjs')).checkLint,
  canary: async () => (await import('./checks/canary.mjs')).checkCanary,
  boundaries: async () => (await import('./checks/boundaries.mjs')).checkBoundaries,
  types: async () => (await import('./checks/types.mjs')).checkTypes,
  proto: async () => (await import('./checks/proto.mjs')).checkProto,
  owners: async () => (await import('./checks/owners.mjs')).checkOwners,
  format: async () => (await import('./checks/format.mjs')).checkFormat,
  lock: async () => (await import('./checks/lock.mjs')).checkLock,
  words: async () => (await import('./checks/words.mjs')).checkWords,
};

/**
 * Runs checks, two at a time at most, printing a line for each as it ends; returns the names of those that failed.
 * @param {string[]} [names] all by default
 * @throws {SetupError} for an unknown name
 */
export async function runChecks(names = Object.keys(CHECKS)) {
  const unknown = names.filter((name) => !(name in CHECKS));
  if (unknown.length > 0)
    throw new SetupError(`no check "${unknown.join('", "')}"; there are: ${Object.keys(CHECKS).join(', ')}`);
  const queue = [...names];
  /** @type {string[]} */
  const failed = [];
  const work = async () => {
    for (let name = queue.shift(); name !== undefined; name = queue.shift()) {
      if (!(await runCheck(name))) failed.push(name);
    }
  };
  await Promise.all(Array.from({ length: Math.min(2, availableParallelism()) }, work));
  return failed;
}

/** @param {string} name */
async function runCheck(name) {
  const startedMs = Date.now();
  const result = await runSafely(name);
  const seconds = ((Date.now() - startedMs) / 1000).toFixed(1);
  const note = result.note === undefined ? '' : `  ${result.note}`;
  process.stdout.write(`check ${name.padEnd(10)} ${result.ok ? 'ok  ' : 'FAIL'} ${seconds.padStart(5)} s${note}\n`);
  if (!result.ok) process.stdout.write(`${indent(result.output.trimEnd())}\n`);
  return result.ok;
}

/**
 * @param {string} name
 * @returns {Promise<CheckResult>}
 */
async function runSafely(name) {
  try {
    const load = CHECKS[name];
    if (load === undefined) throw new SetupError(`no check "${name}"`);
    return await (
      await load()
    )();
  } catch (error) {
    return { ok: false, output: error instanceof Error ? (error.stack ?? error.message) : String(error) };
  }
}

/** @param {string} text */
function indent(text) {
  return text.replace(/^(?=.)/gm, '  ');
}

/** @param {string[]} names */
async function main(names) {
  await ensureInstalled();
  const failed = await runChecks(names.length > 0 ? names : undefined);
  if (failed.length > 0) process.stdout.write(`failed: ${failed.join(', ')}\n`);
  return failed.length > 0 ? 1 : 0;
}

if (isMain(import.meta.url)) await runMain(() => main(process.argv.slice(2)));
