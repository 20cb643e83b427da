import type { EntitySpec, FeatureViewSpec, Snapshot, SourceSpec } from '@larder/registry';
import { formatCadence, LarderError, nearest } from '@larder/registry';
import type { FeatureSummary } from '@larder/registry-client';

/** Every feature of a snapshot, by view and stored order. */
export function listFeatures({ featureViews }: Snapshot): FeatureSummary[] {
  return featureViews.flatMap((view) =>
    view.features.map((feature) => ({
      feature: `${view.name}:${feature.name}`,
      entity: view.entities.join(', '),
      type: feature.type,
      source: view.source,
      cadence: formatCadence(view.cadence),
      owner: feature.owner ?? view.owner ?? null,
      description: feature.description ?? null,
      version: view.version,
    })),
  );
}

/** A view with what it depends on and what depends on it. */
export interface ViewSurroundings {
  readonly view: FeatureViewSpec;
  readonly entities: readonly EntitySpec[];
  readonly source: SourceSpec;
  readonly services: readonly string[];
}

/** The view of a name. Throws NOT_FOUND, with a suggestion when a view has nearly this name. */
export function describeView(snapshot: Snapshot, name: string): ViewSurroundings {
  const view = snapshot.featureViews.find((each) => each.name === name);
  if (view === undefined) throw unknownView(snapshot, name);
  const source = snapshot.sources.find((each) => each.name === view.source);
  if (source === undefined)
    throw new Error(`snapshot ${snapshot.version} of ${snapshot.project} lacks source ${view.source}`);
  const services = snapshot.featureServices.filter((service) => service.views.some((each) => each.view === name));
  return {
    view,
    entities: snapshot.entities.filter((each) => view.entities.includes(each.name)),
    source,
    services: services.map((each) => each.name),
  };
}

function unknownView(snapshot: Snapshot, name: string): LarderError {
  const near = nearest(
    name,
    snapshot.featureViews.map((each) => each.name),
  );
  return new LarderError(
    'NOT_FOUND',
    `project ${snapshot.project} has no feature view ${name}${near === undefined ? '' : `; did you mean ${near}?`}`,
  );
}
