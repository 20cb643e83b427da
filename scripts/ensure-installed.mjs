// Makes `npm run demo` and `npm test` work on a fresh clone: installs when, and only when, it is needed.
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { isInstalled, writeStamp } from './install-state.mjs';
import { satisfiesRange } from './node-range.mjs';
import { startProgress } from './progress.mjs';
import { SetupError } from './run-main.mjs';
import { readJson, workspaceRoot } from './workspace.mjs';

/**
 * Guarantees that the running Node fits and that node_modules matches package-lock.json; runs `npm ci --ignore-scripts`
 * (progress on stderr, about a minute) when it does not. Costs a few milliseconds otherwise. Needs Node built-ins only.
 * With LARDER_SKIP_INSTALL=1 node_modules is taken as it is, for trees that something else keeps or that are read-only.
 * @param {string} [root]
 * @throws {SetupError} when the Node version does not fit or the installation fails
 */
export async function ensureInstalled(root = workspaceRoot) {
  checkNodeVersion(process.version, readJson(join(root, 'package.json')).engines.node);
  if (process.env['LARDER_SKIP_INSTALL'] === '1' || isInstalled(root)) return;
  const progress = startProgress('installing packages (npm ci, needed once)');
  const { code, output } = await runNpmCi(root);
  if (code !== 0) {
    progress.fail();
    throw new SetupError(`npm ci failed with exit code ${code}:\n${output.trimEnd()}`);
  }
  writeStamp(root);
  progress.done();
}

/**
 * @param {string} version of the running Node
 * @param {string} range `engines.node`
 * @throws {SetupError} naming both
 */
export function checkNodeVersion(version, range) {
  if (satisfiesRange(version, range)) return;
  throw new SetupError(
    `Node ${version} cannot run this project: package.json asks for ${range}. Install a fitting Node and try again.`,
  );
}

/**
 * @param {string} root
 * @returns {Promise<{ code: number, output: string }>}
 */
function runNpmCi(root) {
  const flags = ['ci', '--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error'];
  const npmScript = process.env['npm_execpath'];
  const [command, args] =
    npmScript?.endsWith('npm-cli.js') === true ? [process.execPath, [npmScript, ...flags]] : ['npm', flags];
  return new Promise((resolve) => {
    const child = spawn(command, args, { cwd: root, stdio: ['ignore', 'pipe', 'pipe'] });
    let output = '';
    child.stdout.on('data', (chunk) => (output += chunk));
    child.stderr.on('data', (chunk) => (output += chunk));
    child.on('error', (error) => resolve({ code: 127, output: error.message }));
    child.on('close', (code) => resolve({ code: code ?? 1, output }));
  });
}
