// What each project declares, owns and touches: undeclared imports, package owners, deep imports, purity, environment.
import { join } from 'node:path';
import { checkSources } from '../boundaries/check-sources.mjs';
import { readJson, workspaceRoot } from '../workspace.mjs';

/** @type {import('../check.mjs').Check} */
export async function checkOwners() {
  const owners = readJson(join(workspaceRoot, 'scripts/package-owners.json'));
  const { fileCount, violations } = checkSources(workspaceRoot, owners);
  return { ok: violations.length === 0, output: violations.join('\n'), note: `${fileCount} files` };
}
