// Types: every project and these scripts, by the native compiler.
import { join } from 'node:path';
import { captureCommand } from '../child-process.mjs';
import { workspaceRoot } from '../workspace.mjs';

const COMPILER = join(workspaceRoot, 'node_modules/@typescript/native/bin/tsc');

/** @type {import('../check.mjs').Check} */
export async function checkTypes() {
  const projects = ['tsconfig.json', 'scripts/tsconfig.json'];
  const runs = await Promise.all(
    projects.map((project) =>
      captureCommand(process.execPath, [COMPILER, '-p', project, '--noEmit', '--pretty', 'false']),
    ),
  );
  return { ok: runs.every((run) => run.code === 0), output: runs.map((run) => run.output).join('') };
}
