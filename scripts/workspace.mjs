// The workspace as data: where it lies and which projects it holds. Node built-ins only.
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** Absolute path of the repository's root, without a trailing separator. */
export const workspaceRoot = fileURLToPath(new URL('..', import.meta.url)).replace(/[/\\]$/, '');

/**
 * @typedef {object} Project
 * @property {string} name package name, `@larder/registry`
 * @property {string} root folder relative to the workspace, `libs/registry`
 * @property {string} layer the part after `layer:` of its one tag, empty when untagged
 * @property {Set<string>} dependencies packages its package.json declares, of any kind
 * @property {Set<string>} exportPaths keys of its `exports` map, `.` for the package itself
 */

/**
 * The JSON in a file.
 * @param {string} path
 * @returns {any}
 */
export function readJson(path) {
  return JSON.parse(readFileSync(path, 'utf8'));
}

/**
 * Every project the root package.json's `workspaces` name, sorted by folder.
 * @param {string} [root]
 * @returns {Project[]}
 */
export function listProjects(root = workspaceRoot) {
  const patterns = /** @type {string[]} */ (readJson(join(root, 'package.json')).workspaces ?? []);
  return patterns
    .flatMap((pattern) => expandWorkspace(root, pattern))
    .sort()
    .map((folder) => readProject(root, folder));
}

/**
 * @param {string} root
 * @param {string} pattern a folder, or a folder and `/*`
 */
function expandWorkspace(root, pattern) {
  const parent = pattern.replace(/\/\*$/, '');
  const folders = parent === pattern ? [pattern] : readdirSync(join(root, parent)).map((name) => `${parent}/${name}`);
  return folders.filter((folder) => existsSync(join(root, folder, 'package.json')));
}

/**
 * @param {string} root
 * @param {string} folder
 * @returns {Project}
 */
function readProject(root, folder) {
  const manifest = readJson(join(root, folder, 'package.json'));
  const tags = /** @type {string[]} */ (manifest.nx?.tags ?? []);
  return {
    name: manifest.name,
    root: folder,
    layer: tags.find((tag) => tag.startsWith('layer:'))?.slice('layer:'.length) ?? '',
    dependencies: new Set(declaredDependencies(manifest)),
    exportPaths: new Set(Object.keys(manifest.exports ?? {})),
  };
}

/**
 * Names of all packages a manifest declares, of whatever kind.
 * @param {Record<string, any>} manifest
 * @returns {string[]}
 */
export function declaredDependencies(manifest) {
  const kinds = ['dependencies', 'devDependencies', 'optionalDependencies', 'peerDependencies'];
  return kinds.flatMap((kind) => Object.keys(manifest[kind] ?? {}));
}
