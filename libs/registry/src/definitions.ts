import type { Aggregate } from './aggregates.js';
import type { Column } from './columns.js';
import type { DurationText } from './duration.js';
import type { Accuracy, Cadence, Described, OnStale, Protected } from './snapshot.js';

/**
 * Features as code: the TypeScript form of definitions. Each function returns a plain object that `compileDefinitions` reads;
 * nothing is registered globally. The objects carry the types of keys and values for a typed client.
 */

/** Marks definition objects across copies of this library: a bundled definition file brings its own. */
export const definition = Symbol.for('larder.definition');

/**
 * Under it an object says where in the code it was made: an object whose `stack` begins at the call. Not enumerable, since it is no part
 * of what the definition means; text is made of it only when somebody asks.
 */
export const origin = Symbol.for('larder.origin');

declare const keysBrand: unique symbol;
declare const valuesBrand: unique symbol;
declare const fullValuesBrand: unique symbol;

export type ColumnMap = Readonly<Record<string, Column>>;
export type FeatureMap = Readonly<Record<string, Column | Aggregate>>;

type TypeOf<C> = C extends Column<infer T> ? T : C extends Aggregate<infer T> ? T : never;
export type KeysOfColumns<C extends ColumnMap> = { readonly [P in keyof C]: TypeOf<C[P]> };
export type ShortValues<F extends FeatureMap> = { readonly [P in keyof F]: TypeOf<F[P]> | null };
export type FullValues<N extends string, F extends FeatureMap> = {
  readonly [P in keyof F & string as `${N}__${P}`]: TypeOf<F[P]> | null;
};

/** Of a union, what has the properties of all its members, written out as one object type. */
export type Merged<U> = (U extends unknown ? (value: U) => void : never) extends (value: infer I) => void
  ? { readonly [P in keyof I]: I[P] }
  : never;

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
export type FeatureView<N extends string = string, K = object, F extends FeatureMap = FeatureMap> = ServiceItem<
  K,
  ShortValues<F>,
  FullValues<N, F>
> & {
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
/** A service's features by short name; `never` for a short name that two of its views have, since only full names tell them apart. */
export type ValuesOf<S> = S extends { readonly [valuesBrand]?: infer V } ? NonNullable<V> : never;
/** A service's features by full name, `view__feature`. */
export type FullValuesOf<S> = S extends { readonly [fullValuesBrand]?: infer W } ? NonNullable<W> : never;

/** The service type that a list of items makes. */
export type ServiceOf<N extends string, I extends ServiceItem> = FeatureService<
  N,
  Merged<KeysOf<I>>,
  WithoutAmbiguous<Merged<ValuesOf<I>>, Merged<FullValuesOf<I>>>,
  Merged<FullValuesOf<I>>
>;

type WithoutAmbiguous<V, W> = {
  readonly [P in keyof V]: IsUnion<Extract<keyof W, `${string}__${P & string}`>> extends true ? never : V[P];
};
type IsUnion<T, U = T> = [T] extends [never] ? false : T extends unknown ? ([U] extends [T] ? false : true) : never;

/** Join keys of a view in a role: those that the mapping names get the request's names. */
export type RenamedKeys<K, M> = {
  readonly [P in keyof K as P extends keyof M ? (M[P] extends string ? M[P] : P) : P]: K[P];
};

export interface EntityOptions<C extends ColumnMap = ColumnMap> extends Described, Protected {
  /** One or more columns, given without options. */
  readonly joinKeys: C;
}

export interface EntityInput extends EntityOptions {
  readonly kind: 'entity';
  readonly name: string;
}

export interface SourceTimeOptions extends Described, Protected {
  /** Name in the registry; derived from the path when absent. */
  readonly name?: string;
  /** Column with the time at which a row became true. */
  readonly eventTime: string;
  /** Column with the time at which a row became known. */
  readonly createdTime?: string;
  /** ISO 8601; rows with an earlier event time count as known at their event time. Needs `createdTime`. */
  readonly trustedHistoryBefore?: string;
  /** Boolean column; true deletes the entity's row. */
  readonly tombstone?: string;
}

export interface SqlSourceOptions extends Omit<SourceTimeOptions, 'name'> {
  /** One SELECT that reads each source as `{name}`. */
  readonly query: string;
  readonly reads: readonly Source[];
}

export interface PushSourceOptions extends Described, Protected {
  /** The Parquet source in which the events are kept. */
  readonly history: Source;
}

export interface ParquetSourceInput extends SourceTimeOptions {
  readonly kind: 'parquet';
  readonly name: string;
  readonly path: string;
}

export interface SqlSourceInput extends SqlSourceOptions {
  readonly kind: 'sql';
  readonly name: string;
}

export interface PushSourceInput extends PushSourceOptions {
  readonly kind: 'push';
  readonly name: string;
}

export type SourceInput = ParquetSourceInput | SqlSourceInput | PushSourceInput;

export interface FeatureViewOptions<E extends readonly Entity[], F extends FeatureMap> extends Described, Protected {
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
  /** Names of views that compute nearly the same, on purpose. */
  readonly similarTo?: readonly string[];
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
  /** View's join key → join key in the request. */
  readonly joinKeys: Readonly<Record<string, string>>;
  /** All of the view's when absent. */
  readonly features?: readonly string[];
}

export interface FeatureServiceOptions extends Described, Protected {}

export interface FeatureServiceInput extends FeatureServiceOptions {
  readonly kind: 'featureService';
  readonly name: string;
  readonly items: readonly ServiceItem[];
}
