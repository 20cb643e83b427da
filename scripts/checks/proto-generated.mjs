// The generated code is committed, so that nobody needs a generator to read or to run it; it must match the contract.
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { workspaceRoot } from '../workspace.mjs';
import { runBuf } from './buf.mjs';

const GENERATED = 'libs/serving-api/src/gen';

/** @returns {Promise<import('../check.mjs').CheckResult>} */
export async function checkGenerated() {
  const folder = mkdtempSync(join(tmpdir(), 'larder-gen-'));
  try {
    const { code, output } = await runBuf(['generate', '-o', folder]);
    if (code !== 0) return { ok: false, output: `buf generate:\n${output}` };
    const differences = compareTrees(join(folder, GENERATED), join(workspaceRoot, GENERATED));
    const report = differences.map((file) => `${GENERATED}/${file} is not what the contract generates`);
    return {
      ok: report.length === 0,
      output: report.length === 0 ? '' : [...report, 'repair with: npm run generate'].join('\n'),
    };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/**
 * Names of the files that two folders do not have in common with equal content.
 * @param {string} left
 * @param {string} right
 */
export function compareTrees(left, right) {
  const files = new Set([...listFiles(left), ...listFiles(right)]);
  return [...files].sort().filter((file) => readOrEmpty(join(left, file)) !== readOrEmpty(join(right, file)));
}

/** @param {string} folder */
function listFiles(folder) {
  if (!existsSync(folder)) return [];
  const entries = readdirSync(folder, { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(folder.length + 1));
}

/** @param {string} path */
function readOrEmpty(path) {
  return existsSync(path) ? readFileSync(path, 'utf8') : undefined;
}
