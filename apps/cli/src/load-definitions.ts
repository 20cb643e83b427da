import { existsSync } from 'node:fs';
import { readFile, stat } from 'node:fs/promises';
import { dirname, extname, join, resolve } from 'node:path';
import type { Definitions } from '@larder/registry';
import {
  compileDefinitions,
  isDefinitionObject,
  isLarderError,
  LarderError,
  parseYamlDefinitions,
  parseYamlDocument,
} from '@larder/registry';
import { createCodeLocator } from './definitions/definition-origins.js';
import type { Locate } from './definitions/definition-origins.js';
import { importTypeScript } from './definitions/import-typescript.js';
import type { ImportOptions } from './definitions/import-typescript.js';
import { withPlaces } from './definitions/with-places.js';
import { shownPath } from './definitions/shown-path.js';

/** Definition files that are looked for, in this order, when none is named. */
export const DEFAULT_FILES = ['features.ts', 'larder.yaml', 'larder.yml'] as const;

/** Far above what the YAML reader takes, and little enough to be read. */
const MAX_YAML_BYTES = 20_000_000;

export interface LoadedDefinitions {
  readonly definitions: Definitions;
  /** Absolute path of the file. */
  readonly file: string;
  /** Folder that relative source paths are relative to. */
  readonly projectDirectory: string;
  /** Every file that the definitions were made from; what `larder dev` watches. */
  readonly files: readonly string[];
  /** A problem that somebody else found in the definitions, with the file and line that it concerns. */
  readonly locate: Locate;
}

/**
 * Reads definitions from a TypeScript file (its exported definition objects and `project` name), a YAML file, or a folder with one of
 * `DEFAULT_FILES`. `project` overrides the file's own. TypeScript runs in a thread of its own within limits.
 * Throws NOT_FOUND when there is no such file, INVALID_ARGUMENT with every problem in it, each with its file and line.
 */
export async function loadDefinitions(
  path: string,
  project?: string,
  options: ImportOptions = {},
): Promise<LoadedDefinitions> {
  const file = definitionFile(resolve(path));
  const isYaml = /^\.ya?ml$/.test(extname(file));
  const { definitions, ...rest } = isYaml ? await loadYaml(file) : await loadTypeScript(file, project, options);
  return {
    definitions: project === undefined ? definitions : { ...definitions, project },
    file,
    projectDirectory: dirname(file),
    ...rest,
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

type Loaded = Pick<LoadedDefinitions, 'definitions' | 'files' | 'locate'>;

async function loadYaml(file: string): Promise<Loaded> {
  const { size } = await stat(file);
  if (size > MAX_YAML_BYTES)
    throw new LarderError(
      'INVALID_ARGUMENT',
      `${shownPath(file)} has ${size} bytes; expected at most ${MAX_YAML_BYTES}`,
    );
  const text = await readFile(file, 'utf8');
  const definitions = parseYamlDefinitions(text, shownPath(file));
  let document: { locate: Locate } | undefined;
  const locate: Locate = (problem) => (document ??= parseYamlDocument(text, shownPath(file))).locate(problem);
  return {
    definitions,
    files: [file],
    locate: (problem) => (isOfOthers(definitions, problem.path) ? problem : locate(problem)),
  };
}

/** True for a path to an object that these definitions do not have: somebody else registered it. */
function isOfOthers(definitions: Definitions, path: string): boolean {
  const [section = '', name] = path.split('.');
  const sections = new Map<string, unknown>(Object.entries(definitions));
  const objects = sections.get(section);
  if (name === undefined || !Array.isArray(objects)) return false;
  return !objects.some((each: { readonly name: string }) => each.name === name);
}

async function loadTypeScript(file: string, project: string | undefined, options: ImportOptions): Promise<Loaded> {
  const { exports, files } = await importTypeScript(file, options);
  const objects = Object.values(exports).filter(isDefinitionObject);
  const name = project ?? exports['project'];
  const shown = shownPath(file);
  if (typeof name !== 'string') {
    throw LarderError.fromProblems('definitions', [
      { path: 'project', message: "expected `export const project = 'name'`, or --project", file: shown },
    ]);
  }
  if (objects.length === 0)
    throw LarderError.fromProblems('definitions', [
      { path: '(exports)', message: 'no entity, feature view or feature service is exported', file: shown },
    ]);
  const locate = createCodeLocator(objects);
  try {
    return { definitions: compileDefinitions({ project: name, objects }), files, locate };
  } catch (error) {
    if (isLarderError(error)) throw withPlaces(error, locate);
    throw new LarderError(
      'INVALID_ARGUMENT',
      `${shown} exports what is no definition: ${error instanceof Error ? error.message : String(error)}`,
      {},
      { cause: error },
    );
  }
}
