import { aggregateText } from './aggregate-text.js';
import { canonicalJson } from './canonical-json.js';
import type { Problem } from './larder-error.js';
import { joinKeysOfView } from './request-join-keys.js';
import type { Definitions, FeatureSpec, FeatureViewDefinition } from './snapshot.js';
import type { ValidationScope } from './validation-scope.js';
import { sourceMeaning } from './view-meaning.js';

/**
 * The same thing defined twice: another view that computes the same from the same rows under the same key. An aggregate is
 * logic, and refused; what is meant so is said so: `similarTo` in one of the two views.
 */
export function validateLikeness(
  { report }: ValidationScope,
  definitions: Definitions,
  registered: ReadonlySet<string>,
): void {
  const isKnown = ({ name }: FeatureViewDefinition): boolean => registered.has(name);
  findLikeness(definitions, { isKnown, refused: (path, message) => report(path, message), noted: () => undefined });
}

/**
 * What is registered all the same and should be known: the same column read by two views, the same name in another spelling. Only
 * where one of the two is among `views`; of all views when absent.
 */
export function likenessWarnings(definitions: Definitions, views?: ReadonlySet<string>): Problem[] {
  const warnings: Problem[] = [];
  findLikeness(definitions, {
    isKnown: ({ name }) => views?.has(name) === false,
    refused: () => undefined,
    noted: (path, message, pair) => {
      if (views === undefined || pair.some((each) => views.has(each.name))) warnings.push({ path, message });
    },
  });
  return warnings;
}

type Tell = (path: string, message: string, pair: readonly FeatureViewDefinition[]) => void;

interface Findings {
  /** What is there already is not what is reported. */
  readonly isKnown: (view: FeatureViewDefinition) => boolean;
  readonly refused: Tell;
  readonly noted: Tell;
}

function findLikeness(definitions: Definitions, findings: Findings): void {
  const likeness = { ...findings, computed: new Map(), spelled: new Map(), meanings: new SharedMeanings(definitions) };
  const { isKnown } = findings;
  const inOrder = [...definitions.featureViews].sort((a, b) => Number(isKnown(b)) - Number(isKnown(a)));
  for (const view of inOrder) {
    findSpelling(likeness, view);
    for (const feature of view.features) findLikeFeature(likeness, { view, feature });
  }
}

/** The first feature, or view, of its kind. */
interface Seen {
  readonly view: FeatureViewDefinition;
  readonly feature?: FeatureSpec;
}

type SeenFeature = Required<Seen>;

interface Likeness extends Findings {
  readonly computed: Map<string, Seen>;
  readonly spelled: Map<string, Seen>;
  readonly meanings: SharedMeanings;
}

function findLikeFeature(likeness: Likeness, it: SeenFeature): void {
  const { computed, spelled, meanings, refused, noted } = likeness;
  const { view, feature } = it;
  const path = `featureViews.${view.name}.features.${feature.name}`;
  const same = firstOfKind(computed, meanings.of(view, feature), it);
  if (same !== undefined && !saysSo(same.view, view)) {
    const tell = feature.compute.kind === 'aggregate' ? refused : noted;
    const message = `computes the same as ${nameOf(same)} (${describeFeature(meanings, it)}); ${wayOut(same.view)}`;
    tell(path, message, [same.view, view]);
    return;
  }
  const like = firstOfKind(spelled, `${meanings.keysOf(view)} ${spelling(feature.name)}`, it);
  if (like === undefined || like.feature?.name === feature.name || saysSo(like.view, view)) return;
  noted(path, `is ${nameOf(like)} in another spelling; ${wayOut(like.view)}`, [like.view, view]);
}

function findSpelling({ spelled, noted }: Likeness, view: FeatureViewDefinition): void {
  const like = firstOfKind(spelled, spelling(view.name), { view });
  // What only underscores tell apart is refused elsewhere, for every kind of object.
  if (like === undefined || like.view.name.replaceAll('_', '') === view.name.replaceAll('_', '')) return;
  if (!saysSo(like.view, view))
    noted(`featureViews.${view.name}`, `is ${like.view.name} in another spelling; ${wayOut(like.view)}`, [
      like.view,
      view,
    ]);
}

/** What came first under `key`, in another view; `it` becomes that when nothing did. */
function firstOfKind(seen: Map<string, Seen>, key: string, it: Seen): Seen | undefined {
  const first = seen.get(key);
  if (first === undefined) seen.set(key, it);
  return first?.view === it.view ? undefined : first;
}

function saysSo(one: FeatureViewDefinition, other: FeatureViewDefinition): boolean {
  return one.similarTo?.includes(other.name) === true || other.similarTo?.includes(one.name) === true;
}

function wayOut(other: FeatureViewDefinition): string {
  const owner = other.owner === undefined ? '' : ` (owner: ${other.owner})`;
  return `use that${owner}, or say similarTo: ['${other.name}'] when both are meant`;
}

function nameOf({ view, feature }: Seen): string {
  return feature === undefined ? view.name : `${view.name}:${feature.name}`;
}

/** `active_users` and `active_user`, `top_10` and `top10`: the words without underscores and plural. */
function spelling(name: string): string {
  return name
    .split('_')
    .map((word) => (word.length > 3 && word.endsWith('s') && !word.endsWith('ss') ? word.slice(0, -1) : word))
    .join('');
}

function describeFeature(meanings: SharedMeanings, { view, feature }: SeenFeature): string {
  const { compute } = feature;
  const what = compute.kind === 'column' ? compute.column : aggregateText(compute);
  return `${what} of ${view.source} by ${meanings.keysOf(view)}`;
}

/** What the features of one view have in common, worked out once. */
class SharedMeanings {
  private readonly views = new Map<FeatureViewDefinition, string>();
  private readonly keys = new Map<FeatureViewDefinition, string>();
  private readonly numbers = new Map<string, number>();

  constructor(private readonly definitions: Definitions) {}

  /** Short, since every feature of a project is looked up by it. */
  of(view: FeatureViewDefinition, { compute }: FeatureSpec): string {
    const fields = Object.entries(compute).sort(([a], [b]) => (a < b ? -1 : 1));
    return `${this.numberOf(view)} ${JSON.stringify(fields)}`;
  }

  keysOf(view: FeatureViewDefinition): string {
    return remembered(this.keys, view, () =>
      joinKeysOfView(this.definitions, view)
        .map((key) => key.name)
        .join(', '),
    );
  }

  /** The same for views of the same rows, filter and join keys. */
  private numberOf(view: FeatureViewDefinition): string {
    return remembered(this.views, view, () => {
      const rows = canonicalJson({
        keys: joinKeysOfView(this.definitions, view),
        source: sourceMeaning(view.source, this.definitions.sources),
        filter: view.filter?.replaceAll(/\s+/g, ' ').trim() ?? null,
      });
      const number = this.numbers.get(rows) ?? this.numbers.size;
      this.numbers.set(rows, number);
      return String(number);
    });
  }
}

function remembered<K>(known: Map<K, string>, key: K, make: () => string): string {
  const value = known.get(key) ?? make();
  known.set(key, value);
  return value;
}
