import type { DurationText } from './duration.js';
import { parseDurationSeconds } from './duration.js';
import type {
  AliasInput,
  ColumnMap,
  Entity,
  EntityOptions,
  FeatureMap,
  FeatureReferenceInput,
  FeatureServiceOptions,
  FeatureView,
  FeatureViewInput,
  FeatureViewOptions,
  FullValues,
  KeysOf,
  KeysOfColumns,
  Merged,
  PushSourceOptions,
  RenamedKeys,
  ServiceItem,
  ServiceOf,
  ShortValues,
  Source,
  SourceTimeOptions,
  SqlSourceOptions,
} from './definitions.js';
import { definition, origin } from './definitions.js';
import { isLarderError, LarderError } from './larder-error.js';
import type { Cadence } from './snapshot.js';

/** The thing that features describe: one or more typed join keys. */
export function entity<const N extends string, const C extends ColumnMap>(
  name: N,
  options: EntityOptions<C>,
): Entity<KeysOfColumns<C>> {
  return { [definition]: made(entity, { ...options, kind: 'entity', name }) };
}

/** A Parquet file or glob, relative to the project's folder. Without a name it is called after the path's last part without wildcards. */
export function parquet(path: string, options: SourceTimeOptions): Source {
  const { name = nameFromPath(path), ...rest } = options;
  return { [definition]: made(parquet, { ...rest, kind: 'parquet', name, path }) };
}

/** A SELECT over other sources, each written as `{name}` in the query. */
export function sqlSource(name: string, options: SqlSourceOptions): Source {
  return { [definition]: made(sqlSource, { ...options, kind: 'sql', name }) };
}

/** Events that applications push; `history` is the source in which they are kept. */
export function push(name: string, options: PushSourceOptions): Source {
  return { [definition]: made(push, { ...options, kind: 'push', name }) };
}

/** A cadence whose interval is no duration keeps its text: compiling reports it with the view's path. */
export type CadenceInput = Cadence & { readonly unreadableInterval?: string };

/** Refresh at a fixed interval, aligned to the epoch: `every('1h')` ticks on the hour. */
export function every(interval: DurationText): Cadence {
  try {
    return { kind: 'every', seconds: parseDurationSeconds(interval) };
  } catch (error) {
    if (!isLarderError(error)) throw error;
    const unreadable: CadenceInput = { kind: 'every', seconds: Number.NaN, unreadableInterval: interval };
    return unreadable;
  }
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
): FeatureView<N, Merged<KeysOf<E[number]>>, F> {
  const view: FeatureViewInput = made(featureView, { ...options, kind: 'featureView', name });
  const references = Object.keys(options.features ?? {}).map((feature) => [
    feature,
    reference({ kind: 'feature', view, feature }),
  ]);
  return { ...Object.fromEntries(references), [definition]: view } as FeatureView<N, Merged<KeysOf<E[number]>>, F>;
}

export interface AliasOptions<M, P extends string> {
  /** The view's join keys → the request's; those not named keep their names. */
  readonly joinKeys: M;
  /** All of the view's features when absent. */
  readonly features?: readonly P[];
}

/** The same view in a role, e.g. an airport as `origin` and as `destination`: `joinKeys` maps the view's join keys to the request's. */
export function alias<
  N extends string,
  K extends object,
  F extends FeatureMap,
  const A extends string,
  const M extends Partial<Record<keyof K & string, string>>,
  const P extends keyof F & string = keyof F & string,
>(
  view: FeatureView<N, K, F>,
  name: A,
  options: AliasOptions<M & Record<Exclude<keyof M, keyof K>, never>, P>,
): ServiceItem<RenamedKeys<K, M>, ShortValues<Pick<F, P>>, FullValues<A, Pick<F, P>>> {
  const input = view?.[definition];
  if (input?.kind !== 'featureView')
    throw new LarderError('INVALID_ARGUMENT', `alias ${name}: expected a feature view`);
  const aliased: AliasInput = {
    ...options,
    joinKeys: { ...(options?.joinKeys as Readonly<Record<string, string>>) },
    kind: 'alias',
    view: input,
    alias: name,
  };
  return { [definition]: made(alias, aliased) };
}

/** A named list of features for one model or prompt: views, single features (`view.feature`) and aliased views. */
export function featureService<const N extends string, const I extends readonly ServiceItem[]>(
  name: N,
  items: I,
  options: FeatureServiceOptions = {},
): ServiceOf<N, I[number]> {
  return { name, [definition]: made(featureService, { ...options, kind: 'featureService', name, items }) };
}

/** Notes where `by` was called; formatting the stack is left to whoever reads it. */
function made<T extends object>(by: (...args: never) => unknown, input: T): T {
  const place = {};
  Error.captureStackTrace?.(place, by);
  return Object.defineProperty(input, origin, { value: place });
}

function reference(input: FeatureReferenceInput): ServiceItem {
  return { [definition]: input };
}

/** `data/2026/Watch-Events/*.parquet` → `watch_events`. */
function nameFromPath(path: string): string {
  const parts = path.split(/[/\\]/).filter((part) => part !== '' && !/[*?[=]/.test(part));
  const last = parts.at(-1) ?? path;
  return last
    .replace(/(\.\w+)+$/, '')
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '_');
}
