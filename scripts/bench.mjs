#!/usr/bin/env node
// `npm run bench [-- NAME… [OPTIONS]]`: runs bench/src/NAME.bench.ts, one after another; without a name lists them.
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { bundle } from './bundle.mjs';
import { runNode } from './child-process.mjs';
import { ensureInstalled } from './ensure-installed.mjs';
import { isMain, runMain, SetupError } from './run-main.mjs';
import { workspaceRoot } from './workspace.mjs';

const FOLDER = 'bench/src';
const SUFFIX = '.bench.ts';

/** Names of all benches, sorted. */
function listBenches() {
  const folder = join(workspaceRoot, FOLDER);
  const files = existsSync(folder) ? readdirSync(folder).sort() : [];
  return files.filter((file) => file.endsWith(SUFFIX)).map((file) => file.slice(0, -SUFFIX.length));
}

/**
 * The first sentence-bearing line of a file's opening comment, `` when it has none.
 * @param {string} source
 */
export function firstDocLine(source) {
  const comment = /^\s*(?:\/\*\*?([\s\S]*?)\*\/|((?:\/\/.*\n?)+))/.exec(source);
  const lines = (comment?.[1] ?? comment?.[2] ?? '').split('\n').map((line) => line.replace(/^[\s*/]+/, '').trim());
  return lines.find((line) => line !== '') ?? '';
}

/** @param {string[]} names */
function printBenches(names) {
  const width = Math.max(0, ...names.map((name) => name.length));
  for (const name of names) {
    const about = firstDocLine(readFileSync(join(workspaceRoot, FOLDER, name + SUFFIX), 'utf8'));
    process.stdout.write(`${name.padEnd(width)}  ${about}\n`);
  }
  if (names.length === 0) process.stdout.write(`no benches in ${FOLDER} yet\n`);
}

/**
 * @param {string} name
 * @param {string[]} options
 */
async function runBench(name, options) {
  await bundle({ entry: `${FOLDER}/${name}${SUFFIX}`, outdir: `dist/bench/${name}`, name });
  return runNode(['--expose-gc', '--enable-source-maps', `dist/bench/${name}/${name}.js`, ...options]);
}

/** @param {string[]} args names first, options from the first argument that starts with `-` */
async function main(args) {
  await ensureInstalled();
  const benches = listBenches();
  const firstOption = args.findIndex((arg) => arg.startsWith('-'));
  const names = firstOption === -1 ? args : args.slice(0, firstOption);
  const unknown = names.find((name) => !benches.includes(name));
  if (unknown !== undefined) throw new SetupError(`no bench "${unknown}"; run without a name to list them`);
  if (names.length === 0) return printBenches(benches);
  const options = firstOption === -1 ? [] : args.slice(firstOption);
  for (const name of names) {
    const code = await runBench(name, options);
    if (code !== 0) return code;
  }
  return 0;
}

if (isMain(import.meta.url)) await runMain(() => main(process.argv.slice(2)));
