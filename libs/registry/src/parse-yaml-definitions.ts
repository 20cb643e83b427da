import type { z } from 'zod';
import { checkDefinitions } from './check-definitions.js';
import type { Problem } from './larder-error.js';
import { isLarderError, LarderError } from './larder-error.js';
import type { Definitions } from './snapshot.js';
import { parseYamlDocument } from './yaml-document.js';
import { entityFromYaml, featureViewFromYaml, serviceFromYaml, sourceFromYaml } from './yaml-objects.js';
import { yamlEntity, yamlFeatureService, yamlFeatureView, yamlSource } from './yaml-schema.js';
import { problemsFromZod } from './zod-problems.js';

const SECTIONS: readonly string[] = ['entities', 'sources', 'featureViews', 'featureServices'];

/**
 * The YAML form of definitions, equal in power to the TypeScript form; see docs/formats/definitions.md.
 * Throws INVALID_ARGUMENT with every problem, each with file and line. At most 5 million characters and 100 alias uses.
 */
export function parseYamlDefinitions(text: string, file = 'larder.yaml'): Definitions {
  const { value, locate } = parseYamlDocument(text, file);
  try {
    return definitionsFromYaml(value);
  } catch (error) {
    if (!isLarderError(error) || error.details.problems === undefined) throw error;
    throw LarderError.fromProblems('definitions', error.details.problems.map(locate));
  }
}

function definitionsFromYaml(document: unknown): Definitions {
  if (!isMapping(document)) {
    throw LarderError.fromProblems('definitions', [
      { path: '(document)', message: 'expected a mapping with a project' },
    ]);
  }
  const problems: Problem[] = Object.keys(document)
    .filter((field) => field !== 'project' && !SECTIONS.includes(field))
    .map((field) => ({ path: field, message: 'is no known field' }));
  const entities = readSection(document, 'entities', { schema: yamlEntity, convert: entityFromYaml });
  const sources = readSection(document, 'sources', { schema: yamlSource, convert: sourceFromYaml });
  const views = readSection(document, 'featureViews', { schema: yamlFeatureView, convert: featureViewFromYaml });
  const services = readSection(document, 'featureServices', {
    schema: yamlFeatureService,
    convert: (name, input) => serviceFromYaml(name, input, views.objects),
  });
  const { project } = document;
  if (typeof project !== 'string') problems.push({ path: 'project', message: 'is missing; expected a name' });
  const candidate = {
    formatVersion: 1,
    project: typeof project === 'string' ? project : 'unnamed',
    entities: entities.objects,
    sources: sources.objects,
    featureViews: views.objects,
    featureServices: services.objects,
  };
  for (const section of [entities, sources, views, services]) problems.push(...section.problems);
  return checkDefinitions(candidate, {
    problems,
    broken: { entities: entities.broken, sources: sources.broken, featureViews: views.broken },
  });
}

type YamlMapping = Readonly<Record<string, unknown>> & { readonly project?: unknown };

interface SectionReader<I, S> {
  readonly schema: z.ZodType<I>;
  readonly convert: (name: string, input: I) => S;
}

interface SectionObjects<S> {
  readonly objects: readonly S[];
  readonly problems: readonly Problem[];
  /** Names of the objects that could not be read. */
  readonly broken: ReadonlySet<string>;
}

/** The objects of one section, those that cannot be read aside. */
function readSection<I, S>(
  document: YamlMapping,
  section: string,
  { schema, convert }: SectionReader<I, S>,
): SectionObjects<S> {
  const inputs = document[section] ?? {};
  if (!isMapping(inputs)) {
    return { objects: [], problems: [{ path: section, message: 'expected a mapping from names' }], broken: new Set() };
  }
  const objects: S[] = [];
  const problems: Problem[] = [];
  const broken = new Set<string>();
  for (const [name, input] of Object.entries(inputs)) {
    const path = `${section}.${name}`;
    const parsed = schema.safeParse(input);
    if (parsed.success) {
      objects.push(convert(name, parsed.data));
      continue;
    }
    broken.add(name);
    for (const problem of problemsFromZod(parsed.error, input)) {
      problems.push({ ...problem, path: problem.path === '' ? path : `${path}.${problem.path}` });
    }
  }
  return { objects, problems, broken };
}

function isMapping(value: unknown): value is YamlMapping {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
