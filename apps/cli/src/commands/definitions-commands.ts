import type { Change } from '@larder/registry';
import type { CliContext } from '../context.js';
import { loadDefinitions } from '../load-definitions.js';
import { present, styled } from '../terminal.js';
import type { Terminal } from '../terminal.js';
import { gitCommit } from '../git-commit.js';

/** Exit code of `larder plan` when applying would change something. */
export const EXIT_CHANGES = 2;

export interface ApplyOptions {
  readonly expectedVersion?: number;
  readonly author?: string;
}

/** `larder plan`: what applying would change; exit code 2 when there is something. */
export async function planCommand(context: CliContext, path: string): Promise<number> {
  const { definitions } = await loadDefinitions(path, context.project);
  const plan = await context.registry.plan(definitions.project, definitions);
  present(context.terminal, { project: definitions.project, ...plan }, ({ changes, baseVersion }) =>
    changes.length === 0
      ? `${definitions.project}: the registry (version ${baseVersion}) and the code agree.`
      : `${definitions.project}: applying over version ${baseVersion} would\n${changesText(context.terminal, changes)}`,
  );
  return plan.changes.length === 0 ? 0 : EXIT_CHANGES;
}

/** `larder apply`: registers the definitions as the next version. */
export async function applyCommand(context: CliContext, path: string, options: ApplyOptions): Promise<number> {
  const { definitions, projectDirectory } = await loadDefinitions(path, context.project);
  const commit = await gitCommit(projectDirectory);
  const result = await context.registry.apply(definitions.project, {
    definitions,
    ...(options.expectedVersion === undefined ? {} : { expectedVersion: options.expectedVersion }),
    ...(options.author === undefined ? {} : { author: options.author }),
    ...(commit === undefined ? {} : { gitCommit: commit }),
  });
  present(context.terminal, { project: definitions.project, ...result }, ({ version, changes }) =>
    changes.length === 0
      ? `${definitions.project}: nothing to do; version ${version} is what the code says.`
      : `${changesText(context.terminal, changes)}\n${definitions.project} is now at version ${version}.`,
  );
  return 0;
}

const SIGNS = { add: ['+', 'green'], change: ['~', 'yellow'], retire: ['-', 'red'] } as const;
const KINDS: Readonly<Record<Change['kind'], string>> = {
  entity: 'entity',
  source: 'source',
  featureView: 'feature view',
  featureService: 'feature service',
};

/** Changes as lines with +, ~ and -, fields below. */
export function changesText(terminal: Terminal, changes: readonly Change[]): string {
  return changes
    .flatMap((change) => {
      const [sign, style] = SIGNS[change.action];
      const suffix = change.rematerialize && change.action === 'change' ? ' (its online values are computed anew)' : '';
      const fields = change.fields.map(
        ({ field, before, after }) => `      ${field}: ${shown(before)} → ${shown(after)}`,
      );
      return [
        `  ${styled(terminal.stdout, style, `${sign} ${change.action} ${KINDS[change.kind]} ${change.name}`)}${suffix}`,
        ...fields,
      ];
    })
    .join('\n');
}

function shown(value: unknown): string {
  const text = value === undefined ? '(none)' : typeof value === 'string' ? value : JSON.stringify(value);
  return text.length > 100 ? `${text.slice(0, 99)}…` : text;
}
