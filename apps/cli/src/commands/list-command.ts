import { formatCadence, joinKeysOfView } from '@larder/registry';
import type { Deprecation, Snapshot } from '@larder/registry';
import type { ViewFreshness } from '@larder/registry-client';
import type { CliContext } from '../context.js';
import { onlyProject } from '../only-project.js';
import { tableText } from '../table.js';
import { present } from '../terminal.js';
import { deprecationText, freshnessText } from './freshness-text.js';

/** One registered feature, as `larder list` shows it. */
export interface ListedFeature {
  readonly feature: string;
  readonly entity: string;
  readonly type: string;
  readonly source: string;
  readonly cadence: string;
  readonly owner: string;
  readonly deprecated?: Deprecation;
}

/** Most hits that the registry lists at once; beyond, times are left out. */
const MAX_HITS = 1000;

/** `larder list`: every registered feature with entity, type, source, cadence, and how fresh its online values are. */
export async function listCommand(context: CliContext): Promise<number> {
  const project = await onlyProject(context);
  const snapshot = await context.registry.snapshot(project);
  const freshness = await freshnessOfViews(context, project);
  const features = listFeatures(snapshot).map((each) => ({
    ...each,
    freshness: freshness.get(viewOf(each.feature)) ?? null,
  }));
  present(context.terminal, features, () =>
    tableText(
      context.terminal,
      ['FEATURE', 'ENTITY', 'TYPE', 'SOURCE', 'CADENCE', 'OWNER', 'ONLINE UP TO', 'LAST RUN', 'DEPRECATED'],
      features.map((each) => [
        each.feature,
        each.entity,
        each.type,
        each.source,
        each.cadence,
        each.owner,
        freshnessText(each.freshness),
        each.freshness?.lastRun?.status ?? '',
        deprecationText(each.deprecated ?? null),
      ]),
    ),
  );
  return 0;
}

/** The rows of `larder list`, without what changes from run to run. */
export function listFeatures(snapshot: Snapshot): ListedFeature[] {
  return snapshot.featureViews.flatMap((view) => {
    const entity = joinKeysOfView(snapshot, view)
      .map((key) => key.name)
      .join(', ');
    return view.features.map((feature) => {
      const deprecated = feature.deprecated ?? view.deprecated;
      return {
        feature: `${view.name}:${feature.name}`,
        entity,
        type: feature.type,
        source: view.source,
        cadence: formatCadence(view.cadence),
        owner: feature.owner ?? view.owner ?? '',
        ...(deprecated === undefined ? {} : { deprecated }),
      };
    });
  });
}

async function freshnessOfViews(context: CliContext, project: string): Promise<ReadonlyMap<string, ViewFreshness>> {
  const hits = await context.registry.search(project, { limit: MAX_HITS });
  const found = new Map<string, ViewFreshness>();
  for (const hit of hits) {
    if (hit.freshness === undefined || hit.freshness === null) continue;
    found.set(hit.kind === 'feature' ? viewOf(hit.name) : hit.name, hit.freshness);
  }
  return found;
}

function viewOf(feature: string): string {
  return feature.split(':')[0] ?? feature;
}
