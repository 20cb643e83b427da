import { findViolations } from './violations.mjs';

/**
 * @param {string} root
 * @param {string} layer
 * @param {string[]} dependencies
 */
const project = (root, layer, dependencies) => ({
  name: `@larder/${root.slice(root.indexOf('/') + 1)}`,
  root,
  layer,
  dependencies: new Set(dependencies),
  exportPaths: new Set(['.', './values']),
});

const rules = project('libs/rules', 'domain', ['zod']);
const store = project('libs/store', 'adapter', ['@larder/rules', '@larder/testing', 'ioredis']);
const testing = project('libs/testing', 'testing', []);
const e2e = project('e2e', 'assembly', ['ioredis']);
const loose = { ...project('x', 'assembly', []), name: '', root: '' };
const workspace = {
  projects: new Map([rules, store, testing, e2e].map((each) => [each.name, each])),
  owners: { ioredis: ['libs/store'], bullmq: ['libs/queue'], zod: ['*'] },
  testPackages: new Set(['fast-check']),
};

/**
 * @param {import('../workspace.mjs').Project} owner
 * @param {string} file
 * @param {import('./source-facts.mjs').Fact['kind']} kind
 * @param {string} name
 */
function violations(owner, file, kind, name) {
  return findViolations({ file, project: owner, facts: [{ kind, name, line: 7 }] }, workspace);
}

describe('an import', () => {
  it.each([
    ['@larder/store', 'libs/rules/src/a.ts', rules, 'undeclared'],
    ['bullmq', 'e2e/src/a.e2e.spec.ts', e2e, 'undeclared'],
    ['@larder/rules/src/a.js', 'libs/store/src/a.ts', store, 'deep-import'],
    ['../../rules/src/a.js', 'libs/store/src/a.ts', store, 'deep-import'],
    ['/elsewhere/a.js', 'libs/store/src/a.ts', store, 'deep-import'],
    ['@larder/testing', 'libs/store/src/a.ts', store, 'testing-in-source'],
    ['bullmq', 'libs/store/src/a.ts', store, 'package-owner'],
    ['left-pad', 'libs/store/src/a.ts', store, 'package-owner'],
    ['fast-check', 'libs/store/src/a.ts', store, 'package-owner'],
    ['ioredis/built/x.js', 'examples/demo.ts', loose, 'package-owner'],
    ['node:crypto', 'libs/rules/src/a.ts', rules, 'impure'],
    ['fs/promises', 'libs/rules/src/a.ts', rules, 'impure'],
    ['node:process', 'libs/store/src/a.ts', store, 'environment'],
  ])('of %s in %s is reported', (name, file, owner, rule) => {
    expect(violations(owner, file, 'import', name)).toEqual([expect.stringMatching(`^${file}:7: ${rule}: `)]);
  });

  it.each([
    ['@larder/rules', 'libs/store/src/a.ts', store],
    ['@larder/rules/values', 'libs/store/src/a.ts', store],
    ['../b.js', 'libs/store/src/deep/a.ts', store],
    ['ioredis', 'libs/store/src/a.ts', store],
    ['node:fs', 'libs/store/src/a.ts', store],
    ['@larder/testing', 'libs/store/src/a.int.spec.ts', store],
    ['@larder/testing', 'libs/store/src/store.contract.ts', store],
    ['fast-check', 'libs/store/src/a.spec.ts', store],
    ['zod', 'libs/rules/src/a.ts', rules],
    ['node:fs', 'libs/rules/src/a.spec.ts', rules],
    ['ioredis', 'e2e/src/harness.ts', e2e],
    ['@larder/store', 'examples/demo.ts', loose],
  ])('of %s in %s is fine', (name, file, owner) => {
    expect(violations(owner, file, 'import', name)).toEqual([]);
  });
});

describe('a use', () => {
  it.each([
    ['Date.now', 'libs/rules/src/a.ts', rules, 'impure'],
    ['process.env', 'libs/rules/src/a.ts', rules, 'impure'],
    ['process.env', 'libs/store/src/a.ts', store, 'environment'],
    ['process', 'libs/store/src/a.ts', store, 'environment'],
    ['as unknown as', 'libs/store/src/a.spec.ts', store, 'double-assertion'],
    ['process.env', 'examples/demo.ts', loose, 'environment'],
  ])('of %s in %s is reported', (name, file, owner, rule) => {
    expect(violations(owner, file, 'use', name)).toEqual([expect.stringMatching(`^${file}:7: ${rule}: `)]);
  });

  it.each([
    ['Date.now', 'libs/rules/src/a.spec.ts', rules],
    ['Date.now', 'libs/store/src/a.ts', store],
    ['process.on', 'libs/store/src/a.ts', store],
    ['process.env', 'libs/store/src/a.spec.ts', store],
    ['process.env', 'libs/testing/src/a.ts', testing],
    ['process.env', 'apps/reader/src/main.ts', project('apps/reader', 'app', [])],
    ['process.env', 'libs/service-runtime/src/config.ts', project('libs/service-runtime', 'runtime', [])],
  ])('of %s in %s is fine', (name, file, owner) => {
    expect(violations(owner, file, 'use', name)).toEqual([]);
  });
});
