// Nx plugin: gives every project the targets `test` and `lint`, so that `npx nx affected -t test lint` runs only what a
// change can break and a second run comes from the cache.
import { dirname } from 'node:path';

export const name = 'larder-targets';

const INPUTS = ['default', '^default'];

const targets = {
  test: { command: 'node scripts/jest.mjs --passWithNoTests {projectRoot}/', cache: true, inputs: INPUTS },
  lint: { command: 'oxlint --type-aware {projectRoot}', cache: true, inputs: INPUTS },
};

/** @param {readonly string[]} manifests */
function describeProjects(manifests) {
  return manifests.map((manifest) => [manifest, { projects: { [dirname(manifest)]: { targets } } }]);
}

export const createNodesV2 = ['{apps,libs,examples}/*/package.json', describeProjects];
