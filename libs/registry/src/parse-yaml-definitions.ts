import { LineCounter, parseDocument } from 'yaml';
import type { Document } from 'yaml';
import { z } from 'zod';
import { parseDurationSeconds } from './duration.js';
import type { Problem } from './larder-error.js';
import { isLarderError, LarderError } from './larder-error.js';
import { problemsFromZod } from './parse-definitions.js';
import type { Cadence, Definitions, FeatureServiceSpec, FeatureSpec, FeatureViewDefinition, ServiceViewSpec, SourceSpec } from './snapshot.js';
import { groupServiceViews } from './service-views.js';
import { validateDefinitions } from './validate-definitions.js';
import type { ValueTypeName } from './value-type.js';
import { isValueTypeName, JOIN_KEY_TYPES } from './value-type.js';

const MAX_BYTES = 5_000_000;
const MAX_ALIASES = 100;

const described = { description: z.string().optional(), owner: z.string().optional(), tags: z.record(z.string(), z.string()).optional() };
const sourceTime = { eventTime: z.string(), createdTime: z.string().optional(), trustedHistoryBefore: z.string().optional(), tombstone: z.string().optional() };
const duration = z.string().transform((text, context) => {
  try {
    return parseDurationSeconds(text);
  } catch (error) {
    context.addIssue({ code: 'custom', message: isLarderError(error) ? error.message : 'not a duration' });
    return z.NEVER;
  }
});
const valueType = z.custom<ValueTypeName>((value) => typeof value === 'string' && isValueTypeName(value), 'unknown type');
const column = { default: z.json().optional(), ...described };
const aggregate = { window: duration, ...column };

const feature = z.union([
  valueType,
  z.strictObject({ type: valueType, column: z.string().optional(), ...column }),
  z.strictObject({ count: z.strictObject({}).or(z.literal('*')), ...aggregate }),
  z.strictObject({ sum: z.string(), type: valueType, ...aggregate }),
  z.strictObject({ mean: z.string(), ...aggregate }),
  z.strictObject({ min: z.string(), type: valueType, ...aggregate }),
  z.strictObject({ max: z.string(), type: valueType, ...aggregate }),
]);

const source = z.union([
  z.strictObject({ parquet: z.string(), ...sourceTime, ...described }),
  z.strictObject({ sql: z.string(), reads: z.array(z.string()), ...sourceTime, ...described }),
  z.strictObject({ push: z.strictObject({ history: z.string() }), ...described }),
]);

const cadence = z.union([
  z.literal('push'),
  z.strictObject({ every: duration }),
  z.strictObject({ cron: z.string(), timeZone: z.string().default('UTC') }),
]);

const featureView = z.strictObject({
  entities: z.array(z.string()),
  source: z.string(),
  filter: z.string().optional(),
  features: z.record(z.string(), feature),
  cadence,
  ttl: duration.optional(),
  accuracy: z.enum(['temporal', 'snapshot']).default('temporal'),
  delay: duration.optional(),
  online: z.boolean().default(true),
  onStale: z.enum(['flag', 'null', 'default', 'fail']).default('flag'),
  ...described,
});

const serviceItem = z.union([
  z.string(),
  z.strictObject({ view: z.string(), as: z.string().optional(), joinKeys: z.record(z.string(), z.string()).default({}), features: z.array(z.string()).optional() }),
]);

const document = z.strictObject({
  project: z.string(),
  entities: z.record(z.string(), z.strictObject({ joinKeys: z.record(z.string(), z.enum(JOIN_KEY_TYPES)), ...described })).default({}),
  sources: z.record(z.string(), source).default({}),
  featureViews: z.record(z.string(), featureView).default({}),
  featureServices: z.record(z.string(), z.array(serviceItem).or(z.strictObject({ features: z.array(serviceItem), ...described }))).default({}),
});

type YamlDocument = z.infer<typeof document>;
type YamlFeature = z.infer<typeof feature>;

/**
 * The YAML form of definitions, equal in power to the TypeScript form; see docs/formats/definitions.md.
 * Throws INVALID_ARGUMENT with every problem, each with file and line. At most 5 MB and 100 alias uses.
 */
export function parseYamlDefinitions(text: string, file = 'larder.yaml'): Definitions {
  if (text.length > MAX_BYTES) throw LarderError.fromProblems('definitions', [{ path: '(document)', message: `is larger than ${MAX_BYTES} characters`, file }]);
  const lines = new LineCounter();
  const parsed = parseDocument(text, { lineCounter: lines });
  if (parsed.errors.length > 0) {
    throw LarderError.fromProblems('definitions', parsed.errors.map((error) => ({ path: '(syntax)', message: error.message.split('\n')[0] ?? error.message, file, line: lines.linePos(error.pos[0]).line })));
  }
  const located = (problems: readonly Problem[]): Problem[] => problems.map((problem) => ({ ...problem, file, ...lineOf(parsed, lines, problem.path) }));
  const shaped = document.safeParse(plainValue(parsed, file));
  if (!shaped.success) throw LarderError.fromProblems('definitions', located(problemsFromZod(shaped.error)));
  const definitions = definitionsFromYaml(shaped.data);
  const problems = validateDefinitions(definitions);
  if (problems.length > 0) throw LarderError.fromProblems('definitions', located(problems));
  return definitions;
}

