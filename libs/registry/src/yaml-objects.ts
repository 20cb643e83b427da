import { normalizeDefault } from './default-value.js';
import { parseFeatureReference } from './feature-reference.js';
import { normalizeTime } from './instant-text.js';
import { buildServiceViews } from './service-views.js';
import type {
  AggregateFeature,
  Cadence,
  ComputedFeature,
  EntitySpec,
  FeatureServiceSpec,
  FeatureSpec,
  FeatureViewDefinition,
  ServiceViewSpec,
  SourceSpec,
} from './snapshot.js';
import { AGGREGATE_FUNCTIONS } from './snapshot.js';
import type { ValueTypeName } from './value-type.js';
import { listTypeOf } from './value-type.js';
import type {
  YamlAggregate,
  YamlCadence,
  YamlEntity,
  YamlFeature,
  YamlFeatureService,
  YamlFeatureView,
  YamlServiceItem,
  YamlSourceInput,
} from './yaml-schema.js';

/** Objects of the YAML form as parts of the compiled document. */

export function entityFromYaml(name: string, { joinKeys, ...described }: YamlEntity): EntitySpec {
  return { name, joinKeys: Object.entries(joinKeys).map(([key, type]) => ({ name: key, type })), ...described };
}

export function sourceFromYaml(name: string, input: YamlSourceInput): SourceSpec {
  if ('push' in input) {
    const { push, ...described } = input;
    return { kind: 'push', name, history: push.history, ...described };
  }
  const { trustedHistoryBefore } = input;
  const trusted =
    trustedHistoryBefore === undefined ? {} : { trustedHistoryBefore: normalizeTime(trustedHistoryBefore) };
  if ('parquet' in input) {
    const { parquet, ...rest } = input;
    return { kind: 'parquet', name, path: parquet, ...rest, ...trusted };
  }
  const { sql, ...rest } = input;
  return { kind: 'sql', name, query: sql, ...rest, ...trusted };
}

export function featureViewFromYaml(name: string, input: YamlFeatureView): FeatureViewDefinition {
  const { ttl, delay, cadence, features: inputs, ...rest } = input;
  const features = Object.entries(inputs).map(([feature, each]) => featureFromYaml(feature, each));
  return {
    ...rest,
    name,
    computation: features.some((each) => each.compute.kind === 'aggregate') ? 'windows' : 'columns',
    features,
    ...(ttl === undefined ? {} : { ttlSeconds: ttl }),
    delaySeconds: delay ?? 0,
    cadence: cadenceFromYaml(cadence),
  };
}

/** `views` are those of the document that could be read; of others a service lists no features. */
export function serviceFromYaml(
  name: string,
  { features, ...described }: YamlFeatureService,
  views: readonly FeatureViewDefinition[],
): FeatureServiceSpec {
  return { name, views: buildServiceViews(features.map((item) => serviceViewFromYaml(item, views))), ...described };
}

function cadenceFromYaml(input: YamlCadence): Cadence {
  if (input === 'push') return { kind: 'push' };
  if ('every' in input) return { kind: 'every', seconds: input.every };
  return { kind: 'cron', expression: input.cron, timeZone: input.timeZone };
}

function featureFromYaml(name: string, input: YamlFeature): FeatureSpec {
  if (typeof input === 'string') return { name, type: input, compute: { kind: 'column', column: name } };
  const { default: written, description, owner, tags, deprecated } = input;
  const { type, compute } = 'window' in input ? aggregateFromYaml(input) : columnFromYaml(name, input);
  return {
    name,
    type,
    ...(written === undefined ? {} : { default: normalizeDefault(type, written) }),
    compute,
    ...(description === undefined ? {} : { description }),
    ...(owner === undefined ? {} : { owner }),
    ...(tags === undefined ? {} : { tags }),
    ...(deprecated === undefined ? {} : { deprecated }),
  };
}

interface TypedComputation {
  readonly type: ValueTypeName;
  readonly compute: ComputedFeature;
}

function columnFromYaml(name: string, { type, column }: { type: ValueTypeName; column?: string }): TypedComputation {
  return { type, compute: { kind: 'column', column: column ?? name } };
}

function aggregateFromYaml(input: YamlAggregate): TypedComputation {
  const { type, ...rest } = functionFromYaml(input);
  const compute = {
    kind: 'aggregate',
    ...rest,
    ...windowFromYaml(input.window),
    ...(input.filter === undefined ? {} : { filter: input.filter }),
  } as const;
  return { type, compute };
}

type AggregateCall = Pick<AggregateFeature, 'function' | 'column' | 'limit' | 'quantiles'> & {
  readonly type: ValueTypeName;
};

function functionFromYaml(input: YamlAggregate): AggregateCall {
  const called = AGGREGATE_FUNCTIONS.find((each) => each in input) ?? 'count';
  if (called === 'count') return { function: 'count', type: 'int64' };
  const column = String(Object.entries(input).find(([field]) => field === called)?.[1]);
  const call = { function: called, column };
  if ('lastN' in input) return { ...call, type: listTypeOf(input.type), limit: input.n };
  if ('topK' in input) return { ...call, type: listTypeOf(input.type), limit: input.k };
  if ('quantile' in input) {
    const { q } = input;
    return typeof q === 'number'
      ? { ...call, type: 'float64', quantiles: [q] }
      : { ...call, type: 'list<float64>', quantiles: q };
  }
  if ('type' in input) return { ...call, type: input.type };
  return { ...call, type: 'countDistinct' in input || 'approxCountDistinct' in input ? 'int64' : 'float64' };
}

function windowFromYaml(window: YamlAggregate['window']): Pick<AggregateFeature, 'windowKind' | 'windowSeconds'> {
  if (window === 'lifetime') return { windowKind: 'lifetime' };
  return typeof window === 'number'
    ? { windowSeconds: window }
    : { windowKind: 'tumbling', windowSeconds: window.tumbling };
}

function serviceViewFromYaml(item: YamlServiceItem, views: readonly FeatureViewDefinition[]): ServiceViewSpec {
  if (typeof item === 'string' && item.includes(':')) {
    const { view, feature } = parseFeatureReference(item);
    return { view, alias: view, joinKeys: {}, features: [feature] };
  }
  const { view, as: alias = view, joinKeys = {}, features } = typeof item === 'string' ? { view: item } : item;
  const all = views.find((each) => each.name === view)?.features.map((each) => each.name) ?? [];
  return { view, alias, joinKeys, features: features ?? all };
}
