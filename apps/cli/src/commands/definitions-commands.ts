import type { ApplyResult } from '@larder/registry-client';
import type { CliContext } from '../context.js';
import { withPlaces } from '../definitions/with-places.js';
import { gitAuthor } from '../git-author.js';
import { gitCommit } from '../git-commit.js';
import { loadDefinitions } from '../load-definitions.js';
import type { LoadedDefinitions } from '../load-definitions.js';
import { onlyProject } from '../only-project.js';
import { changesText } from '../plan/changes-text.js';
import { keptLines, planText, problemLines } from '../plan/plan-text.js';
import { present, styled } from '../terminal.js';
import type { Terminal } from '../terminal.js';

/** Exit code of `larder plan` when applying would change something. */
export const EXIT_CHANGES = 2;

export interface PlanOptions {
  readonly prune?: boolean;
  readonly skipSourceChecks?: boolean;
}

export interface ApplyOptions extends PlanOptions {
  readonly expectedVersion?: number;
  readonly author?: string;
}

/** `larder plan`: what applying would change and take; exit code 2 when there is something, 1 when apply would refuse. */
export async function planCommand(context: CliContext, path: string, options: PlanOptions): Promise<number> {
  const loaded = await loadDefinitions(path, context.project);
  const { definitions, locate } = loaded;
  const answer = await placed(loaded, () =>
    context.registry.plan(definitions.project, definitions, checkOptions(options)),
  );
  const plan = { ...answer, problems: answer.problems.map(locate), warnings: answer.warnings.map(locate) };
  present(context.terminal, { project: definitions.project, ...plan }, () =>
    planText(context.terminal, { definitions, plan }),
  );
  if (plan.problems.length > 0) return 1;
  return plan.changes.length === 0 ? 0 : EXIT_CHANGES;
}

/** `larder apply`: registers the definitions as the next version. */
export async function applyCommand(context: CliContext, path: string, options: ApplyOptions): Promise<number> {
  const loaded = await loadDefinitions(path, context.project);
  const { definitions, projectDirectory, locate } = loaded;
  const [commit, author] = await Promise.all([
    gitCommit(projectDirectory),
    options.author ?? gitAuthor(projectDirectory, context.user),
  ]);
  const answer = await placed(loaded, () =>
    context.registry.apply(definitions.project, {
      definitions,
      ...checkOptions(options),
      ...(options.expectedVersion === undefined ? {} : { expectedVersion: options.expectedVersion }),
      ...(author === undefined ? {} : { author: author.slice(0, 200) }),
      ...(commit === undefined ? {} : { gitCommit: commit }),
    }),
  );
  const result = { ...answer, warnings: answer.warnings.map(locate) };
  present(context.terminal, { project: definitions.project, ...result }, () =>
    applyText(context.terminal, { result, loaded }),
  );
  return 0;
}

/** `larder rollback N`: the definitions of an older version become the current ones again, as a new version. */
export async function rollbackCommand(
  context: CliContext,
  version: number,
  options: Pick<ApplyOptions, 'expectedVersion' | 'author'>,
): Promise<number> {
  const project = await onlyProject(context);
  const author = options.author ?? (await gitAuthor(process.cwd(), context.user));
  const result = await context.registry.rollback(project, {
    version,
    ...(options.expectedVersion === undefined ? {} : { expectedVersion: options.expectedVersion }),
    ...(author === undefined ? {} : { author: author.slice(0, 200) }),
  });
  present(context.terminal, { project, rollbackTo: version, ...result }, ({ changes, warnings }) =>
    [
      ...(changes.length === 0
        ? [`${project}: nothing to do; version ${result.version} is what version ${version} said.`]
        : [
            changesText(context.terminal, changes),
            `${project} is now at version ${result.version}, with the definitions of version ${version}.`,
          ]),
      ...warningLines(context.terminal, problemLines(warnings)),
    ].join('\n'),
  );
  return 0;
}

/** `larder diff A [B]`: what changed from one version to another. */
export async function diffCommand(context: CliContext, from: number, to: number | undefined): Promise<number> {
  const project = await onlyProject(context);
  const diff = await context.registry.diff(project, { from, ...(to === undefined ? {} : { to }) });
  present(context.terminal, { project, ...diff }, ({ changes }) =>
    changes.length === 0
      ? `${project}: versions ${diff.from} and ${diff.to} say the same.`
      : `${project}: from version ${diff.from} to ${diff.to}\n${changesText(context.terminal, changes)}`,
  );
  return 0;
}

async function placed<T>({ locate }: LoadedDefinitions, call: () => Promise<T>): Promise<T> {
  try {
    return await call();
  } catch (error) {
    throw withPlaces(error, locate);
  }
}

function checkOptions({ prune, skipSourceChecks }: PlanOptions): PlanOptions {
  return {
    ...(prune === true ? { prune } : {}),
    ...(skipSourceChecks === true ? { skipSourceChecks } : {}),
  };
}

function applyText(
  terminal: Terminal,
  { result, loaded }: { readonly result: ApplyResult; readonly loaded: LoadedDefinitions },
): string {
  const { version, changes, kept, warnings, sourceChecks } = result;
  const { definitions } = loaded;
  const skipped = sourceChecks.status === 'skipped' ? ['the data was not looked at'] : [];
  return [
    ...(changes.length === 0
      ? [`${definitions.project}: nothing to do; version ${version} is what the code says.`]
      : [changesText(terminal, changes), `${definitions.project} is now at version ${version}.`]),
    ...keptLines({ kept }),
    ...warningLines(terminal, [...skipped, ...problemLines(warnings)]),
  ].join('\n');
}

function warningLines(terminal: Terminal, lines: readonly string[]): string[] {
  return lines.map((line) => `${styled(terminal.stdout, 'yellow', 'warning')} ${line}`);
}
