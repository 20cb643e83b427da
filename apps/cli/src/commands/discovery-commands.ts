import { formatCadence, formatDurationSeconds, formatInstant, joinKeysOfView, LarderError } from '@larder/registry';
import type { FeatureViewSpec, JoinKeySpec, Snapshot, SourceSpec } from '@larder/registry';
import type { CliContext } from '../context.js';
import { onlyProject } from '../only-project.js';
import { fieldsText, tableText } from '../table.js';
import { present, styled } from '../terminal.js';

/** One registered feature, as `larder list` shows it. */
export interface ListedFeature {
  readonly feature: string;
  readonly entity: string;
  readonly type: string;
  readonly source: string;
  readonly cadence: string;
  readonly owner: string;
}

/** `larder list`: every registered feature with entity, type, source and cadence. */
export async function listCommand(context: CliContext): Promise<number> {
  const snapshot = await context.registry.snapshot(await onlyProject(context));
  present(context.terminal, listFeatures(snapshot), (features) =>
    tableText(
      context.terminal,
      ['FEATURE', 'ENTITY', 'TYPE', 'SOURCE', 'CADENCE', 'OWNER'],
      features.map((each) => [each.feature, each.entity, each.type, each.source, each.cadence, each.owner]),
    ),
  );
  return 0;
}

/** The rows of `larder list`. */
export function listFeatures(snapshot: Snapshot): ListedFeature[] {
  return snapshot.featureViews.flatMap((view) =>
    view.features.map((feature) => ({
      feature: `${view.name}:${feature.name}`,
      entity: joinKeysOfView(snapshot, view)
        .map((key) => key.name)
        .join(', '),
      type: feature.type,
      source: view.source,
      cadence: formatCadence(view.cadence),
      owner: view.owner ?? '',
    })),
  );
}

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
  const state = await context.registry.materialization(project, view.id);
  const services = snapshot.featureServices
    .filter((service) => service.views.some((each) => each.view === view.name))
    .map((each) => each.name);
  const source = snapshot.sources.find((each) => each.name === view.source);
  present(context.terminal, { ...view, services, materialization: state ?? null }, () =>
    [
      `${styled(context.terminal.stdout, 'bold', view.name)}  version ${view.version}${view.description === undefined ? '' : `  ${view.description}`}`,
      fieldsText(viewFields(joinKeysOfView(snapshot, view), view, source)),
      fieldsText([
        ['services', services.join(', ') || '(none)'],
        [
          'watermark',
          state?.watermarkMicros === undefined ? 'never materialized' : formatInstant(BigInt(state.watermarkMicros)),
        ],
      ]),
      '',
      tableText(
        context.terminal,
        ['FEATURE', 'TYPE', 'COMPUTED AS', 'DEFAULT', 'DESCRIPTION'],
        view.features.map((each) => [
          each.name,
          each.type,
          computedAs(each.compute),
          each.default === undefined ? '' : JSON.stringify(each.default),
          each.description ?? '',
        ]),
      ),
    ].join('\n'),
  );
  return 0;
}

function viewFields(
  joinKeys: readonly JoinKeySpec[],
  view: FeatureViewSpec,
  source: SourceSpec | undefined,
): (readonly [string, string])[] {
  return [
    ['join keys', joinKeys.map((key) => `${key.name} (${key.type})`).join(', ')],
    [
      'source',
      source?.kind === 'parquet' ? `${view.source} (${source.path})` : `${view.source} (${source?.kind ?? 'unknown'})`,
    ],
    ['cadence', formatCadence(view.cadence)],
    ['ttl', view.ttlSeconds === undefined ? 'none' : `${formatDurationSeconds(view.ttlSeconds)}, then ${view.onStale}`],
    ['accuracy', view.accuracy],
    ['owner', view.owner ?? '(none)'],
  ];
}

function computedAs(compute: FeatureViewSpec['features'][number]['compute']): string {
  if (compute.kind === 'column') return `newest ${compute.column}`;
  return `${compute.function}(${compute.column ?? '*'}) over ${formatDurationSeconds(compute.windowSeconds)}`;
}
