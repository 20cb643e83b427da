import { fullFeatureName, parseFeatureReference } from './feature-reference.js';
import type { Problem } from './larder-error.js';
import { isLarderError, LarderError } from './larder-error.js';
import type { FeatureSpec, FeatureViewSpec, JoinKeySpec, ServiceViewSpec, Snapshot } from './snapshot.js';
import { nearest } from './nearest.js';

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

export interface ResolvedJoinKey extends JoinKeySpec {
  readonly requestName: string;
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
}

/**
 * A selection against a snapshot. Consecutive features of one view are grouped; request order is kept.
 * Throws NOT_FOUND for an unknown service, INVALID_ARGUMENT with every unknown or malformed reference and every collision of short names.
 */
export function resolveFeatures(snapshot: Snapshot, selection: FeatureSelection, options: ResolveOptions = {}): ResolvedView[] {
  const items = 'featureService' in selection ? serviceItems(snapshot, selection.featureService) : referenceItems(selection.features);
  const problems: Problem[] = [];
  const resolved = items.flatMap((item) => resolveItem(snapshot, item, options, problems));
  problems.push(...collisions(resolved));
  if (problems.length > 0) throw LarderError.fromProblems('features', problems);
  return resolved;
}

/** Names and types of the join keys that a request for these views must carry, in order of first use. */
export function requiredJoinKeys(views: readonly ResolvedView[]): JoinKeySpec[] {
  const keys = new Map<string, JoinKeySpec>();
  for (const { joinKeys } of views) for (const key of joinKeys) if (!keys.has(key.requestName)) keys.set(key.requestName, { name: key.requestName, type: key.type });
  return [...keys.values()];
}

/** The join keys of a view, sorted by name: the order of its entity keys. */
export function joinKeysOfView(snapshot: Pick<Snapshot, 'entities'>, view: Pick<FeatureViewSpec, 'entities'>): JoinKeySpec[] {
  return snapshot.entities
    .filter((entity) => view.entities.includes(entity.name))
    .flatMap((entity) => entity.joinKeys)
    .sort((a, b) => (a.name < b.name ? -1 : 1));
}

function serviceItems(snapshot: Snapshot, name: string): readonly ServiceViewSpec[] {
  const service = snapshot.featureServices.find((each) => each.name === name);
  if (service !== undefined) return service.views;
  const names = snapshot.featureServices.map((each) => each.name);
  const near = nearest(name, names);
  throw new LarderError('NOT_FOUND', `unknown feature service ${name}${near === undefined ? '' : `; did you mean ${near}?`}`, { known: names });
}

function referenceItems(references: readonly string[]): readonly ServiceViewSpec[] {
  if (references.length === 0) throw LarderError.fromProblems('features', [{ path: 'features', message: 'expected at least one view:feature' }]);
  const problems: Problem[] = [];
  const items: { view: string; alias: string; joinKeys: Record<string, string>; features: string[] }[] = [];
  for (const [index, text] of references.entries()) {
    try {
      const { view, feature } = parseFeatureReference(text);
      const previous = items.at(-1);
      if (previous?.view === view) previous.features.push(feature);
      else items.push({ view, alias: view, joinKeys: {}, features: [feature] });
    } catch (error) {
      if (!isLarderError(error)) throw error;
      problems.push({ path: `features[${index}]`, message: error.message });
    }
  }
  if (problems.length > 0) throw LarderError.fromProblems('features', problems);
  return items;
}

function resolveItem(snapshot: Snapshot, item: ServiceViewSpec, options: ResolveOptions, problems: Problem[]): ResolvedView[] {
  const view = snapshot.featureViews.find((each) => each.name === item.view);
  if (view === undefined) {
    const near = nearest(item.view, snapshot.featureViews.map((each) => each.name));
    problems.push({ path: 'features', message: `unknown feature view ${item.view}${near === undefined ? '' : `; did you mean ${near}?`}` });
    return [];
  }
  const features = item.features.flatMap((name) => {
    const index = view.features.findIndex((each) => each.name === name);
    const spec = view.features[index];
    if (spec !== undefined) return [{ spec, index, outputName: options.fullFeatureNames === true ? fullFeatureName(item.alias, name) : name }];
    const near = nearest(name, view.features.map((each) => each.name));
    problems.push({ path: 'features', message: `unknown feature ${item.view}:${name}${near === undefined ? '' : `; did you mean ${item.view}:${near}?`}` });
    return [];
  });
  const joinKeys = joinKeysOfView(snapshot, view).map((key) => ({ ...key, requestName: item.joinKeys[key.name] ?? key.name }));
  return [{ view, alias: item.alias, joinKeys, features }];
}

function collisions(resolved: readonly ResolvedView[]): Problem[] {
  const owners = new Map<string, string>();
  const problems: Problem[] = [];
  for (const { alias, features } of resolved) {
    for (const { spec, outputName } of features) {
      const reference = `${alias}:${spec.name}`;
      const owner = owners.get(outputName);
      if (owner === reference) problems.push({ path: 'features', message: `${reference} is asked for twice` });
      else if (owner !== undefined) problems.push({ path: 'features', message: `${owner} and ${reference} have the same short name ${outputName}; ask for full feature names` });
      owners.set(outputName, reference);
    }
  }
  return problems;
}
