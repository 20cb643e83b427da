import type {
  Definitions,
  Deprecation,
  Described,
  FeatureServiceSpec,
  FeatureSpec,
  FeatureViewDefinition,
} from './snapshot.js';

/** What to look for; all that is given must hold. */
export interface SearchQuery {
  /** Words; each must occur in name, description, owner, a tag or the name of the view. */
  readonly text?: string;
  readonly owner?: string;
  /** Name of an entity that is described. */
  readonly entity?: string;
  /** Value type of a feature. */
  readonly type?: string;
  readonly tags?: Readonly<Record<string, string>>;
  /** True: only what is deprecated. False: only what is not. */
  readonly deprecated?: boolean;
}

export type SearchedKind = 'entity' | 'source' | 'featureView' | 'feature' | 'featureService';

export interface SearchResult {
  readonly kind: SearchedKind;
  /** `view:feature` for a feature. */
  readonly name: string;
  /** Of a feature. */
  readonly type?: string;
  /** Names of the entities that it describes. */
  readonly entities: readonly string[];
  /** Its own, else that of its view. */
  readonly owner: string | null;
  readonly description: string | null;
  /** Of a feature: with those of its view. */
  readonly tags: Readonly<Record<string, string>>;
  /** Its own, else that of its view. */
  readonly deprecated: Deprecation | null;
  /** Of views and features: the view. */
  readonly view?: string;
}

/** Every object and feature that answers the query, best names first. Pure. */
export function searchSnapshot(definitions: Definitions, query: SearchQuery): SearchResult[] {
  const words = (query.text ?? '').toLowerCase().split(/\s+/).filter(Boolean);
  return everything(definitions)
    .filter((each) => hasFields(each, query))
    .map((result) => ({ result, rank: rankOf(result, words) }))
    .filter(({ rank }) => rank !== undefined)
    .sort((a, b) => (a.rank ?? 0) - (b.rank ?? 0) || (a.result.name < b.result.name ? -1 : 1))
    .map(({ result }) => result);
}

function everything({ entities, sources, featureViews, featureServices }: Definitions): SearchResult[] {
  const views = new Map(featureViews.map((each) => [each.name, each]));
  return [
    ...entities.map((each) => resultOf('entity', each, [each.name])),
    ...sources.map((each) => resultOf('source', each, [])),
    ...featureViews.flatMap((view) => [
      { ...resultOf('featureView', view, view.entities), view: view.name },
      ...view.features.map((feature) => featureResult(view, feature)),
    ]),
    ...featureServices.map((each) => resultOf('featureService', each, entitiesOf(each, views))),
  ];
}

function entitiesOf(service: FeatureServiceSpec, views: ReadonlyMap<string, FeatureViewDefinition>): string[] {
  return [...new Set(service.views.flatMap((each) => views.get(each.view)?.entities ?? []))];
}

function resultOf(
  kind: SearchedKind,
  object: Described & { readonly name: string },
  entities: readonly string[],
): SearchResult {
  return {
    kind,
    name: object.name,
    entities,
    owner: object.owner ?? null,
    description: object.description ?? null,
    tags: object.tags ?? {},
    deprecated: object.deprecated ?? null,
  };
}

function featureResult(view: FeatureViewDefinition, feature: FeatureSpec): SearchResult {
  return {
    ...resultOf('feature', feature, view.entities),
    name: `${view.name}:${feature.name}`,
    type: feature.type,
    owner: feature.owner ?? view.owner ?? null,
    tags: { ...view.tags, ...feature.tags },
    deprecated: feature.deprecated ?? view.deprecated ?? null,
    view: view.name,
  };
}

function hasFields(result: SearchResult, { owner, entity, type, tags = {}, deprecated }: SearchQuery): boolean {
  if (owner !== undefined && result.owner !== owner) return false;
  if (entity !== undefined && !result.entities.includes(entity)) return false;
  if (type !== undefined && result.type !== type) return false;
  if (deprecated !== undefined && (result.deprecated !== null) !== deprecated) return false;
  const own = new Map(Object.entries(result.tags));
  return Object.entries(tags).every(([tag, value]) => own.get(tag) === value);
}

/** 0 = the name itself, 1 = begins so, 2 = contains it, 3 = elsewhere; the worst of all words. Undefined when one is nowhere. */
function rankOf(result: SearchResult, words: readonly string[]): number | undefined {
  const name = result.name.slice(result.name.indexOf(':') + 1);
  const { owner, description, tags } = result;
  const rest = [result.name, owner ?? '', description ?? '', ...Object.entries(tags).flat()].join('\n').toLowerCase();
  let worst = 0;
  for (const word of words) {
    const rank =
      name === word ? 0 : name.startsWith(word) ? 1 : name.includes(word) ? 2 : rest.includes(word) ? 3 : undefined;
    if (rank === undefined) return undefined;
    worst = Math.max(worst, rank);
  }
  return worst;
}
