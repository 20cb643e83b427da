import type { DurationText } from './duration.js';
import { parseDurationSeconds } from './duration.js';
import type {
  AliasInput,
  ColumnMap,
  Described,
  Entity,
  FeatureMap,
  FeatureReferenceInput,
  FeatureService,
  FeatureView,
  FeatureViewInput,
  FeatureViewOptions,
  FullValues,
  FullValuesOf,
  Intersection,
  KeysOf,
  KeysOfColumns,
  ServiceItem,
  Source,
  SourceTimeOptions,
  ValuesOf,
} from './definitions.js';
import { definition } from './definitions.js';
import { LarderError } from './larder-error.js';
import type { Cadence } from './snapshot.js';

/** The thing that features describe: one or more typed join keys. */
export function entity<const N extends string, const C extends ColumnMap>(
  name: N,
  options: Described & { readonly joinKeys: C },
): Entity<KeysOfColumns<C>> {
  return { [definition]: { kind: 'entity', name, ...options } };
}

/** A Parquet file or glob, relative to the project's folder. Without a name it is called after the path's last part without wildcards. */
export function parquet(path: string, options: SourceTimeOptions): Source {
  const { name = nameFromPath(path), ...rest } = options;
  return { [definition]: { kind: 'parquet', name, path, ...rest } };
}

/** A SELECT over other sources, each written as `{name}` in the query. */
export function sqlSource(
  name: string,
  options: Omit<SourceTimeOptions, 'name'> & { readonly query: string; readonly reads: readonly Source[] },
): Source {
  return { [definition]: { kind: 'sql', name, ...options } };
}

/** Events that applications push; `history` is the source in which they are kept. */
export function push(name: string, options: Described & { readonly history: Source }): Source {
  return { [definition]: { kind: 'push', name, ...options } };
}

/** Refresh at a fixed interval, aligned to the epoch: `every('1h')` ticks on the hour. */
export function every(interval: DurationText): Cadence {
  return { kind: 'every', seconds: parseDurationSeconds(interval) };
}

/** Refresh by a cron expression (minute hour day month weekday) in a time zone, UTC by default. */
export function cron(expression: string, timeZone = 'UTC'): Cadence {
  return { kind: 'cron', expression, timeZone };
}

/** Refresh with each event. */
export function onPush(): Cadence {
  return { kind: 'push' };
}

/** Features over one source and one set of entities, refreshed together. */
export function featureView<const N extends string, const E extends readonly Entity[], const F extends FeatureMap>(
  name: N,
  options: FeatureViewOptions<E, F>,
): FeatureView<N, Intersection<KeysOf<E[number]>>, F> {
  const view: FeatureViewInput = { kind: 'featureView', name, ...options };
  const references = Object.keys(options.features).map((feature) => [feature, reference({ kind: 'feature', view, feature })]);
  return { ...Object.fromEntries(references), [definition]: view };
}

/** The same view in a role, e.g. an airport as `origin` and as `destination`: `joinKeys` maps the view's join keys to the request's. */
export function alias<N extends string, K extends object, F extends FeatureMap, const A extends string, const M extends Partial<Record<keyof K & string, string>>>(
  view: FeatureView<N, K, F>,
  name: A,
  options: { readonly joinKeys: M },
): ServiceItem<RenamedKeys<K, M>, { readonly [P in keyof F & string as `${A}__${P}`]?: never }, FullValues<A, F>> {
  const input = view[definition];
  if (input.kind !== 'featureView') throw new LarderError('INVALID_ARGUMENT', `alias ${name}: expected a feature view`);
  const aliased: AliasInput = { kind: 'alias', view: input, alias: name, joinKeys: { ...options.joinKeys } as Readonly<Record<string, string>> };
  return { [definition]: aliased };
}

type RenamedKeys<K, M> = { readonly [P in keyof K as P extends keyof M ? (M[P] extends string ? M[P] : P) : P]: K[P] };

/** A named list of features for one model or prompt: views, single features (`view.feature`) and aliased views. */
export function featureService<const N extends string, const I extends readonly ServiceItem[]>(
  name: N,
  items: I,
  options: Described = {},
): FeatureService<N, Intersection<KeysOf<I[number]>>, Intersection<ValuesOf<I[number]>>, Intersection<FullValuesOf<I[number]>>> {
  return { name, [definition]: { kind: 'featureService', name, items, ...options } };
}

function reference(input: FeatureReferenceInput): ServiceItem {
  return { [definition]: input };
}

function nameFromPath(path: string): string {
  const parts = path.split(/[/\\]/).filter((part) => part !== '' && !part.includes('*') && !part.includes('='));
  return (parts.at(-1) ?? path).replace(/\.\w+$/, '').replaceAll('-', '_');
}
