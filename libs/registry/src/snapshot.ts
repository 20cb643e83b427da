import type { JsonValue, JoinKeyTypeName, ValueTypeName } from './value-type.js';

/**
 * The compiled form of a project's definitions: plain JSON, immutable, numbered by the registry at apply.
 * Everything downstream (SQL, keys, rows, plans) is derived from a snapshot and from nothing else.
 */
export interface Snapshot extends Definitions {
  /** 1, 2, 3 … within the project; assigned by the registry. */
  readonly version: number;
  readonly featureViews: readonly FeatureViewSpec[];
  /** Earlier versions of views that the online store may still hold; absent when there are none. See `FormerView`. */
  readonly formerViews?: readonly FormerView[];
}

/**
 * A version of a view that another one has replaced in the definitions, but perhaps not yet in the online store: it is served until
 * the newer one is materialized. Carries all that reading needs, since entities and services may have changed with the view.
 */
export interface FormerView {
  readonly view: FeatureViewSpec;
  /** Of all its entities, sorted by name. */
  readonly joinKeys: readonly JoinKeySpec[];
  /** What each feature service asked of the view at that time: service name → its items of this view. */
  readonly services: Readonly<Record<string, readonly ServiceViewSpec[]>>;
}

/** Compiled definitions before the registry has numbered them. */
export interface Definitions {
  /** Version of this JSON format. */
  readonly formatVersion: 1;
  readonly project: string;
  readonly entities: readonly EntitySpec[];
  readonly sources: readonly SourceSpec[];
  readonly featureViews: readonly FeatureViewDefinition[];
  readonly featureServices: readonly FeatureServiceSpec[];
}

export interface EntitySpec extends Described, Protected {
  readonly name: string;
  /** Sorted by name. */
  readonly joinKeys: readonly JoinKeySpec[];
}

export interface JoinKeySpec {
  readonly name: string;
  readonly type: JoinKeyTypeName;
}

/** What every object may carry for its readers. */
export interface Described {
  readonly description?: string;
  /** Team that answers for it. */
  readonly owner?: string;
  readonly tags?: Readonly<Record<string, string>>;
  readonly deprecated?: Deprecation;
}

/** Readers are warned: this will go. */
export interface Deprecation {
  /** Day after which nobody should use it, `YYYY-MM-DD`. */
  readonly after: string;
  /** What to use instead: `view:feature`, or the name of an object. */
  readonly successor?: string;
  readonly reason?: string;
}

/** What objects may carry, features not. */
export interface Protected {
  /** True = refused to be retired, `--prune` or not. */
  readonly protect?: boolean;
}

/** Where the rows come from and which of their columns carry time. */
export type SourceSpec = ParquetSourceSpec | SqlSourceSpec | PushSourceSpec;

interface SourceTime {
  /** Column with the time at which the row became true. */
  readonly eventTime: string;
  /** Column with the time at which the row became known; absent = known at its event time. */
  readonly createdTime?: string;
  /** Rows with an event time before this (ISO 8601) count as known at their event time. */
  readonly trustedHistoryBefore?: string;
  /** Boolean column; a true value deletes the entity's row. */
  readonly tombstone?: string;
}

export interface ParquetSourceSpec extends Described, Protected, SourceTime {
  readonly kind: 'parquet';
  readonly name: string;
  /** File or glob; relative paths are relative to the project's folder. */
  readonly path: string;
}

/** A SELECT over other sources, each named in `{braces}`. */
export interface SqlSourceSpec extends Described, Protected, SourceTime {
  readonly kind: 'sql';
  readonly name: string;
  readonly query: string;
  /** Names of the sources that the query reads. */
  readonly reads: readonly string[];
}

/** Events pushed by applications; their history is always kept and is read like any Parquet source. */
export interface PushSourceSpec extends Described, Protected {
  readonly kind: 'push';
  readonly name: string;
  /** Name of the source that holds the history. */
  readonly history: string;
}

