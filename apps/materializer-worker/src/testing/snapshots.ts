import type {
  FeatureSpec,
  FeatureViewSpec,
  JoinKeySpec,
  JsonValue,
  Snapshot,
  SourceSpec,
  ValueTypeName,
} from '@larder/registry';
import { PROJECT } from './worker.fixture.js';

export interface OneView {
  readonly features: readonly FeatureSpec[];
  readonly source?: Partial<Omit<SourceSpec & { readonly kind: 'parquet' }, 'kind'>>;
  readonly sources?: readonly SourceSpec[];
  readonly joinKeys?: readonly JoinKeySpec[];
  readonly view?: Partial<FeatureViewSpec>;
}

/** A feature that is a column. */
export function column(name: string, type: ValueTypeName, defaultValue?: JsonValue): FeatureSpec {
  return {
    name,
    type,
    compute: { kind: 'column', column: name },
    ...(defaultValue === undefined ? {} : { default: defaultValue }),
  };
}

/** A snapshot of one view over `history/*.parquet`, keyed by `driver_id`, unless told otherwise. */
export function oneView({ features, source = {}, sources, joinKeys, view = {} }: OneView): Snapshot {
  const parquet: SourceSpec = {
    kind: 'parquet',
    name: 'history',
    path: 'history/*.parquet',
    eventTime: 'at',
    ...source,
  };
  return {
    formatVersion: 1,
    version: 1,
    project: PROJECT,
    entities: [{ name: 'driver', joinKeys: joinKeys ?? [{ name: 'driver_id', type: 'int64' }] }],
    sources: sources ?? [parquet],
    featureViews: [
      {
        id: 1,
        version: 1,
        name: 'driver_stats',
        entities: ['driver'],
        source: 'history',
        features,
        computation: features.some((each) => each.compute.kind === 'aggregate') ? 'windows' : 'columns',
        cadence: { kind: 'every', seconds: 3600 },
        accuracy: 'temporal',
        delaySeconds: 0,
        online: true,
        onStale: 'flag',
        ...view,
      },
    ],
    featureServices: [],
  };
}

/** The only view of a snapshot. */
export function viewOf({ featureViews: [view] }: Snapshot): FeatureViewSpec {
  if (view === undefined) throw new Error('the snapshot has no view');
  return view;
}

/** The snapshot after a change of the view's meaning. */
export function nextVersion(snapshot: Snapshot, change: Partial<FeatureViewSpec> = {}): Snapshot {
  const view = viewOf(snapshot);
  return {
    ...snapshot,
    version: snapshot.version + 1,
    featureViews: [{ ...view, ...change, version: view.version + 1 }],
  };
}
