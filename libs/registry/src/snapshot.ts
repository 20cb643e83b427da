import type { JsonValue, JoinKeyTypeName, ValueTypeName } from './value-type.js';

/**
 * The compiled form of a project's definitions: plain JSON, immutable, numbered by the registry at apply.
 * Everything downstream (SQL, keys, rows, plans) is derived from a snapshot and from nothing else.
 */
export interface Snapshot extends Definitions {
  /** 1, 2, 3 … within the project; assigned by the registry. */
  readonly version: number;
  readonly featureViews: readonly FeatureViewSpec[];
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

export interface EntitySpec extends Described {
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

export interface ParquetSourceSpec extends Described, SourceTime {
  readonly kind: 'parquet';
  readonly name: string;
  /** File or glob; relative paths are relative to the project's folder. */
  readonly path: string;
}

/** A SELECT over other sources, each named in `{braces}`. */
export interface SqlSourceSpec extends Described, SourceTime {
  readonly kind: 'sql';
  readonly name: string;
  readonly query: string;
  /** Names of the sources that the query reads. */
  readonly reads: readonly string[];
}

/** Events pushed by applications; their history is always kept and is read like any Parquet source. */
export interface PushSourceSpec extends Described {
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

export interface FeatureViewDefinition extends Described {
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

export type AggregateFunction = 'count' | 'sum' | 'mean' | 'min' | 'max';

export interface AggregateFeature {
  readonly kind: 'aggregate';
  readonly function: AggregateFunction;
  /** Absent for `count`, which counts rows; present for the others. */
  readonly column?: string;
  /** 1 second to 100 years; covers `(t - window, t]`. */
  readonly windowSeconds: number;
}

/** A named, typed list of features for one model or prompt. */
export interface FeatureServiceSpec extends Described {
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
