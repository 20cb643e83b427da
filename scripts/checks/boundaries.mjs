// Layers: who may import whom.
import { checkLayers } from '../boundaries/nx-layers.mjs';
import { workspaceRoot } from '../workspace.mjs';

/** @type {import('../check.mjs').Check} */
export function checkBoundaries() {
  return checkLayers(workspaceRoot);
}
