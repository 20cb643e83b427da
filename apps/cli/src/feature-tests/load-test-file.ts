import { readFile } from 'node:fs/promises';
import { parseFeatureCase } from '@larder/definition-tests';
import type { CaseDefinitions, FeatureCase } from '@larder/definition-tests';
import { isDefinitionObject, LarderError, parseYamlDocument } from '@larder/registry';
import type { Problem } from '@larder/registry';
import { importTypeScript } from '../definitions/import-typescript.js';
import { shownPath } from '../definitions/shown-path.js';
import { withPlaces } from '../definitions/with-places.js';

/** One case of a test file. */
export interface LoadedCase {
  /** As shown: relative to where the command runs. */
  readonly file: string;
  readonly name: string;
  readonly case: FeatureCase;
  /** Set when the file names the objects itself. */
  readonly objects?: Extract<CaseDefinitions, { objects: unknown }>['objects'];
  /** The line of the case's n-th expectation, where it can be told. */
  readonly lineOf: (expectation: number) => number | undefined;
}

/** The cases of a test file: every export of a TypeScript file that has `expect`, or what `cases` of a YAML file lists by name. */
export async function loadTestFile(file: string): Promise<LoadedCase[]> {
  const cases = file.endsWith('.ts') ? await loadTypeScript(file) : await loadYaml(file);
  if (cases.length > 0) return cases;
  throw new LarderError(
    'INVALID_ARGUMENT',
    `${shownPath(file)} has no cases: expected objects with sources and expect`,
  );
}

async function loadTypeScript(file: string): Promise<LoadedCase[]> {
  const { exports } = await importTypeScript(file);
  const shown = shownPath(file);
  return Object.entries(exports).flatMap(([name, value]): LoadedCase[] => {
    if (typeof value !== 'object' || value === null || !('expect' in value)) return [];
    const { objects, ...rest } = value as { readonly objects?: readonly unknown[] };
    const parsed = parsedCase(shown, name, rest);
    return [
      {
        file: shown,
        name: parsed.name ?? name,
        case: parsed,
        lineOf: () => undefined,
        ...(objects === undefined ? {} : { objects: objects.filter(isDefinitionObject) }),
      },
    ];
  });
}

function parsedCase(file: string, name: string, value: unknown): FeatureCase {
  try {
    return parseFeatureCase(name, value);
  } catch (error) {
    throw withPlaces(error, (problem) => ({ ...problem, file }));
  }
}

async function loadYaml(file: string): Promise<LoadedCase[]> {
  const shown = shownPath(file);
  const { value, locate } = parseYamlDocument(await readFile(file, 'utf8'), shown);
  const cases: unknown = typeof value === 'object' && value !== null && 'cases' in value ? value.cases : undefined;
  if (typeof cases !== 'object' || cases === null || Array.isArray(cases))
    throw LarderError.fromProblems('tests', [
      { path: 'cases', message: 'expected a mapping from names to cases', file: shown },
    ]);
  return Object.entries(cases).map(([name, each]): LoadedCase => {
    const path = `cases.${name}`;
    try {
      const parsed = parseFeatureCase(path, each);
      const lineOf = (expectation: number): number | undefined =>
        locate({ path: `${path}.expect.${expectation}`, message: '' } satisfies Problem).line;
      return { file: shown, name: parsed.name ?? name, case: parsed, lineOf };
    } catch (error) {
      throw withPlaces(error, locate);
    }
  });
}
