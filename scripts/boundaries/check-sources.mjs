// Applies the rules of violations.mjs to every TypeScript source of a workspace.
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { declaredDependencies, listProjects, readJson } from '../workspace.mjs';
import { readSourceFacts } from './source-facts.mjs';
import { findViolations } from './violations.mjs';

/** Folders whose sources are checked; scripts/ are the tools themselves. */
const SOURCE_FOLDERS = ['apps', 'libs', 'examples', 'bench', 'e2e'];
const SKIPPED_FOLDERS = new Set(['node_modules', 'dist', 'gen', 'testdata', '.larder']);

/**
 * All violations in a workspace, and how many files were read.
 * @param {string} root
 * @param {Record<string, string[]>} owners
 * @returns {{ fileCount: number, violations: string[] }}
 */
export function checkSources(root, owners) {
  const projects = listProjects(root);
  const workspace = {
    projects: new Map(projects.map((project) => [project.name, project])),
    owners,
    testPackages: new Set(declaredDependencies(readJson(join(root, 'package.json')))),
  };
  const files = SOURCE_FOLDERS.flatMap((folder) => listSources(root, folder));
  const violations = files.flatMap((file) => {
    const facts = readSourceFacts(file, readFileSync(join(root, file), 'utf8'));
    return findViolations({ file, project: projectOf(file, projects), facts }, workspace);
  });
  return { fileCount: files.length, violations };
}

/**
 * @param {string} file
 * @param {import('../workspace.mjs').Project[]} projects
 * @returns {import('../workspace.mjs').Project} for a file outside all projects: one without root that assembles everything
 */
function projectOf(file, projects) {
  const loose = { name: '', root: '', layer: 'assembly', dependencies: new Set(['']), exportPaths: new Set(['']) };
  return projects.find((project) => file.startsWith(`${project.root}/`)) ?? loose;
}

/**
 * @param {string} root
 * @param {string} folder
 * @returns {string[]}
 */
function listSources(root, folder) {
  if (!existsSync(join(root, folder))) return [];
  return readdirSync(join(root, folder), { withFileTypes: true }).flatMap((entry) => {
    const path = `${folder}/${entry.name}`;
    if (entry.isDirectory()) return SKIPPED_FOLDERS.has(entry.name) ? [] : listSources(root, path);
    return /\.[cm]?ts$/.test(entry.name) ? [path] : [];
  });
}
