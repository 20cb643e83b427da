import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { workspaceRoot } from './workspace.mjs';

// The pages that send people to files: every path in backticks, and every relative link, is there.

const PAGES = [
  'README.md',
  'ARCHITECTURE.md',
  'CONTRIBUTING.md',
  'docs/invariants.md',
  'docs/adr/README.md',
  'docs/semantics.md',
];
const FOLDERS = /^(apps|libs|docs|deploy|examples|e2e|bench|proto|scripts)\//;

/** @param {string} page */
function pathsOf(page) {
  const text = readFileSync(join(workspaceRoot, page), 'utf8').replace(/```[\s\S]*?```/g, '');
  const quoted = [...text.matchAll(/`([^`\s]+)`/g)].map((match) => match[1] ?? '').filter((path) => FOLDERS.test(path));
  const folder = page.split('/').slice(0, -1).join('/');
  const linked = [...text.matchAll(/\]\(([^)#\s]+)\)/g)]
    .map((match) => match[1] ?? '')
    .filter((target) => !target.includes(':'));
  return [...quoted, ...linked.map((target) => join(folder, target))];
}

/** @param {string} path */
function isThere(path) {
  if (!path.includes('*')) return existsSync(join(workspaceRoot, path));
  const folder = join(workspaceRoot, path.slice(0, path.lastIndexOf('/')));
  return existsSync(folder);
}

describe.each(PAGES)('%s', (page) => {
  it('names only files that are there', () => {
    const paths = pathsOf(page);
    expect(paths.length).toBeGreaterThan(0);
    expect(paths.filter((path) => !isThere(path))).toEqual([]);
  });
});
