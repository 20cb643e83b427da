import type { Aggregate } from './aggregates.js';
import type { Column } from './columns.js';
import type { DurationText } from './duration.js';
import type { Accuracy, Cadence, OnStale } from './snapshot.js';

/**
 * Features as code: the TypeScript form of definitions. Each function returns a plain object that `compileDefinitions` reads;
 * nothing is registered globally. The objects carry the types of keys and values for a typed client.
 */

/** Marks definition objects across copies of this library: a bundled definition file brings its own. */
export const definition = Symbol.for('larder.definition');

declare const keysBrand: unique symbol;
declare const valuesBrand: unique symbol;
declare const fullValuesBrand: unique symbol;

export interface Described {
  readonly description?: string;
  /** Team that answers for it. */
  readonly owner?: string;
  readonly tags?: Readonly<Record<string, string>>;
}

export type ColumnMap = Readonly<Record<string, Column>>;
export type FeatureMap = Readonly<Record<string, Column | Aggregate>>;
type TypeOf<C> = C extends Column<infer T> ? T : C extends Aggregate<infer T> ? T : never;
export type KeysOfColumns<C extends ColumnMap> = { readonly [P in keyof C]: TypeOf<C[P]> };
export type ShortValues<F extends FeatureMap> = { readonly [P in keyof F]: TypeOf<F[P]> | null };
export type FullValues<N extends string, F extends FeatureMap> = { readonly [P in keyof F & string as `${N}__${P}`]: TypeOf<F[P]> | null };
export type Intersection<U> = (U extends unknown ? (value: U) => void : never) extends (value: infer I) => void ? I : never;

/** What can stand in a feature service's list. The brands exist only as types. */
export interface ServiceItem<K = object, V = object, W = object> {
  readonly [definition]: FeatureViewInput | FeatureReferenceInput | AliasInput;
  readonly [keysBrand]?: K;
  readonly [valuesBrand]?: V;
  readonly [fullValuesBrand]?: W;
}

export interface Entity<K = object> {
  readonly [definition]: EntityInput;
  readonly [keysBrand]?: K;
}

export interface Source {
  readonly [definition]: SourceInput;
}

/** A view; its features are properties, so `view.feature` can stand in a service. */
export type FeatureView<N extends string = string, K = object, F extends FeatureMap = FeatureMap> = ServiceItem<K, ShortValues<F>, FullValues<N, F>> & {
  readonly [P in keyof F & string]: ServiceItem<K, ShortValues<Pick<F, P>>, FullValues<N, Pick<F, P>>>;
};

export interface FeatureService<N extends string = string, K = object, V = object, W = object> {
  readonly [definition]: FeatureServiceInput;
  readonly name: N;
  readonly [keysBrand]?: K;
  readonly [valuesBrand]?: V;
  readonly [fullValuesBrand]?: W;
}

/** Join keys that a service's request must carry, by name. */
export type KeysOf<S> = S extends { readonly [keysBrand]?: infer K } ? NonNullable<K> : never;
/** A service's features by short name. */
export type ValuesOf<S> = S extends { readonly [valuesBrand]?: infer V } ? NonNullable<V> : never;
/** A service's features by full name, `view__feature`. */
export type FullValuesOf<S> = S extends { readonly [fullValuesBrand]?: infer W } ? NonNullable<W> : never;

export interface EntityInput extends Described {
  readonly kind: 'entity';
  readonly name: string;
  readonly joinKeys: ColumnMap;
}

export interface SourceTimeOptions extends Described {
  /** Name in the registry; derived from the path when absent. */
  readonly name?: string;
  /** Column with the time at which a row became true. */
  readonly eventTime: string;
  /** Column with the time at which a row became known. */
  readonly createdTime?: string;
  /** ISO 8601; rows with an earlier event time count as known at their event time. */
  readonly trustedHistoryBefore?: string;
  /** Boolean column; true deletes the entity's row. */
  readonly tombstone?: string;
}

export type SourceInput =
  | ({ readonly kind: 'parquet'; readonly name: string; readonly path: string } & Omit<SourceTimeOptions, 'name'>)
  | ({ readonly kind: 'sql'; readonly name: string; readonly query: string; readonly reads: readonly Source[] } & Omit<SourceTimeOptions, 'name'>)
  | ({ readonly kind: 'push'; readonly name: string; readonly history: Source } & Described);

export interface FeatureViewOptions<E extends readonly Entity[], F extends FeatureMap> extends Described {
  readonly entities: E;
  readonly source: Source;
  readonly features: F;
  /** When the online values are refreshed. */
  readonly cadence: Cadence;
  /** SQL condition on the source's rows. */
  readonly filter?: string;
  /** Age at which a value is too old; absent = never. */
  readonly ttl?: DurationText;
  /** `temporal` (default): training sees the value as of the instant. `snapshot`: as of the last cadence tick, as serving showed it. */
  readonly accuracy?: Accuracy;
  /** How long after a cadence tick serving shows its values; default none. */
  readonly delay?: DurationText;
  /** Default true. */
  readonly online?: boolean;
  /** Default `flag`. */
  readonly onStale?: OnStale;
}

export interface FeatureViewInput extends FeatureViewOptions<readonly Entity[], FeatureMap> {
  readonly kind: 'featureView';
  readonly name: string;
}

export interface FeatureReferenceInput {
  readonly kind: 'feature';
  readonly view: FeatureViewInput;
  readonly feature: string;
}

export interface AliasInput {
  readonly kind: 'alias';
  readonly view: FeatureViewInput;
  readonly alias: string;
  readonly joinKeys: Readonly<Record<string, string>>;
}

export interface FeatureServiceInput extends Described {
  readonly kind: 'featureService';
  readonly name: string;
  readonly items: readonly ServiceItem[];
}