function plainValue(parsed: Document, file: string): unknown {
  try {
    return parsed.toJS({ maxAliasCount: MAX_ALIASES });
  } catch (error) {
    throw LarderError.fromProblems('definitions', [{ path: '(document)', message: error instanceof Error ? error.message : String(error), file }]);
  }
}

function lineOf(parsed: Document, lines: LineCounter, path: string): { line?: number } {
  const parts = path.split('.');
  for (let length = parts.length; length > 0; length--) {
    const node: unknown = parsed.getIn(parts.slice(0, length), true);
    if (typeof node === 'object' && node !== null && 'range' in node && Array.isArray(node.range)) return { line: lines.linePos(Number(node.range[0])).line };
  }
  return {};
}

function definitionsFromYaml(yaml: YamlDocument): Definitions {
  const featureViews = entriesByName(yaml.featureViews).map(([name, view]) => viewFromYaml(name, view));
  const plain: Definitions = {
    formatVersion: 1,
    project: yaml.project,
    entities: entriesByName(yaml.entities).map(([name, { joinKeys, ...rest }]) => ({
      name,
      joinKeys: entriesByName(joinKeys).map(([key, type]) => ({ name: key, type })),
      ...rest,
    })) as Definitions['entities'],
    sources: entriesByName(yaml.sources).map(([name, each]) => sourceFromYaml(name, each)),
    featureViews,
    featureServices: entriesByName(yaml.featureServices).map(([name, each]) => serviceFromYaml(name, each, featureViews)),
  };
  return JSON.parse(JSON.stringify(plain)) as Definitions;
}

function sourceFromYaml(name: string, input: YamlDocument['sources'][string]): SourceSpec {
  if ('parquet' in input) {
    const { parquet, ...rest } = input;
    return { kind: 'parquet', name, path: parquet, ...rest } as SourceSpec;
  }
  if ('sql' in input) {
    const { sql, ...rest } = input;
    return { kind: 'sql', name, query: sql, ...rest } as SourceSpec;
  }
  const { push, ...rest } = input;
  return { kind: 'push', name, history: push.history, ...rest } as SourceSpec;
}

function viewFromYaml(name: string, { ttl, delay, cadence: when, features, ...rest }: YamlDocument['featureViews'][string]): FeatureViewDefinition {
  const specs = Object.entries(features).map(([each, input]) => featureFromYaml(each, input));
  const view = {
    ...rest,
    name,
    computation: specs.some((each) => each.compute.kind === 'aggregate') ? 'windows' : 'columns',
    features: specs,
    ttlSeconds: ttl,
    delaySeconds: delay ?? 0,
    cadence: cadenceFromYaml(when),
  };
  return view as FeatureViewDefinition;
}

function cadenceFromYaml(input: z.infer<typeof cadence>): Cadence {
  if (input === 'push') return { kind: 'push' };
  return 'every' in input ? { kind: 'every', seconds: input.every } : { kind: 'cron', expression: input.cron, timeZone: input.timeZone };
}

function featureFromYaml(name: string, input: YamlFeature): FeatureSpec {
  if (typeof input === 'string') return { name, type: input, compute: { kind: 'column', column: name } };
  if (!('window' in input)) {
    const { column: from = name, ...rest } = input;
    return { ...rest, name, compute: { kind: 'column', column: from } } as FeatureSpec;
  }
  const { window: windowSeconds, default: byDefault, description, owner, tags } = input;
  const head = { name, default: byDefault, description, owner, tags };
  const [type, call] = aggregateFromYaml(input);
  return { ...head, type, compute: { kind: 'aggregate', ...call, windowSeconds } } as FeatureSpec;
}

function aggregateFromYaml(input: Extract<YamlFeature, { window: number }>): [ValueTypeName, { function: string; column?: string }] {
  if ('count' in input) return ['int64', { function: 'count' }];
  if ('sum' in input) return [input.type, { function: 'sum', column: input.sum }];
  if ('mean' in input) return ['float64', { function: 'mean', column: input.mean }];
  if ('min' in input) return [input.type, { function: 'min', column: input.min }];
  return [input.type, { function: 'max', column: input.max }];
}

function serviceFromYaml(name: string, input: YamlDocument['featureServices'][string], views: readonly FeatureViewDefinition[]): FeatureServiceSpec {
  const { features: items, ...rest } = Array.isArray(input) ? { features: input } : input;
  return { name, ...(rest as object), views: groupServiceViews(items.map((item) => serviceViewFromYaml(item, views))) };
}

function serviceViewFromYaml(item: z.infer<typeof serviceItem>, views: readonly FeatureViewDefinition[]): ServiceViewSpec {
  const [view = '', feature] = typeof item === 'string' ? item.split(':', 2) : [item.view];
  const all = views.find((each) => each.name === view)?.features.map((each) => each.name) ?? [];
  if (typeof item === 'string') return { view, alias: view, joinKeys: {}, features: feature === undefined ? all : [feature] };
  return { view, alias: item.as ?? view, joinKeys: item.joinKeys, features: item.features ?? all };
}

function entriesByName<T>(record: Readonly<Record<string, T>>): [string, T][] {
  return Object.entries(record).sort(([a], [b]) => (a < b ? -1 : 1));
}
