// The boundary rules that Nx's layer rule cannot see: what a project declares, package owners, deep imports, purity.
import { isBuiltin } from 'node:module';
import { posix } from 'node:path';
import { packageName } from '../bundle.mjs';
import { isTest, mayReadEnvironment, mayUseAnyPackage, mustBePure } from './policy.mjs';

/**
 * @typedef {import('../workspace.mjs').Project} Project
 * @typedef {import('./source-facts.mjs').Fact} Fact
 *
 * @typedef {object} Workspace
 * @property {Map<string, Project>} projects by package name
 * @property {Record<string, string[]>} owners folders that may import an npm package, `*` for all
 * @property {Set<string>} testPackages npm packages every test may import: the root's devDependencies
 *
 * @typedef {object} Source
 * @property {string} file relative to the workspace, `/` as separator
 * @property {Project} project the project the file belongs to
 * @property {Fact[]} facts
 */

/**
 * All violations in one source file, each `file:line: rule: what is wrong and what to do`.
 * @param {Source} source
 * @param {Workspace} workspace
 * @returns {string[]}
 */
export function findViolations(source, workspace) {
  return source.facts.flatMap((fact) => {
    const problem =
      fact.kind === 'import' ? importProblem(source, fact.name, workspace) : useProblem(source, fact.name);
    return problem === undefined ? [] : [`${source.file}:${fact.line}: ${problem}`];
  });
}

/**
 * @param {Source} source
 * @param {string} specifier
 * @param {Workspace} workspace
 */
function importProblem(source, specifier, workspace) {
  if (specifier.startsWith('.')) return relativeProblem(source, specifier);
  if (specifier.startsWith('/')) return `deep-import: "${specifier}" is a path of one machine`;
  if (isBuiltin(specifier)) return builtinProblem(source, specifier);
  const target = workspace.projects.get(packageName(specifier));
  if (target !== undefined) return workspaceProblem(source, specifier, target);
  return packageProblem(source, packageName(specifier), workspace);
}

/**
 * @param {Source} source
 * @param {string} specifier
 */
function relativeProblem({ file, project }, specifier) {
  const target = posix.join(posix.dirname(file), specifier);
  if (target.startsWith(`${project.root}/`)) return undefined;
  return project.root === ''
    ? undefined
    : `deep-import: "${specifier}" leaves ${project.root}; import the package by its name`;
}

/**
 * @param {Source} source
 * @param {string} specifier
 */
function builtinProblem(source, specifier) {
  if (mustBePure(source)) return `impure: domain code must not import the Node builtin "${specifier}"`;
  return /^(node:)?process$/.test(specifier) && !mayReadEnvironment(source) ? environmentProblem(specifier) : undefined;
}

/**
 * @param {Source} source
 * @param {string} specifier
 * @param {Project} target
 */
function workspaceProblem(source, specifier, target) {
  const subpath = `.${specifier.slice(target.name.length)}`;
  if (!target.exportPaths.has(subpath))
    return `deep-import: ${target.name} does not export "${subpath}"; import what its index.ts lists`;
  if (target.layer === 'testing' && !isTest(source) && source.project.layer !== 'testing') {
    return `testing-in-source: only tests may import ${target.name}`;
  }
  return declarationProblem(source, target.name);
}

/**
 * @param {Source} source
 * @param {string} name
 * @param {Workspace} workspace
 */
function packageProblem(source, name, { owners, testPackages }) {
  if (isTest(source) && testPackages.has(name)) return undefined;
  const allowed = owners[name] ?? [];
  const isOwner = allowed.includes('*') || allowed.includes(source.project.root) || mayUseAnyPackage(source);
  if (isOwner) return declarationProblem(source, name);
  const owner =
    allowed.length > 0 ? `belongs to ${allowed.join(' and ')}` : 'has no owner in scripts/package-owners.json';
  return `package-owner: the npm package "${name}" ${owner}`;
}

/**
 * @param {Source} source
 * @param {string} name
 */
function declarationProblem({ project }, name) {
  if (project.root === '' || project.name === name || project.dependencies.has(name)) return undefined;
  return `undeclared: ${project.root}/package.json does not declare "${name}"`;
}

/**
 * @param {Source} source
 * @param {string} use
 */
function useProblem(source, use) {
  if (use === 'as unknown as') return 'double-assertion: parse the value or narrow its type instead of "as unknown as"';
  if (mustBePure(source)) return `impure: domain code must not use "${use}"; take what it needs as an argument`;
  return /^process(\.env)?$/.test(use) && !mayReadEnvironment(source) ? environmentProblem(use) : undefined;
}

/** @param {string} use */
function environmentProblem(use) {
  const places = "an app's main.ts or a config*.ts or environment*.ts of libs/service-runtime or libs/local-services";
  return `environment: "${use}" belongs into ${places}; take the value as an argument`;
}
