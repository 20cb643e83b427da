import type { CliContext } from '../context.js';
import { onlyProject } from '../only-project.js';
import { grouped, tableText } from '../table.js';
import { present } from '../terminal.js';

/** `larder history`: versions, the newest first. */
export async function historyCommand(context: CliContext): Promise<number> {
  const versions = await context.registry.history(await onlyProject(context));
  present(context.terminal, versions, (all) =>
    tableText(
      context.terminal,
      ['VERSION', 'APPLIED', 'BY', 'COMMIT', 'CHANGES'],
      all.map((each) => [
        String(each.version),
        each.appliedAt,
        each.author ?? '',
        each.gitCommit ?? '',
        each.changes.map((change) => `${change.action} ${change.name}`).join(', '),
      ]),
    ),
  );
  return 0;
}

/** `larder runs`: materialization runs, the newest first. */
export async function runsCommand(context: CliContext, { view }: { readonly view?: string }): Promise<number> {
  const runs = await context.registry.runs(await onlyProject(context), view === undefined ? {} : { view });
  present(context.terminal, runs, (all) =>
    tableText(
      context.terminal,
      ['STARTED', 'VIEW', 'MODE', 'STATUS', 'WRITTEN', 'ERROR'],
      all.map((run) => [
        run.startedAt,
        run.view,
        run.mode,
        run.status,
        grouped(run.rowsWritten ?? 0),
        run.error?.message.split('\n')[0] ?? '',
      ]),
    ),
  );
  return 0;
}
