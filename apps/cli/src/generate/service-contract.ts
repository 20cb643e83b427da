import type { Deprecation, JoinKeySpec, ResolvedView, Snapshot, ValueTypeName } from '@larder/registry';
import { isLarderError, LarderError, nearest, requiredJoinKeys, resolveFeatures } from '@larder/registry';

/** A feature service as its readers see it: what to send, what comes back. */
export interface ServiceContract {
  readonly name: string;
  readonly description?: string;
  readonly deprecated?: Deprecation;
  readonly joinKeys: readonly JoinKeySpec[];
  readonly features: readonly ContractFeature[];
  /** True where two views have features of the same short name: the answer then has `view__feature`. */
  readonly fullFeatureNames: boolean;
}

export interface ContractFeature {
  /** In answers. */
  readonly name: string;
  readonly type: ValueTypeName;
  readonly description?: string;
  readonly deprecated?: Deprecation;
}

/** The contracts of all services, or of the named one, by name. NOT_FOUND for a name that no service has. */
export function serviceContracts(snapshot: Snapshot, service?: string): ServiceContract[] {
  const names = snapshot.featureServices.map((each) => each.name);
  if (service !== undefined && !names.includes(service)) {
    const near = nearest(service, names);
    throw new LarderError(
      'NOT_FOUND',
      `${snapshot.project} has no feature service ${service}${near === undefined ? '' : `; did you mean ${near}?`}`,
    );
  }
  return [...snapshot.featureServices]
    .filter((each) => service === undefined || each.name === service)
    .sort((a, b) => (a.name < b.name ? -1 : 1))
    .map(({ name, description, deprecated }) => {
      const { views, fullFeatureNames } = resolved(snapshot, name);
      return {
        name,
        ...(description === undefined ? {} : { description }),
        ...(deprecated === undefined ? {} : { deprecated }),
        joinKeys: requiredJoinKeys(views),
        features: views.flatMap(contractFeatures),
        fullFeatureNames,
      };
    });
}

/** By short names where they tell features apart. */
function resolved(snapshot: Snapshot, featureService: string): { views: ResolvedView[]; fullFeatureNames: boolean } {
  try {
    return { views: resolveFeatures(snapshot, { featureService }), fullFeatureNames: false };
  } catch (error) {
    if (!isLarderError(error)) throw error;
    return { views: resolveFeatures(snapshot, { featureService }, { fullFeatureNames: true }), fullFeatureNames: true };
  }
}

function contractFeatures({ view, features }: ResolvedView): ContractFeature[] {
  return features.map(({ spec, outputName }) => {
    const deprecated = spec.deprecated ?? view.deprecated;
    return {
      name: outputName,
      type: spec.type,
      ...(spec.description === undefined ? {} : { description: spec.description }),
      ...(deprecated === undefined ? {} : { deprecated }),
    };
  });
}

/** What a reader should know of a thing, in one line without line breaks; empty when there is nothing. */
export function contractNote({ description, deprecated }: Pick<ContractFeature, 'description' | 'deprecated'>): string {
  const successor = deprecated?.successor === undefined ? '' : `; use ${deprecated.successor}`;
  const notes = [
    ...(description === undefined ? [] : [description]),
    ...(deprecated === undefined ? [] : [`Deprecated after ${deprecated.after}${successor}.`]),
  ];
  return notes.join(' ').replace(/\s+/g, ' ').trim();
}

/** `watch_recommender` → `WatchRecommender`. */
export function pascalCase(name: string): string {
  return name
    .split('_')
    .map((part) => part.slice(0, 1).toUpperCase() + part.slice(1))
    .join('');
}
