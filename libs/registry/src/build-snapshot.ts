import { canonicalJson } from './canonical-json.js';
import { LarderError } from './larder-error.js';
import type { Definitions, FeatureViewDefinition, FeatureViewSpec, Snapshot, SourceSpec } from './snapshot.js';

/** Ids ever given to views of a project, retired ones included: name → id. */
export type ViewIds = Readonly<Record<string, number>>;

export interface NumberedSnapshot {
  readonly snapshot: Snapshot;
  readonly viewIds: ViewIds;
}

const MAX_VIEW_VERSION = 65_535;

/**
 * Compiled definitions as the snapshot that follows `previous`: known views keep their id, new ones get the next;
 * a view whose meaning changed gets the next version. Pure.
 */
export function buildSnapshot(definitions: Definitions, previous: Snapshot | undefined, viewIds: ViewIds = {}): NumberedSnapshot {
  const ids: Record<string, number> = { ...viewIds };
  let nextId = Math.max(0, ...Object.values(ids)) + 1;
  const featureViews = definitions.featureViews.map((view): FeatureViewSpec => {
    const id = (ids[view.name] ??= nextId++);
    const before = previous?.featureViews.find((each) => each.name === view.name);
    const version = before === undefined ? 1 : sameMeaning(before, previous, view, definitions) ? before.version : before.version + 1;
    if (version > MAX_VIEW_VERSION) throw new LarderError('RESOURCE_EXHAUSTED', `feature view ${view.name} has had ${MAX_VIEW_VERSION} versions; give it a new name`);
    return { ...view, id, version };
  });
  const snapshot: Snapshot = { ...definitions, version: (previous?.version ?? 0) + 1, featureViews };
  return { snapshot, viewIds: ids };
}

/** True when two definitions of a view compute the same values from the same data under the same keys: no re-materialization is due. */
export function sameMeaning(before: FeatureViewDefinition, beforeIn: Definitions | undefined, after: FeatureViewDefinition, afterIn: Definitions): boolean {
  return beforeIn !== undefined && meaning(before, beforeIn) === meaning(after, afterIn);
}

function meaning(view: FeatureViewDefinition, definitions: Definitions): string {
  return canonicalJson({
    entities: definitions.entities.filter((each) => view.entities.includes(each.name)).map((each) => each.joinKeys),
    source: sourceMeaning(view.source, definitions.sources, new Set()),
    filter: view.filter ?? null,
    features: view.features.map(({ name, type, compute }) => ({ name, type, compute })),
  });
}

function sourceMeaning(name: string, sources: readonly SourceSpec[], seen: ReadonlySet<string>): unknown {
  const source = sources.find((each) => each.name === name);
  if (source === undefined || seen.has(name)) return name;
  const within = new Set([...seen, name]);
  if (source.kind === 'push') return sourceMeaning(source.history, sources, within);
  const { eventTime, createdTime, trustedHistoryBefore, tombstone } = source;
  const rows = source.kind === 'parquet' ? source.path : { query: source.query, reads: source.reads.map((each) => sourceMeaning(each, sources, within)) };
  return { eventTime, createdTime, trustedHistoryBefore, tombstone, rows };
}
