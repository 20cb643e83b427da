import type { SearchResult, Snapshot } from '@larder/registry';
import { searchSnapshot } from '@larder/registry';
import type { SearchHit, SearchQuery } from '@larder/registry-client';
import type { Queryable } from '../database/database.js';
import { readFreshness } from './freshness.js';

/** A search with its tags as the query of a URL gives them. */
export type ProjectSearch = Omit<SearchQuery, 'tags' | 'limit'> & {
  /** `key:value`, or `key` for any value. */
  readonly tag: readonly string[];
  readonly limit: number;
};

/** What meets the query, best first; views and features with how fresh they are. */
export async function searchProject(
  database: Queryable,
  snapshot: Snapshot,
  { limit, q, tag, ...query }: ProjectSearch,
): Promise<SearchHit[]> {
  const { tags, keys } = splitTags(tag);
  const found = searchSnapshot(snapshot, { ...query, tags, ...(q === undefined ? {} : { text: q }) });
  const results = found.filter((each) => keys.every((key) => Object.hasOwn(each.tags, key))).slice(0, limit);
  const freshness = await readFreshness(database, snapshot.project, viewsOf(snapshot, results));
  return results.map(({ view, ...hit }) =>
    view === undefined ? hit : { ...hit, freshness: freshness.get(view) ?? null },
  );
}

function viewsOf(snapshot: Snapshot, results: readonly SearchResult[]): Snapshot['featureViews'] {
  const names = new Set(results.flatMap(({ view }) => view ?? []));
  return snapshot.featureViews.filter((view) => names.has(view.name));
}

function splitTags(tags: readonly string[]): { tags: Record<string, string>; keys: string[] } {
  const pairs = tags.filter((tag) => tag.includes(':'));
  return {
    tags: Object.fromEntries(pairs.map((tag) => [tag.slice(0, tag.indexOf(':')), tag.slice(tag.indexOf(':') + 1)])),
    keys: tags.filter((tag) => !tag.includes(':')),
  };
}
