import { fullFeatureName, parseFeatureReference } from './feature-reference.js';
import type { Problem } from './larder-error.js';
import { isLarderError, LarderError } from './larder-error.js';
import type { LiveItem, LiveVersions } from './live-views.js';
import { itemsInLiveVersions } from './live-views.js';
import { didYouMean, shownName } from './nearest.js';
import type { ResolvedJoinKey } from './request-join-keys.js';
import { joinKeyConflicts, joinKeysOfView, requestJoinKeys } from './request-join-keys.js';
import type { FeatureSpec, FeatureViewSpec, JoinKeySpec, ServiceViewSpec, Snapshot } from './snapshot.js';

/** What a caller asks for: a service by name, or features as `view:feature`. */
export type FeatureSelection = { readonly featureService: string } | { readonly features: readonly string[] };

/** One view of a selection, with everything that a query or a read plan needs. */
export interface ResolvedView {
  readonly view: FeatureViewSpec;
  /** Name in references and full names. */
  readonly alias: string;
  /** The view's join keys, sorted by name, each with the request's name for it. */
  readonly joinKeys: readonly ResolvedJoinKey[];
  /** Selected features in selection order. */
  readonly features: readonly ResolvedFeature[];
}

export interface ResolvedFeature {
  readonly spec: FeatureSpec;
  /** Position in the view's stored order. */
  readonly index: number;
  /** `feature` or `view__feature`. */
  readonly outputName: string;
}

export interface ResolveOptions {
  /** Output names `view__feature`; otherwise the short names must be unique. Default false. */
  readonly fullFeatureNames?: boolean;
  /** Read from the versions that are live in the online store, where the snapshot still knows them; absent = from the newest. */
  readonly live?: LiveVersions;
}

/** Looking for similar names costs; a caller with more wrong names than these has another problem. */
const MAX_SUGGESTIONS = 20;

/**
 * A selection against a snapshot. Consecutive features of one view are grouped; request order is kept.
 * Throws NOT_FOUND for an unknown service, INVALID_ARGUMENT with every unknown or malformed reference, every collision of
 * output names with each other or with a join key, and every join key that two views want with different types.
 */
export function resolveFeatures(
  snapshot: Snapshot,
  selection: FeatureSelection,
  options: ResolveOptions = {},
): ResolvedView[] {
  const problems: Problem[] = [];
  const service = 'featureService' in selection ? selection.featureService : undefined;
  const asked =
    'featureService' in selection
      ? serviceItems(snapshot, selection.featureService)
      : referenceItems(selection.features, problems);
  const { live } = options;
  const items: readonly LiveItem<Item>[] =
    live === undefined
      ? asked
      : itemsInLiveVersions(snapshot, asked, { live, ...(service === undefined ? {} : { service }) });
  const resolved = items.flatMap((item) => resolveItem(snapshot, item, options, problems));
  const messages = [...collisions(resolved), ...joinKeyConflicts(resolved)];
  problems.push(...messages.map((message) => ({ path: 'features', message })));
  if (problems.length > 0) throw LarderError.fromProblems('features', problems);
  return resolved;
}

/** Names and types of the join keys that a request for these views must carry, in order of first use. */
export function requiredJoinKeys(views: readonly ResolvedView[]): JoinKeySpec[] {
  const keys = new Map<string, JoinKeySpec>();
  for (const { requestName, type } of views.flatMap((view) => view.joinKeys)) {
    if (!keys.has(requestName)) keys.set(requestName, { name: requestName, type });
  }
  return [...keys.values()];
}

/** A service's item, or neighbouring references to one view; `paths` tell where each feature was asked for. */
interface Item extends ServiceViewSpec {
  readonly paths: readonly string[];
}

function serviceItems(snapshot: Snapshot, name: string): readonly Item[] {
  const service = snapshot.featureServices.find((each) => each.name === name);
  if (service !== undefined) return service.views.map((item) => ({ ...item, paths: [] }));
  const known = snapshot.featureServices.map((each) => each.name);
  throw new LarderError('NOT_FOUND', `unknown feature service ${shownName(name)}${didYouMean(name, known)}`, { known });
}

function referenceItems(references: readonly string[], problems: Problem[]): readonly Item[] {
  if (references.length === 0) problems.push({ path: 'features', message: 'expected at least one view:feature' });
  const items: (Item & { features: string[]; paths: string[] })[] = [];
  for (const [index, text] of references.entries()) {
    const path = `features[${index}]`;
    try {
      const { view, feature } = parseFeatureReference(text);
      const previous = items.at(-1);
      if (previous?.view === view) {
        previous.features.push(feature);
        previous.paths.push(path);
      } else items.push({ view, alias: view, joinKeys: {}, features: [feature], paths: [path] });
    } catch (error) {
      if (!isLarderError(error)) throw error;
      problems.push({ path, message: error.message });
    }
  }
  return items;
}

function resolveItem(
  snapshot: Snapshot,
  item: LiveItem<Item>,
  options: ResolveOptions,
  problems: Problem[],
): ResolvedView[] {
  const report = (path: string, message: string, suggest: () => string): void => {
    problems.push({ path, message: problems.length < MAX_SUGGESTIONS ? message + suggest() : message });
  };
  const view = item.former?.view ?? snapshot.featureViews.find((each) => each.name === item.view);
  if (view === undefined) {
    const known = (): string[] => snapshot.featureViews.map((each) => each.name);
    const paths = item.paths.length > 0 ? item.paths : ['features'];
    for (const path of paths) {
      report(path, `unknown feature view ${shownName(item.view)}`, () => didYouMean(item.view, known()));
    }
    return [];
  }
  const features = item.features.flatMap((name, position): ResolvedFeature[] => {
    const index = view.features.findIndex((each) => each.name === name);
    const spec = view.features[index];
    if (spec !== undefined) return [{ spec, index, outputName: outputNameOf(item.alias, name, options) }];
    const known = (): string[] => view.features.map((each) => each.name);
    const message = `unknown feature ${item.view}:${shownName(name)}`;
    report(item.paths[position] ?? 'features', message, () => didYouMean(name, known(), `${item.view}:`));
    return [];
  });
  return [
    {
      view,
      alias: item.alias,
      joinKeys: requestJoinKeys(item.former?.joinKeys ?? joinKeysOfView(snapshot, view), item.joinKeys),
      features,
    },
  ];
}

function outputNameOf(alias: string, feature: string, { fullFeatureNames = false }: ResolveOptions): string {
  return fullFeatureNames ? fullFeatureName(alias, feature) : feature;
}

function collisions(resolved: readonly ResolvedView[]): string[] {
  const joinKeys = new Set(requiredJoinKeys(resolved).map((key) => key.name));
  const owners = new Map<string, string>();
  const messages: string[] = [];
  for (const { alias, features } of resolved) {
    for (const { spec, outputName } of features) {
      const reference = `${alias}:${spec.name}`;
      const owner = owners.get(outputName);
      owners.set(outputName, reference);
      if (owner === reference) messages.push(`${reference} is asked for twice`);
      else if (owner !== undefined) messages.push(ambiguous(`${owner} and ${reference} have`, outputName));
      if (joinKeys.has(outputName))
        messages.push(ambiguous(`the join key ${outputName} and ${reference} have`, outputName));
    }
  }
  return messages;
}

function ambiguous(who: string, name: string): string {
  return `${who} the same short name ${name}; ask for full feature names`;
}
