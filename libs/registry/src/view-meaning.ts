import { canonicalJson } from './canonical-json.js';
import type { Definitions, FeatureViewDefinition, SourceSpec } from './snapshot.js';

/** True when two definitions of a view compute the same values from the same data under the same keys: no re-materialization is due. */
export function sameMeaning(
  before: FeatureViewDefinition,
  beforeIn: Definitions | undefined,
  after: FeatureViewDefinition,
  afterIn: Definitions,
): boolean {
  return beforeIn !== undefined && viewMeaning(before, beforeIn) === viewMeaning(after, afterIn);
}

/** Of the views of immutable definitions: a plan asks for each several times, and it is most of what a plan of 2,000 views costs. */
const known = new WeakMap<FeatureViewDefinition, { readonly of: Definitions; readonly meaning: string }>();

/** What the stored rows of a view depend on, as canonical JSON. Defaults, ttl and the like are applied at read. */
export function viewMeaning(view: FeatureViewDefinition, definitions: Definitions): string {
  const before = known.get(view);
  if (before?.of === definitions) return before.meaning;
  const meaning = buildMeaning(view, definitions);
  known.set(view, { of: definitions, meaning });
  return meaning;
}

function buildMeaning(view: FeatureViewDefinition, definitions: Definitions): string {
  const joinKeys = definitions.entities
    .filter((each) => view.entities.includes(each.name))
    .flatMap((each) => each.joinKeys)
    .sort((a, b) => (a.name < b.name ? -1 : 1));
  return canonicalJson({
    joinKeys,
    source: sourceMeaning(view.source, definitions.sources),
    filter: view.filter ?? null,
    features: view.features.map(({ name, type, compute }) => ({ name, type, compute })),
  });
}

/** The names of sources do not matter, only the rows behind them. */
export function sourceMeaning(
  name: string,
  sources: readonly SourceSpec[],
  seen: ReadonlySet<string> = new Set(),
): unknown {
  const source = sources.find((each) => each.name === name);
  if (source === undefined || seen.has(name)) return name;
  const within = new Set([...seen, name]);
  if (source.kind === 'push') return sourceMeaning(source.history, sources, within);
  const { eventTime, createdTime, trustedHistoryBefore, tombstone } = source;
  const rows =
    source.kind === 'parquet'
      ? source.path
      : { query: source.query, reads: source.reads.map((each) => sourceMeaning(each, sources, within)) };
  return { eventTime, createdTime, trustedHistoryBefore, tombstone, rows };
}
