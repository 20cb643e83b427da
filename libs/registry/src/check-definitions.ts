import { z } from 'zod';
import { entitySchema, featureServiceSchema, featureViewSchema, sourceSchema } from './definitions-schema.js';
import { problemWithJson } from './json-limits.js';
import type { Problem } from './larder-error.js';
import { LarderError } from './larder-error.js';
import type { Definitions, EntitySpec } from './snapshot.js';
import { validateDefinitions } from './validate-definitions.js';
import type { BrokenNames } from './validation-scope.js';
import { NOTHING_BROKEN } from './validation-scope.js';
import { documentProblems, problemsFromZod } from './zod-problems.js';

/**
 * The one gate of definitions: TypeScript, YAML and JSON all end here. Objects are checked one by one, so that a malformed
 * one does not hide the problems of the others.
 */

/** What a front end found before the gate. */
export interface Findings {
  readonly problems: readonly Problem[];
  /** Objects that it could not convert and left out. */
  readonly broken: BrokenNames;
}

const SECTIONS = ['entities', 'sources', 'featureViews', 'featureServices'] as const;
type Section = (typeof SECTIONS)[number];

const headSchema = z.strictObject({
  formatVersion: z.literal(1, { error: ({ input }) => `${JSON.stringify(input)} is not a known format; expected 1` }),
  project: z.string(),
  entities: z.array(z.unknown()),
  sources: z.array(z.unknown()),
  featureViews: z.array(z.unknown()),
  featureServices: z.array(z.unknown()),
});

/** The document with every rule checked, or INVALID_ARGUMENT with every problem, those of `findings` included. */
export function checkDefinitions(
  candidate: unknown,
  findings: Findings = { problems: [], broken: NOTHING_BROKEN },
): Definitions {
  const shaped = checkShape(candidate, findings);
  const problems = [...shaped.problems];
  if (shaped.definitions !== undefined) problems.push(...validateDefinitions(shaped.definitions, shaped.broken));
  if (shaped.definitions === undefined || problems.length > 0) throw LarderError.fromProblems('definitions', problems);
  return shaped.definitions;
}

export interface Shaped extends Findings {
  /** Undefined when the candidate is no document at all. */
  readonly definitions?: Definitions;
}

/** The objects that have the right shape, in canonical order, and the problems of the others. Rules are not checked. */
export function checkShape(candidate: unknown, findings: Findings = { problems: [], broken: NOTHING_BROKEN }): Shaped {
  const unsafe = problemWithJson(candidate);
  if (unsafe !== undefined) return { ...findings, problems: [...findings.problems, unsafe] };
  const head = headSchema.safeParse(candidate);
  if (!head.success) {
    return { ...findings, problems: [...findings.problems, ...documentProblems(head.error, candidate)] };
  }
  const { data } = head;
  const problems = [...findings.problems];
  const broken = { ...findings.broken, featureServices: new Set<string>() };
  const read = <T>(section: Section, schema: z.ZodType<T>): readonly T[] => {
    const result = readSection(data[section], section, schema);
    problems.push(...result.problems);
    broken[section] = new Set([...broken[section], ...result.broken]);
    return result.objects;
  };
  const definitions: Definitions = {
    formatVersion: data.formatVersion,
    project: data.project,
    entities: byName(read('entities', entitySchema)).map(sortedJoinKeys),
    sources: byName(read('sources', sourceSchema)),
    featureViews: byName(read('featureViews', featureViewSchema)),
    featureServices: byName(read('featureServices', featureServiceSchema)),
  };
  return { definitions, problems, broken };
}

interface SectionObjects<T> {
  readonly objects: readonly T[];
  readonly problems: readonly Problem[];
  readonly broken: readonly string[];
}

function readSection<T>(inputs: readonly unknown[], section: Section, schema: z.ZodType<T>): SectionObjects<T> {
  const objects: T[] = [];
  const problems: Problem[] = [];
  const broken: string[] = [];
  for (const [index, input] of inputs.entries()) {
    const parsed = schema.safeParse(input);
    if (parsed.success) {
      objects.push(parsed.data);
      continue;
    }
    const name = nameOf(input);
    if (name !== undefined) broken.push(name);
    for (const problem of problemsFromZod(parsed.error, input)) {
      problems.push({
        ...problem,
        path: [section, name ?? index, problem.path].filter((part) => part !== '').join('.'),
      });
    }
  }
  return { objects, problems, broken };
}

function nameOf(input: unknown): string | undefined {
  const isNamed = typeof input === 'object' && input !== null && 'name' in input && typeof input.name === 'string';
  return isNamed ? String(input.name) : undefined;
}

function sortedJoinKeys(entity: EntitySpec): EntitySpec {
  return { ...entity, joinKeys: byName(entity.joinKeys) };
}

function byName<T extends { readonly name: string }>(objects: readonly T[]): T[] {
  return [...objects].sort((a, b) => (a.name < b.name ? -1 : a.name > b.name ? 1 : 0));
}
