import type { Lineage, LineageNode, SearchHit, SearchQuery } from '@larder/registry-client';
import type { CliContext } from '../context.js';
import { onlyProject } from '../only-project.js';
import { grouped, tableText } from '../table.js';
import { present, styled } from '../terminal.js';
import { timeText } from '../units.js';
import { deprecationText, freshnessText } from './freshness-text.js';

export interface SearchOptions extends Omit<SearchQuery, 'q' | 'tags'> {
  /** `key=value`, or `key`. */
  readonly tag?: readonly string[];
}

const KINDS: Readonly<Record<LineageNode['kind'], string>> = {
  entity: 'entity',
  source: 'source',
  featureView: 'view',
  feature: 'feature',
  featureService: 'service',
  consumer: 'consumer',
};

/** `larder search WORD`: what the project has that meets all that is asked; exit code 1 when nothing does. */
export async function searchCommand(
  context: CliContext,
  words: readonly string[],
  { tag = [], ...query }: SearchOptions,
): Promise<number> {
  const project = await onlyProject(context);
  const hits = await context.registry.search(project, {
    ...(words.length === 0 ? {} : { q: words.join(' ') }),
    ...query,
    tags: tag.map((each) => each.replace('=', ':')),
  });
  present(context.terminal, hits, () =>
    hits.length === 0
      ? `nothing in ${project} meets that; \`larder list\` shows what there is`
      : hitsText(context, hits),
  );
  return hits.length === 0 ? 1 : 0;
}

function hitsText({ terminal }: CliContext, hits: readonly SearchHit[]): string {
  return tableText(
    terminal,
    ['KIND', 'NAME', 'TYPE', 'ENTITY', 'OWNER', 'ONLINE UP TO', 'LAST RUN', 'DEPRECATED', 'DESCRIPTION'],
    hits.map((hit) => [
      KINDS[hit.kind],
      hit.name,
      hit.type ?? '',
      hit.entities.join(', '),
      hit.owner ?? '',
      freshnessText(hit.freshness),
      hit.freshness?.lastRun?.status ?? '',
      deprecationText(hit.deprecated),
      hit.description ?? '',
    ]),
  );
}

/** `larder lineage NAME`: what a thing comes from and what depends on it, as two trees. */
export async function lineageCommand(context: CliContext, name: string): Promise<number> {
  const lineage = await context.registry.lineage(await onlyProject(context), name);
  present(context.terminal, lineage, () => lineageText(context, lineage));
  return 0;
}

function lineageText({ terminal: { stdout } }: CliContext, { name, upstream, downstream }: Lineage): string {
  const side = (title: string, nodes: readonly LineageNode[], nothing: string): string[] => [
    styled(stdout, 'bold', title),
    ...(nodes.length === 0 ? [`└─ ${nothing}`] : treeLines(nodes)),
  ];
  return [
    ...side(`${name} comes from`, upstream, 'nothing'),
    '',
    ...side(`${name} is used by`, downstream, 'nobody'),
  ].join('\n');
}

/** A tree with lines: `├─ view watch_activity`. */
export function treeLines(nodes: readonly LineageNode[], indent = ''): string[] {
  return nodes.flatMap((node, index) => {
    const isLast = index === nodes.length - 1;
    return [
      `${indent}${isLast ? '└─' : '├─'} ${KINDS[node.kind]} ${node.name}`,
      ...treeLines(node.next, `${indent}${isLast ? '   ' : '│  '}`),
    ];
  });
}

/** `larder consumers`: applications that were seen reading, the most recent first. */
export async function consumersCommand(context: CliContext): Promise<number> {
  const consumers = await context.registry.consumers(await onlyProject(context));
  present(context.terminal, consumers, () =>
    consumers.length === 0
      ? 'nobody was seen reading yet; services tell every half minute'
      : tableText(
          context.terminal,
          ['CONSUMER', 'KIND', 'SERVICE', 'VIEWS', 'READS', 'LAST SEEN'],
          consumers.map((each) => [
            each.consumer,
            each.kind,
            each.featureService ?? '(features by name)',
            each.views.join(', '),
            grouped(each.reads),
            timeText(each.lastSeenAt),
          ]),
        ),
  );
  return 0;
}

/** `larder projects`: what the registry has. */
export async function projectsCommand({ registry, terminal }: CliContext): Promise<number> {
  const projects = await registry.projects();
  present(terminal, projects, () =>
    projects.length === 0
      ? 'the registry has no project yet; run `larder apply` first'
      : tableText(
          terminal,
          ['PROJECT', 'VERSION', 'APPLIED'],
          projects.map((each) => [each.project, String(each.version), timeText(each.appliedAt)]),
        ),
  );
  return 0;
}
