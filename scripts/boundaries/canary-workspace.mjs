// A small workspace that breaks every rule once. A check that lets one pass does not work.
import { cpSync, mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { workspaceRoot } from '../workspace.mjs';
import { CANARY_LEGAL, CANARY_PROJECTS, CANARY_VIOLATIONS } from './canary-violations.mjs';

/** The rules are the real ones. */
const COPIED = ['.oxlintrc.json', '.oxlintrc.boundaries.json', 'tsconfig.base.json', 'tsconfig.json'];

/**
 * Runs `use` on a canary workspace in a temporary folder, which is removed afterwards.
 * @template T
 * @param {(root: string) => Promise<T>} use
 * @returns {Promise<T>}
 */
export async function withCanaryWorkspace(use) {
  const root = realpathSync(mkdtempSync(join(tmpdir(), 'larder-canary-')));
  try {
    writeWorkspace(root);
    return await use(root);
  } finally {
    rmSync(root, { recursive: true, force: true });
  }
}

/** @param {string} root */
function writeWorkspace(root) {
  symlinkSync(join(workspaceRoot, 'node_modules'), join(root, 'node_modules'), 'dir');
  for (const file of COPIED) cpSync(join(workspaceRoot, file), join(root, file));
  writeJson(join(root, 'package.json'), {
    name: 'canary',
    private: true,
    workspaces: ['apps/*', 'libs/*', 'examples/*'],
  });
  writeJson(join(root, 'nx.json'), { neverConnectToCloud: true, analytics: false, useDaemonProcess: false });
  for (const [folder, layer, dependencies] of CANARY_PROJECTS) writeProject(join(root, folder), layer, dependencies);
  for (const [, file, , text] of CANARY_VIOLATIONS) writeText(join(root, file), text);
  for (const [file, text] of Object.entries(CANARY_LEGAL)) writeText(join(root, file), text);
}

/**
 * @param {string} folder
 * @param {string} layer
 * @param {string[]} dependencies
 */
function writeProject(folder, layer, dependencies) {
  writeText(join(folder, 'src/index.ts'), 'export {};');
  writeJson(join(folder, 'package.json'), {
    name: `@larder/${folder.slice(folder.lastIndexOf('/') + 1)}`,
    version: '0.0.0',
    type: 'module',
    exports: { '.': { '@larder/source': './src/index.ts' } },
    dependencies: Object.fromEntries(dependencies.map((name) => [name, '*'])),
    nx: { tags: [`layer:${layer}`] },
  });
}

/**
 * @param {string} path
 * @param {unknown} value
 */
function writeJson(path, value) {
  writeText(path, JSON.stringify(value));
}

/**
 * @param {string} path
 * @param {string} text
 */
function writeText(path, text) {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, text);
}
