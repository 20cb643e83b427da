// Nx's layer rule, run by oxlint. The rule passes silently when no project graph is cached, so the graph is computed
// first and must hold every project.
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { captureCommand } from '../child-process.mjs';
import { listProjects, readJson } from '../workspace.mjs';

const GRAPH = '.nx/workspace-data/project-graph.json';
const SOURCE_FOLDERS = ['apps', 'libs', 'examples', 'bench', 'e2e'];

/**
 * Checks who imports whom in a workspace.
 * @param {string} root
 * @returns {Promise<{ ok: boolean, output: string }>}
 */
export async function checkLayers(root) {
  const env = {
    NX_DAEMON: 'false',
    NX_WORKSPACE_DATA_DIRECTORY: join(root, '.nx/workspace-data'),
    NX_WORKSPACE_ROOT_PATH: root,
  };
  const graph = await captureCommand(join(root, 'node_modules/.bin/nx'), ['show', 'projects'], { cwd: root, env });
  if (graph.code !== 0) return { ok: false, output: graph.output };
  const missing = projectsOutsideGraph(root);
  if (missing.length > 0) return { ok: false, output: `the project graph lacks ${missing.join(', ')}` };
  const folders = SOURCE_FOLDERS.filter((folder) => existsSync(join(root, folder)));
  const args = ['-c', '.oxlintrc.boundaries.json', '--disable-nested-config', ...folders];
  const lint = await captureCommand(join(root, 'node_modules/.bin/oxlint'), args, { cwd: root, env });
  return { ok: lint.code === 0, output: lint.output };
}

/** @param {string} root */
function projectsOutsideGraph(root) {
  const path = join(root, GRAPH);
  const nodes = existsSync(path) ? readJson(path).nodes : {};
  return listProjects(root)
    .filter((project) => nodes[project.name]?.data.tags?.includes(`layer:${project.layer}`) !== true)
    .map((project) => project.name);
}
