import type { Aggregate, WindowInput } from './aggregates.js';
import type { Column } from './columns.js';
import type { CadenceInput } from './define.js';
import { normalizeDefault } from './default-value.js';
import type {
  Entity,
  EntityInput,
  FeatureServiceInput,
  FeatureViewInput,
  ServiceItem,
  Source,
  SourceInput,
} from './definitions.js';
import { definition } from './definitions.js';
import { parseDurationSeconds } from './duration.js';
import { normalizeTime } from './instant-text.js';
import { unknownOptions } from './known-options.js';
import { isLarderError } from './larder-error.js';
import { buildServiceViews } from './service-views.js';
import type {
  AggregateFeature,
  Cadence,
  Described,
  EntitySpec,
  FeatureServiceSpec,
  FeatureSpec,
  FeatureViewDefinition,
  Protected,
  ServiceViewSpec,
  SourceSpec,
} from './snapshot.js';
import type { JoinKeyTypeName } from './value-type.js';

/** Definition objects as parts of the compiled document. What cannot be converted is reported and stands in as something valid. */

export type Report = (path: string, message: string) => void;

export function compileEntity(input: EntityInput, report: Report): EntitySpec {
  const path = `entities.${input.name}`;
  const joinKeys = Object.entries(input.joinKeys).flatMap(([name, column]) => {
    if (!isColumn(column)) {
      report(`${path}.joinKeys.${name}`, 'expected a type such as int64() or string()');
      return [];
    }
    for (const option of Object.keys(column.options)) {
      report(
        `${path}.joinKeys.${name}.${option}`,
        'a join key has no options; its column has its name in every source',
      );
    }
    return [{ name, type: column.type as JoinKeyTypeName }];
  });
  return { name: input.name, joinKeys, ...objectFields(input) };
}

export function compileSource(input: SourceInput): SourceSpec {
  if (input.kind === 'push')
    return { kind: 'push', name: input.name, history: nameOf(input.history), ...objectFields(input) };
  const { eventTime, createdTime, trustedHistoryBefore, tombstone } = input;
  const times = {
    eventTime,
    ...(createdTime === undefined ? {} : { createdTime }),
    ...(trustedHistoryBefore === undefined ? {} : { trustedHistoryBefore: normalizeTime(trustedHistoryBefore) }),
    ...(tombstone === undefined ? {} : { tombstone }),
  };
  const head = { name: input.name, ...times, ...objectFields(input) };
  if (input.kind === 'parquet') return { kind: 'parquet', path: input.path, ...head };
  return { kind: 'sql', query: input.query, reads: input.reads.map(nameOf), ...head };
}

export function compileFeatureView(input: FeatureViewInput, report: Report): FeatureViewDefinition {
  const path = `featureViews.${input.name}`;
  const features = Object.entries(input.features).flatMap(([name, feature]) =>
    compileFeature(`${path}.features.${name}`, { name, feature }, report),
  );
  return {
    name: input.name,
    entities: input.entities.map(nameOf),
    source: nameOf(input.source),
    ...(input.filter === undefined ? {} : { filter: input.filter }),
    computation: features.some((each) => each.compute.kind === 'aggregate') ? 'windows' : 'columns',
    features,
    ...(input.ttl === undefined ? {} : { ttlSeconds: secondsOf(`${path}.ttl`, input.ttl, report) }),
    cadence: compileCadence(`${path}.cadence`, input.cadence, report),
    accuracy: input.accuracy ?? 'temporal',
    delaySeconds: input.delay === undefined ? 0 : secondsOf(`${path}.delay`, input.delay, report),
    online: input.online ?? true,
    onStale: input.onStale ?? 'flag',
    ...(input.similarTo === undefined ? {} : { similarTo: input.similarTo }),
    ...objectFields(input),
  };
}

export function compileService(input: FeatureServiceInput): FeatureServiceSpec {
  const views = buildServiceViews(input.items.map((item) => serviceView(item[definition])));
  return { name: input.name, views, ...objectFields(input) };
}

interface NamedFeature {
  readonly name: string;
  readonly feature: Column | Aggregate;
}