export type Cadence =
  | { readonly kind: 'every'; readonly seconds: number }
  | { readonly kind: 'cron'; readonly expression: string; readonly timeZone: string }
  | { readonly kind: 'push' };

export type Accuracy = 'temporal' | 'snapshot';

/** What a reader gets for a value older than its ttl. */
export type OnStale = 'flag' | 'null' | 'default' | 'fail';

export interface FeatureViewDefinition extends Described, Protected {
  readonly name: string;
  /** Entity names, in the order of the definition. */
  readonly entities: readonly string[];
  readonly source: string;
  /** SQL condition over the source's columns; rows that do not meet it do not exist for this view. */
  readonly filter?: string;
  /** `columns`: the newest row's columns. `windows`: aggregates over windows of raw rows. */
  readonly computation: 'columns' | 'windows';
  /** In stored order. */
  readonly features: readonly FeatureSpec[];
  /** Absent = values never grow stale. */
  readonly ttlSeconds?: number;
  readonly cadence: Cadence;
  readonly accuracy: Accuracy;
  /** Time from a cadence tick until serving shows its values; used by `snapshot` accuracy. */
  readonly delaySeconds: number;
  readonly online: boolean;
  readonly onStale: OnStale;
  /** Names of views that compute nearly the same, on purpose: a likely duplicate that is not named here is refused. */
  readonly similarTo?: readonly string[];
}

/** A view with what the registry adds: a stable id and a version of its meaning. */
export interface FeatureViewSpec extends FeatureViewDefinition {
  /** Small, the same as long as the view is registered, never reused: a view that comes back after its retirement gets a new one. */
  readonly id: number;
  /** 1 … 65535; grows when the meaning of the view changes. */
  readonly version: number;
}

export interface FeatureSpec extends Described {
  readonly name: string;
  readonly type: ValueTypeName;
  /** Replaces "no row" and "null", online and offline alike. In JSON form: int64 beyond 2^53 and decimals as strings. */
  readonly default?: JsonValue;
  readonly compute: ComputedFeature;
}

export type ComputedFeature = ColumnFeature | AggregateFeature;

export interface ColumnFeature {
  readonly kind: 'column';
  readonly column: string;
}

export const AGGREGATE_FUNCTIONS = [
  'count',
  'countDistinct',
  'approxCountDistinct',
  'sum',
  'mean',
  'variance',
  'stddev',
  'min',
  'max',
  'first',
  'last',
  'lastN',
  'quantile',
  'topK',
] as const;

export type AggregateFunction = (typeof AGGREGATE_FUNCTIONS)[number];

export interface AggregateFeature {
  readonly kind: 'aggregate';
  readonly function: AggregateFunction;
  /** Absent for `count`, which counts rows; present for the others. */
  readonly column?: string;
  /** Length of the window, 1 second to 100 years; absent for a lifetime. */
  readonly windowSeconds?: number;
  /**
   * Absent: the sliding window `(t - window, t]`. `tumbling`: the last whole period, `[p - window, p)` with p the last multiple of
   * `window` since 1970 at or before t. `lifetime`: everything known at t.
   */
  readonly windowKind?: 'tumbling' | 'lifetime';
  /** `lastN` and `topK`: the most elements that the list has, 1 … 1000. */
  readonly limit?: number;
  /** `quantile`: which, each 0 … 1; one for a number, 1 … 100 for a list. */
  readonly quantiles?: readonly number[];
  /** SQL condition over the source's columns: only events that meet it count for this feature. */
  readonly filter?: string;
}

/** A named, typed list of features for one model or prompt. */
export interface FeatureServiceSpec extends Described, Protected {
  readonly name: string;
  readonly views: readonly ServiceViewSpec[];
}

export interface ServiceViewSpec {
  readonly view: string;
  /** The view's name in this service's references and full feature names; the view's own name unless the view plays a role. */
  readonly alias: string;
  /** View's join key → join key in the request, only where they differ. */
  readonly joinKeys: Readonly<Record<string, string>>;
  /** Feature names, in order. */
  readonly features: readonly string[];
}
