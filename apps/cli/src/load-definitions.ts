import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { dirname, extname, join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Definitions } from '@larder/registry';
import {
  compileDefinitions,
  isDefinitionObject,
  isLarderError,
  LarderError,
  parseYamlDefinitions,
} from '@larder/registry';
import { build } from 'esbuild';

/** Definition files that are looked for, in this order, when none is named. */
export const DEFAULT_FILES = ['features.ts', 'larder.yaml', 'larder.yml'] as const;

export interface LoadedDefinitions {
  readonly definitions: Definitions;
  /** Absolute path of the file. */
  readonly file: string;
  /** Folder that relative source paths are relative to. */
  readonly projectDirectory: string;
  /** Every file that the definitions were made from; what `larder dev` watches. */
  readonly files: readonly string[];
}

/**
 * Reads definitions from a TypeScript file (its exported definition objects and `project` name), a YAML file, or a folder with one of
 * `DEFAULT_FILES`. `project` overrides the file's own.
 * Throws NOT_FOUND when there is no such file, INVALID_ARGUMENT with every problem in it.
 */
export async function loadDefinitions(path: string, project?: string): Promise<LoadedDefinitions> {
  const file = definitionFile(resolve(path));
  const isYaml = /^\.ya?ml$/.test(extname(file));
  const { definitions, files } = isYaml ? await loadYaml(file) : await loadTypeScript(file, project);
  return {
    definitions: project === undefined ? definitions : { ...definitions, project },
    file,
    projectDirectory: dirname(file),
    files,
  };
}

function definitionFile(path: string): string {
  if (existsSync(path) && extname(path) !== '') return path;
  const found = DEFAULT_FILES.map((name) => join(path, name)).find((each) => existsSync(each));
  if (found !== undefined) return found;
  throw new LarderError(
    'NOT_FOUND',
    `no definitions at ${path}: expected a file, or a folder with ${DEFAULT_FILES.join(', ')}`,
  );
}

async function loadYaml(file: string): Promise<{ definitions: Definitions; files: string[] }> {
  return { definitions: parseYamlDefinitions(await readFile(file, 'utf8'), file), files: [file] };
}

async function loadTypeScript(
  file: string,
  project: string | undefined,
): Promise<{ definitions: Definitions; files: string[] }> {
  const { exports, files } = await importTypeScript(file);
  const objects = Object.values(exports).filter(isDefinitionObject);
  const name = project ?? exports['project'];
  if (typeof name !== 'string') {
    throw LarderError.fromProblems('definitions', [
      { path: 'project', message: "expected `export const project = 'name'`, or --project", file },
    ]);
  }
  if (objects.length === 0)
    throw LarderError.fromProblems('definitions', [
      { path: '(exports)', message: 'no entity, feature view or feature service is exported', file },
    ]);
  return { definitions: compileDefinitions({ project: name, objects }), files };
}

/** Bundles the file, so that it may import others, and imports the bundle. */
async function importTypeScript(file: string): Promise<{ exports: Record<string, unknown>; files: string[] }> {
  const result = await bundle(file);
  const text = result.outputFiles?.[0]?.text ?? '';
  const directory = join(dirname(file), '.larder');
  const output = join(directory, `definitions-${createHash('sha256').update(text).digest('hex').slice(0, 16)}.mjs`);
  await mkdir(directory, { recursive: true });
  await writeFile(output, text);
  try {
    const exports = await imported(output, file);
    const files = Object.keys(result.metafile?.inputs ?? {})
      .map((each) => resolve(each))
      .filter((each) => !each.includes('/node_modules/'));
    return { exports, files };
  } finally {
    await rm(output, { force: true });
  }
}

async function imported(bundlePath: string, file: string): Promise<Record<string, unknown>> {
  try {
    return (await import(pathToFileURL(bundlePath).href)) as Record<string, unknown>;
  } catch (error) {
    if (isLarderError(error)) throw error;
    throw new LarderError(
      'INVALID_ARGUMENT',
      `${file} throws when it is loaded: ${error instanceof Error ? error.message : String(error)}`,
      {},
      { cause: error },
    );
  }
}

async function bundle(file: string) {
  try {
    return await build({
      entryPoints: [file],
      bundle: true,
      write: false,
      metafile: true,
      format: 'esm',
      platform: 'node',
      target: 'node20',
      conditions: ['@larder/source'],
      logLevel: 'silent',
      banner: { js: "import { createRequire } from 'node:module'; const require = createRequire(import.meta.url);" },
    });
  } catch (error) {
    throw definitionsError(error, file);
  }
}

function definitionsError(error: unknown, file: string): LarderError {
  const { errors = [] } = error as {
    errors?: readonly { text: string; location: { file: string; line: number } | null }[];
  };
  if (errors.length === 0)
    return new LarderError(
      'INVALID_ARGUMENT',
      `${file}: ${error instanceof Error ? error.message : String(error)}`,
      {},
      { cause: error },
    );
  return LarderError.fromProblems(
    'definitions',
    errors.map(({ text, location }) => ({
      path: '(syntax)',
      message: text,
      file: location?.file ?? file,
      ...(location === null ? {} : { line: location.line }),
    })),
  );
}
