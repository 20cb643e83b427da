#!/usr/bin/env node
// `node assemble.mjs OUT APP…`: what an image holds of an app, OUT/<app>: its standalone bundle, and of node_modules the
// packages that the bundle could not take in, with all they depend on, in the versions package-lock.json fixed.
import { cpSync, existsSync, mkdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../..', import.meta.url));

/**
 * @param {string} out
 * @param {string} app a standalone bundle of it must lie in dist/
 */
function assemble(out, app) {
  const bundle = join(root, 'dist/standalone', app);
  const target = join(out, app);
  mkdirSync(target, { recursive: true });
  cpSync(bundle, target, { recursive: true, filter: (source) => !/\.map$|\/\.bundle\.json$/.test(source) });
  const folders = new Set();
  for (const name of dependenciesOf(bundle).required) collect(name, root, folders);
  for (const folder of folders) {
    const options = {
      recursive: true,
      filter: (/** @type {string} */ source) => source === folder || !source.startsWith(join(folder, 'node_modules')),
    };
    cpSync(folder, join(target, relative(root, folder)), options);
  }
}

/**
 * Adds the folder of a package and those of all it needs. Optional packages that are not installed (another platform's) are left out.
 * @param {string} name
 * @param {string} importer folder of the package that asks for it
 * @param {Set<string>} folders
 */
function collect(name, importer, folders) {
  const folder = findPackage(name, importer);
  if (folder === undefined)
    throw new Error(`${name}, needed by ${relative(root, importer) || 'the bundle'}, is not installed`);
  if (folders.has(folder)) return;
  folders.add(folder);
  const { required, optional } = dependenciesOf(folder);
  const installed = optional.filter((item) => findPackage(item, folder) !== undefined);
  for (const item of [...required, ...installed]) collect(item, folder, folders);
}

/**
 * Where Node finds a package: the nearest node_modules on the way up to the workspace.
 * @param {string} name
 * @param {string} importer
 * @returns {string | undefined}
 */
function findPackage(name, importer) {
  for (let folder = resolve(importer); folder.length >= resolve(root).length; folder = dirname(folder)) {
    const candidate = join(folder, 'node_modules', name);
    if (existsSync(join(candidate, 'package.json'))) return candidate;
  }
  return undefined;
}

/** @param {string} folder */
function dependenciesOf(folder) {
  const manifest = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
  const optional = Object.keys(manifest.optionalDependencies ?? {});
  const required = Object.keys(manifest.dependencies ?? {}).filter((name) => !optional.includes(name));
  return { required, optional };
}

const [out, ...apps] = process.argv.slice(2);
if (out === undefined || apps.length === 0) throw new Error('usage: node assemble.mjs OUT APP…');
for (const app of apps) assemble(resolve(out), app);
