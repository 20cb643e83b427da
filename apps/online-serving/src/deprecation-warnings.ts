import type { Deprecation, ResolvedView, Snapshot } from '@larder/registry';

/** A selection of many deprecated features is not answered by a header of many kilobytes. */
const MAX_WARNINGS = 20;

/**
 * One line for everything deprecated that a selection reads: the feature service, views, features. What counts is what the newest
 * definitions say, also while an older version of a view is live.
 */
export function deprecationWarnings(
  snapshot: Snapshot,
  featureService: string | null,
  views: readonly ResolvedView[],
): readonly string[] {
  const service = snapshot.featureServices.find((each) => each.name === featureService);
  const lines = new Set([
    ...warning(`feature service ${featureService}`, service?.deprecated),
    ...views.flatMap((view) => viewWarnings(snapshot, view)),
  ]);
  if (lines.size <= MAX_WARNINGS) return [...lines];
  return [...[...lines].slice(0, MAX_WARNINGS), `and ${lines.size - MAX_WARNINGS} more deprecations`];
}

function viewWarnings(snapshot: Snapshot, { view, features }: ResolvedView): string[] {
  const newest = snapshot.featureViews.find((each) => each.id === view.id) ?? view;
  return [
    ...warning(`feature view ${newest.name}`, newest.deprecated),
    ...features.flatMap(({ spec }) => {
      const feature = newest.features.find((each) => each.name === spec.name) ?? spec;
      return warning(`feature ${newest.name}:${feature.name}`, feature.deprecated);
    }),
  ];
}

function warning(what: string, deprecated: Deprecation | undefined): string[] {
  if (deprecated === undefined) return [];
  const { after, successor, reason } = deprecated;
  const instead = successor === undefined ? '' : `; use ${successor}`;
  return [
    `${what} is deprecated: not to be used after ${after}${instead}${reason === undefined ? '' : ` (${reason})`}`,
  ];
}