function compileFeature(path: string, { name, feature }: NamedFeature, report: Report): FeatureSpec[] {
  if (!isColumn(feature) && !isAggregate(feature)) {
    report(path, 'expected a column such as int64() or an aggregate such as count({ window })');
    return [];
  }
  const { type, options } = feature;
  for (const option of unknownOptions(feature.kind, options)) report(`${path}.${option.name}`, option.message);
  for (const option of feature.ignoredOptions ?? []) {
    report(`${path}.${option}`, 'has no effect inside the type; write it among the options of the feature');
  }
  const head = {
    name,
    type,
    ...(options.default === undefined ? {} : { default: normalizeDefault(type, options.default) }),
    ...described(options),
  };
  if (isColumn(feature)) return [{ ...head, compute: { kind: 'column', column: feature.options.column ?? name } }];
  return [{ ...head, compute: compileAggregate(path, feature, report) }];
}

function compileAggregate(path: string, feature: Aggregate, report: Report): AggregateFeature {
  const { column, limit, quantiles, options } = feature;
  return {
    kind: 'aggregate',
    function: feature.function,
    ...(column === undefined ? {} : { column }),
    ...compileWindow(`${path}.window`, options.window, report),
    ...(limit === undefined ? {} : { limit }),
    ...(quantiles === undefined ? {} : { quantiles }),
    ...(options.filter === undefined ? {} : { filter: options.filter }),
  };
}

function compileWindow(
  path: string,
  window: WindowInput | undefined,
  report: Report,
): Pick<AggregateFeature, 'windowKind' | 'windowSeconds'> {
  if (window === 'lifetime') return { windowKind: 'lifetime' };
  if (typeof window === 'object' && 'tumbling' in window)
    return { windowKind: 'tumbling', windowSeconds: secondsOf(path, window.tumbling, report) };
  return { windowSeconds: secondsOf(path, window, report) };
}

function compileCadence(path: string, cadence: CadenceInput, report: Report): Cadence {
  const { unreadableInterval, ...rest } = cadence;
  if (unreadableInterval === undefined) return rest;
  return { kind: 'every', seconds: secondsOf(path, unreadableInterval, report) };
}

/** One second stands in for what is no duration. */
function secondsOf(path: string, text: string | undefined, report: Report): number {
  try {
    return parseDurationSeconds(text ?? '');
  } catch (error) {
    if (!isLarderError(error)) throw error;
    report(path, error.message);
    return 1;
  }
}

function serviceView(input: ServiceItem[typeof definition]): ServiceViewSpec {
  if (input.kind === 'feature') {
    return { view: input.view.name, alias: input.view.name, joinKeys: {}, features: [input.feature] };
  }
  const view = input.kind === 'alias' ? input.view : input;
  const all = Object.keys(view.features);
  if (input.kind === 'featureView') return { view: view.name, alias: view.name, joinKeys: {}, features: all };
  return {
    view: view.name,
    alias: input.alias,
    joinKeys: input.joinKeys,
    features: [...(input.features ?? all)],
  };
}

function nameOf(object: Entity | Source): string {
  return object[definition].name;
}

function isColumn(value: unknown): value is Column {
  return hasOptions(value) && value.kind === 'column';
}

function isAggregate(value: unknown): value is Aggregate {
  return hasOptions(value) && value.kind === 'aggregate';
}

function hasOptions(value: unknown): value is { readonly kind: unknown; readonly options: object } {
  const isObject = typeof value === 'object' && value !== null && 'kind' in value && 'options' in value;
  return isObject && typeof value.options === 'object' && value.options !== null;
}

function objectFields(input: Described & Protected): Described & Protected {
  return { ...described(input), ...(input.protect === undefined ? {} : { protect: input.protect }) };
}

function described({ description, owner, tags, deprecated }: Described): Described {
  return {
    ...(description === undefined ? {} : { description }),
    ...(owner === undefined ? {} : { owner }),
    ...(tags === undefined ? {} : { tags }),
    ...(deprecated === undefined ? {} : { deprecated }),
  };
}
