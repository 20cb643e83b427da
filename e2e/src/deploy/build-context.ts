import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, symlinkSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { inWorkspace, workspaceRoot } from './workspace-paths.js';

/** Whether .dockerignore keeps a path, relative to the workspace, out of the build context. Knows `*` and `**`, no `!`. */
export function isIgnored(path: string): boolean {
  return ignorePatterns().some((pattern) => pattern.test(path));
}

function ignorePatterns(): RegExp[] {
  const lines = readFileSync(inWorkspace('.dockerignore'), 'utf8')
    .split('\n')
    .filter((line) => line !== '');
  return lines.map((line) => {
    if (/^[!#]/.test(line)) throw new Error(`.dockerignore: ${line} is beyond this reader`);
    return new RegExp(`^${line.replaceAll(/\*\*\/|\*|[.+?^${}()|[\]\\]/g, globToPattern)}(/|$)`);
  });
}

function globToPattern(token: string): string {
  if (token === '**/') return '(.+/)?';
  return token === '*' ? '[^/]*' : `\\${token}`;
}

/** What `COPY . .` puts into a folder: the workspace without what .dockerignore names. */
export function copyBuildContext(target: string): void {
  const filter = (source: string): boolean => source === workspaceRoot || !isIgnored(relative(workspaceRoot, source));
  cpSync(workspaceRoot, target, { recursive: true, filter });
}

/**
 * What `npm ci` does to a copied build context, in a moment: npm packages are linked to those installed here, workspace
 * packages to their folders in the copy.
 */
export function linkPackages(context: string): void {
  for (const folder of ['.', ...workspaceFolders(context)]) {
    const installed = inWorkspace(folder, 'node_modules');
    if (existsSync(installed)) linkFolder(installed, join(context, folder, 'node_modules'));
  }
  for (const folder of workspaceFolders(context)) {
    const { name } = JSON.parse(readFileSync(join(context, folder, 'package.json'), 'utf8')) as { name: string };
    link(join(context, folder), join(context, 'node_modules', name));
  }
}

function linkFolder(installed: string, target: string): void {
  for (const entry of readdirSync(installed)) {
    if (entry === '@larder' || entry === '.bin') continue;
    if (entry.startsWith('@')) linkFolder(join(installed, entry), join(target, entry));
    else link(join(installed, entry), join(target, entry));
  }
}

function link(source: string, target: string): void {
  mkdirSync(dirname(target), { recursive: true });
  symlinkSync(source, target);
}

/** Folders of the workspace's packages inside a copy of it, relative. */
function workspaceFolders(context: string): string[] {
  const { workspaces } = JSON.parse(readFileSync(join(context, 'package.json'), 'utf8')) as { workspaces: string[] };
  const folders = workspaces.flatMap((pattern) => {
    const parent = pattern.replace(/\/\*$/, '');
    return parent === pattern ? [pattern] : readdirSync(join(context, parent)).map((name) => `${parent}/${name}`);
  });
  return folders.filter((folder) => existsSync(join(context, folder, 'package.json')));
}
