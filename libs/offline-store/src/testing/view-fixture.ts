import type {
  AggregateFeature,
  FeatureSpec,
  FeatureViewSpec,
  JoinKeySpec,
  JsonValue,
  ParquetSourceSpec,
  ResolvedView,
  Snapshot,
  SourceSpec,
  ValueTypeName,
} from '@larder/registry';
import { joinKeysOfView } from '@larder/registry';

/** A plain feature that is a column of its own name. */
export function plain(name: string, type: ValueTypeName, defaultValue?: JsonValue): FeatureSpec {
  return {
    name,
    type,
    compute: { kind: 'column', column: name },
    ...(defaultValue === undefined ? {} : { default: defaultValue }),
  };
}

/** An aggregate over a window. */
export function windowed(
  name: string,
  options: Omit<AggregateFeature, 'kind'> & { readonly type: ValueTypeName; readonly default?: JsonValue },
): FeatureSpec {
  const { type, default: defaultValue, ...rest } = options;
  return {
    name,
    type,
    compute: { kind: 'aggregate', ...rest },
    ...(defaultValue === undefined ? {} : { default: defaultValue }),
  };
}

/** A view `view` on the source `source` with an entity `entity`; override what matters. */
export function viewSpec(features: readonly FeatureSpec[], overrides: Partial<FeatureViewSpec> = {}): FeatureViewSpec {
  return {
    id: 1,
    version: 1,
    name: 'view',
    entities: ['entity'],
    source: 'source',
    computation: features.some((each) => each.compute.kind === 'aggregate') ? 'windows' : 'columns',
    features,
    cadence: { kind: 'every', seconds: 3600 },
    accuracy: 'temporal',
    delaySeconds: 0,
    online: true,
    onStale: 'flag',
    ...overrides,
  };
}

/** A Parquet source `source`. */
export function parquetSource(path: string, overrides: Partial<ParquetSourceSpec> = {}): ParquetSourceSpec {
  return { kind: 'parquet', name: 'source', path, eventTime: 'event_timestamp', ...overrides };
}

/** A snapshot of one entity per distinct set of keys. */
export function snapshotOf({
  entities,
  sources,
  views,
}: {
  readonly entities: Readonly<Record<string, readonly JoinKeySpec[]>>;
  readonly sources: readonly SourceSpec[];
  readonly views: readonly FeatureViewSpec[];
}): Snapshot {
  return {
    formatVersion: 1,
    version: 1,
    project: 'test',
    entities: Object.entries(entities).map(([name, joinKeys]) => ({
      name,
      joinKeys: [...joinKeys].sort((a, b) => (a.name < b.name ? -1 : 1)),
    })),
    sources,
    featureViews: views,
    featureServices: [],
  };
}

/** All features of a view, under short names or `alias__feature`. */
export function resolved(
  snapshot: Snapshot,
  view: FeatureViewSpec,
  options: { readonly alias?: string; readonly joinKeys?: Readonly<Record<string, string>> } = {},
): ResolvedView {
  const alias = options.alias ?? view.name;
  return {
    view,
    alias,
    joinKeys: joinKeysOfView(snapshot, view).map((key) => ({
      ...key,
      requestName: options.joinKeys?.[key.name] ?? key.name,
    })),
    features: view.features.map((spec, index) => ({
      spec,
      index,
      outputName: options.alias === undefined ? spec.name : `${alias}__${spec.name}`,
    })),
  };
}
