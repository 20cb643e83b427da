// package-lock.json records what every package.json asks for; where it lags behind, a fresh clone cannot install.
import { join } from 'node:path';
import { listProjects, readJson, workspaceRoot } from '../workspace.mjs';

const KINDS = ['dependencies', 'devDependencies', 'optionalDependencies', 'peerDependencies'];

/** @type {import('../check.mjs').Check} */
export async function checkLock() {
  const { packages } = readJson(join(workspaceRoot, 'package-lock.json'));
  const folders = ['', ...listProjects().map((project) => project.root)];
  const problems = folders.flatMap((folder) =>
    findLag(`${folder === '' ? '' : `${folder}/`}package.json`, {
      manifest: readJson(join(workspaceRoot, folder, 'package.json')),
      locked: packages[folder] ?? {},
    }),
  );
  const advice = problems.length > 0 ? ['repair with: npm install --ignore-scripts'] : [];
  return {
    ok: problems.length === 0,
    output: [...problems, ...advice].join('\n'),
    note: `${folders.length} manifests`,
  };
}

/**
 * What a manifest and its entry in the lock file disagree about.
 * @param {string} file
 * @param {{ manifest: Record<string, any>, locked: Record<string, any> }} entries
 * @returns {string[]}
 */
export function findLag(file, { manifest, locked }) {
  return KINDS.flatMap((kind) => {
    const wanted = manifest[kind] ?? {};
    const recorded = locked[kind] ?? {};
    const names = [...new Set([...Object.keys(wanted), ...Object.keys(recorded)])].sort();
    return names
      .filter((name) => wanted[name] !== recorded[name])
      .map(
        (name) =>
          `${file}: ${kind}: ${name} ${wanted[name] ?? 'none'}, in package-lock.json ${recorded[name] ?? 'none'}`,
      );
  });
}
