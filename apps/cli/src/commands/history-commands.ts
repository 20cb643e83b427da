import type { VersionRecord } from '@larder/registry-client';
import type { CliContext } from '../context.js';
import { onlyProject } from '../only-project.js';
import { grouped, tableText } from '../table.js';
import { present } from '../terminal.js';
import { timeText } from '../units.js';

export interface HistoryOptions {
  /** Most versions; the registry's own limit when absent. */
  readonly limit?: number;
}

/** `larder history`: versions, the newest first. */
export async function historyCommand(context: CliContext, { limit }: HistoryOptions): Promise<number> {
  const project = await onlyProject(context);
  const versions = await context.registry.history(project, limit === undefined ? {} : { limit });
  present(context.terminal, versions, (all) =>
    tableText(
      context.terminal,
      ['VERSION', 'APPLIED', 'BY', 'COMMIT', 'CHANGES', 'WHAT'],
      all.map((each) => [
        String(each.version),
        timeText(each.appliedAt),
        each.author ?? '',
        each.gitCommit ?? '',
        String(each.changes.length),
        whatText(each),
      ]),
    ),
  );
  return 0;
}

function whatText({ changes, rollbackTo, sourceChecksSkipped }: VersionRecord): string {
  return [
    ...(rollbackTo === undefined ? [] : [`rollback to version ${rollbackTo}`]),
    ...(sourceChecksSkipped === true ? ['without a look at the data'] : []),
    ...changes.map((change) => `${change.action} ${change.name}`),
  ].join(', ');
}

/** `larder runs`: materialization runs, the newest first. */
export async function runsCommand(context: CliContext, { view }: { readonly view?: string }): Promise<number> {
  const runs = await context.registry.runs(await onlyProject(context), view === undefined ? {} : { view });
  present(context.terminal, runs, (all) =>
    tableText(
      context.terminal,
      ['STARTED', 'VIEW', 'MODE', 'STATUS', 'WRITTEN', 'ERROR'],
      all.map((run) => [
        timeText(run.startedAt),
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
