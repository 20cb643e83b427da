import type { Definitions, Problem } from '@larder/registry';
import type { ConsumerRecord, PlannedMaterialization, PlannedService, PlanResult } from '@larder/registry-client';
import type { Terminal } from '../terminal.js';
import { styled } from '../terminal.js';
import { bytesText, countText, timeText } from '../units.js';
import { changesText, KIND_WORDS } from './changes-text.js';

/** What is planned, and for whom. */
export interface PlanInput {
  readonly definitions: Definitions;
  readonly plan: PlanResult;
}

const MAX_CONSUMERS = 10;

/** A plan for people: the changes, what they cost and whom they touch, what is wrong, and one line that sums it up. */
export function planText(terminal: Terminal, { definitions, plan }: PlanInput): string {
  const { project } = definitions;
  const head =
    plan.changes.length === 0
      ? `${project}: the registry (version ${plan.baseVersion}) and the code agree.`
      : `${project}: applying over version ${plan.baseVersion} would\n\n${changesText(terminal, plan.changes, definitions)}`;
  return [
    head,
    section(terminal, 'Materializations', plan.materializations.flatMap(materializationLines)),
    section(
      terminal,
      'Services',
      plan.services.flatMap((each) => serviceLines(terminal, each)),
    ),
    section(terminal, 'Kept', keptLines(plan)),
    section(terminal, 'Source checks', sourceCheckLines(plan)),
    section(terminal, 'Warnings', problemLines(plan.warnings), 'yellow'),
    section(terminal, 'Problems', problemLines(plan.problems), 'red'),
    sumLine(terminal, plan),
  ]
    .filter((each) => each !== '')
    .join('\n\n');
}

function section(
  terminal: Terminal,
  title: string,
  lines: readonly string[],
  style: 'bold' | 'yellow' | 'red' = 'bold',
) {
  if (lines.length === 0) return '';
  return [styled(terminal.stdout, style, title), ...lines.map((line) => `  ${line}`)].join('\n');
}

function materializationLines({ view, version, liveVersion, estimate }: PlannedMaterialization): string[] {
  const until = liveVersion === null ? 'no values until then' : `version ${liveVersion} serves until then`;
  const head = `${view} version ${version}: computed anew; ${until}`;
  if (estimate === undefined) return [head];
  const { sourceRows, sourceBytes, files, entities, onlineBytes, entitiesFrom } = estimate;
  const from = entitiesFrom === 'last run' ? 'as counted by the last run' : 'estimated from the data';
  return [
    head,
    `  reads ${countText(sourceRows, 'row')}, ${bytesText(sourceBytes)} in ${countText(files, 'file')}`,
    `  writes ${countText(entities, 'entity', 'entities')} (${from}), ${bytesText(onlineBytes)}`,
  ];
}

function serviceLines(terminal: Terminal, { service, breaking, compatible, consumers }: PlannedService): string[] {
  const bad = styled(terminal.stdout, 'red', 'BREAKING');
  return [
    service,
    ...breaking.map((line) => `  ${bad}    ${line}`),
    ...compatible.map((line) => `  compatible  ${line}`),
    ...consumerLines(consumers),
  ];
}

function consumerLines(consumers: readonly ConsumerRecord[]): string[] {
  if (consumers.length === 0) return ['  nobody was seen reading it'];
  const shown = consumers
    .slice(0, MAX_CONSUMERS)
    .map((each) => `  read by ${each.consumer} (${each.kind}), last seen ${timeText(each.lastSeenAt)}`);
  return consumers.length > shown.length ? [...shown, `  … ${consumers.length - shown.length} more`] : shown;
}

/** Objects that left the code, and what to do about it. */
export function keptLines({ kept }: Pick<PlanResult, 'kept'>): string[] {
  if (kept.length === 0) return [];
  return [
    ...kept.map(({ kind, name }) => `${KIND_WORDS[kind]} ${name}`),
    'left the code, stay registered; --prune retires them',
  ];
}

function sourceCheckLines({ sourceChecks: { status, reason } }: PlanResult): string[] {
  if (status === 'done' || status === 'not configured') return [];
  const why = reason === undefined ? '' : `: ${reason}`;
  if (status === 'skipped') return [`the data was not looked at${why}`];
  return [`the data could not be looked at${why}`, 'apply will refuse unless --skip-source-checks is given'];
}

/** One line per problem, with file and line where they are known. */
export function problemLines(problems: readonly Problem[]): string[] {
  return problems.map(({ file, line, path, message }) => {
    const place = file === undefined ? '' : `${file}${line === undefined ? '' : `:${line}`} `;
    return `${place}${path}: ${message}`;
  });
}

/** `Plan: 2 to add, 1 to change, 0 to retire; 1 breaking` */
function sumLine(terminal: Terminal, { changes, services, problems }: PlanResult): string {
  const count = (action: string): number => changes.filter((each) => each.action === action).length;
  const breaking = services.filter((each) => each.breaking.length > 0).length;
  const line = [
    `Plan: ${count('add')} to add, ${count('change')} to change, ${count('retire')} to retire`,
    ...(breaking === 0 ? [] : [`${breaking} breaking`]),
    ...(problems.length === 0 ? [] : [`${countText(problems.length, 'problem')}, so apply would refuse`]),
  ].join('; ');
  return styled(terminal.stdout, 'bold', line);
}
