// Who may do what, as data for violations.mjs. The layer rule itself (who may import whom) is in
// .oxlintrc.boundaries.json, checked by Nx; the owner of each npm package is in package-owners.json.

/** Files that are tests, contract suites, benches or their helpers in a folder `testing`, or lie in a project that is nothing else. */
const TEST_FILE = /(\.(spec|contract|bench|fixture)\.ts|\/src\/testing\/[^/]+\.ts)$/;
const TEST_PROJECTS = new Set(['e2e', 'bench']);

/** Besides tests: where the environment may be read. */
const ENVIRONMENT_READERS = [
  /^libs\/(service-runtime|local-services)\/src\/(config|environment)[^/]*\.ts$/,
  /^apps\/[^/]+\/src\/main\.ts$/,
];

/**
 * @param {{ file: string, project: { root: string, layer: string } }} source
 */
export function isTest({ file, project }) {
  return TEST_FILE.test(file) || TEST_PROJECTS.has(project.root);
}

/**
 * @param {{ file: string, project: { root: string, layer: string } }} source
 */
export function mayReadEnvironment({ file, project }) {
  return (
    isTest({ file, project }) ||
    project.layer === 'testing' ||
    ENVIRONMENT_READERS.some((pattern) => pattern.test(file))
  );
}

/**
 * Domain code computes from its arguments alone: no I/O, no clock, no environment, no chance.
 * @param {{ file: string, project: { root: string, layer: string } }} source
 */
export function mustBePure({ file, project }) {
  return project.layer === 'domain' && !isTest({ file, project });
}

/**
 * Benches and end-to-end tests measure and verify from outside, so they may use any package they declare.
 * @param {{ project: { root: string } }} source
 */
export function mayUseAnyPackage({ project }) {
  return TEST_PROJECTS.has(project.root);
}
