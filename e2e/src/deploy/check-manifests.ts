import { execFile } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Manifest } from './manifest.js';
import { inWorkspace } from './workspace-paths.js';

/**
 * What Kubernetes would refuse in these manifests or, worse, ignore: the Kubernetes API's types, compiled with each
 * manifest as a literal, name unknown kinds, misspelt and missing fields and values of a wrong type. Half a second for a
 * whole chart.
 */
export async function checkManifests(manifests: readonly Manifest[]): Promise<string[]> {
  const parent = inWorkspace('.larder/cache');
  mkdirSync(parent, { recursive: true });
  // Inside the workspace, where the compiler finds kubernetes-models.
  const folder = mkdtempSync(join(parent, 'manifests-'));
  try {
    manifests.forEach((manifest, index) => {
      writeFileSync(join(folder, `${title(manifest)}-${index}.ts`), literalSource(manifest));
    });
    writeFileSync(
      join(folder, 'tsconfig.json'),
      JSON.stringify({ compilerOptions: COMPILER_OPTIONS, include: ['*.ts'] }),
    );
    return await compile(folder);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

const COMPILER_OPTIONS = {
  target: 'es2023',
  lib: ['es2023'],
  module: 'nodenext',
  strict: true,
  noEmit: true,
  skipLibCheck: true,
  types: [],
};

function literalSource(manifest: Manifest): string {
  const type = `I${manifest.kind}`;
  const literal = JSON.stringify(manifest, null, 2);
  return `import type { ${type} } from '${modelPath(manifest)}';\nexport const manifest: ${type} = ${literal};\n`;
}

function compile(folder: string): Promise<string[]> {
  const compiler = inWorkspace('node_modules/@typescript/native/bin/tsc');
  return new Promise((resolve, reject) => {
    execFile(
      process.execPath,
      [compiler, '--project', folder, '--pretty', 'false'],
      { cwd: folder },
      (error, stdout, stderr) => {
        const problems = stdout
          .split('\n')
          .filter((line) => line !== '')
          .map((line) => withSourceLine(folder, line));
        if (error !== null && problems.length === 0)
          reject(new Error(`the compiler failed: ${stderr || error.message}`));
        else resolve(problems);
      },
    );
  });
}

/** A compiler's message, followed by the line of the manifest that it is about. */
function withSourceLine(folder: string, message: string): string {
  const [, file, line] = /^([^(\s]+)\((\d+),\d+\): /.exec(message) ?? [];
  if (file === undefined) return message;
  const text = readFileSync(join(folder, file), 'utf8').split('\n')[Number(line) - 1] ?? '';
  return `${message} [${text.trim()}]`;
}

function modelPath({ apiVersion, kind }: Manifest): string {
  return `kubernetes-models/${apiVersion}/${kind}`;
}

function title({ kind, metadata }: Manifest): string {
  return `${kind}-${metadata.name}`;
}
