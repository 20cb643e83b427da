import { formatCadence, formatDurationSeconds, joinKeysOfView, LarderError } from '@larder/registry';
import type { FeatureViewSpec, JoinKeySpec, Snapshot, SourceSpec } from '@larder/registry';
import type { ViewDescription } from '@larder/registry-client';
import type { CliContext } from '../context.js';
import { onlyProject } from '../only-project.js';
import { computedAs } from '../plan/feature-text.js';
import { fieldsText, tableText } from '../table.js';
import { present, styled } from '../terminal.js';
import { deprecationText, freshnessText, lastRunText } from './freshness-text.js';

/** `larder describe NAME`: a feature view, feature service, entity or source. */
export async function describeCommand(context: CliContext, name: string): Promise<number> {
  const project = await onlyProject(context);
  const snapshot = await context.registry.snapshot(project);
  const view = snapshot.featureViews.find((each) => each.name === name || name.startsWith(`${each.name}:`));
  if (view !== undefined) return describeView(context, { project, snapshot, view });
  const other = [...snapshot.featureServices, ...snapshot.entities, ...snapshot.sources].find(
    (each) => each.name === name,
  );
  if (other === undefined)
    throw new LarderError('NOT_FOUND', `nothing is called ${name} in ${project}; \`larder list\` shows what there is`);
  present(context.terminal, other, (each) =>
    fieldsText(
      Object.entries(each).map(
        ([field, value]) => [field, typeof value === 'string' ? value : JSON.stringify(value)] as const,
      ),
    ),
  );
  return 0;
}

async function describeView(
  context: CliContext,
  found: { project: string; snapshot: Snapshot; view: FeatureViewSpec },
): Promise<number> {
  const { project, snapshot, view } = found;
  const described = await context.registry.view(project, view.name);
  const { services, materialization, freshness, source } = described;
  present(context.terminal, { ...view, services, materialization, freshness }, () =>
    [
      `${styled(context.terminal.stdout, 'bold', view.name)}  version ${view.version}${view.description === undefined ? '' : `  ${view.description}`}`,
      fieldsText(viewFields(joinKeysOfView(snapshot, view), view, source)),
      fieldsText(stateFields(described)),
      '',
      tableText(
        context.terminal,
        ['FEATURE', 'TYPE', 'COMPUTED AS', 'DEFAULT', 'DEPRECATED', 'DESCRIPTION'],
        view.features.map((each) => [
          each.name,
          each.type,
          computedAs(each),
          each.default === undefined ? '' : JSON.stringify(each.default),
          deprecationText(each.deprecated ?? null),
          each.description ?? '',
        ]),
      ),
    ].join('\n'),
  );
  return 0;
}

function stateFields({ services, freshness, view }: ViewDescription): (readonly [string, string])[] {
  const live = freshness?.liveVersion;
  return [
    ['services', services.join(', ') || '(none)'],
    ['watermark', freshness === null ? 'never materialized' : freshnessText(freshness)],
    ...(live === undefined || live === view.version
      ? []
      : [['serves', `version ${live}, until version ${view.version} is materialized`] as const]),
    ['last run', lastRunText(freshness)],
    ...(view.deprecated === undefined ? [] : [['deprecated', deprecationText(view.deprecated)] as const]),
  ];
}

function viewFields(
  joinKeys: readonly JoinKeySpec[],
  view: FeatureViewSpec,
  source: SourceSpec,
): (readonly [string, string])[] {
  return [
    ['join keys', joinKeys.map((key) => `${key.name} (${key.type})`).join(', ')],
    ['source', source.kind === 'parquet' ? `${view.source} (${source.path})` : `${view.source} (${source.kind})`],
    ['cadence', formatCadence(view.cadence)],
    ['ttl', view.ttlSeconds === undefined ? 'none' : `${formatDurationSeconds(view.ttlSeconds)}, then ${view.onStale}`],
    ['accuracy', view.accuracy],
    ['owner', view.owner ?? '(none)'],
  ];
}
