import { LarderError } from '@larder/registry';
import type { CliContext } from '../context.js';
import { callJson } from '../http-json.js';
import { onlyProject } from '../only-project.js';
import { withProgress } from '../progress.js';
import { grouped, tableText } from '../table.js';
import { present, styled } from '../terminal.js';

export interface MaterializeOptions {
  readonly service?: string;
  readonly reload?: boolean;
  /** False = only ask for the runs. */
  readonly wait: boolean;
}

/** A job of the worker's HTTP API, as far as it is shown. */
export interface MaterializationJob {
  readonly id: string;
  readonly view: string;
  readonly mode: string;
  readonly status: 'queued' | 'running' | 'completed' | 'failed' | 'cancelled';
  readonly joined?: boolean;
  readonly progress?: { readonly rows?: number };
  readonly result?: {
    readonly mode?: string;
    readonly rowsWritten?: number;
    readonly rowsFenced?: number;
    readonly rowsRead?: number;
  };
  readonly error?: { readonly code: string; readonly message: string };
}

const ENDED: ReadonlySet<string> = new Set(['completed', 'failed', 'cancelled']);
const POLL_SECONDS = 2;

/** `larder materialize [VIEW …]`: brings online values up to date now; exit code 1 when a run failed. */
export async function materializeCommand(
  context: CliContext,
  views: readonly string[],
  options: MaterializeOptions,
): Promise<number> {
  const project = await onlyProject(context);
  const body = {
    project,
    ...(views.length === 0 ? {} : { views }),
    ...(options.service === undefined ? {} : { featureService: options.service }),
    ...(options.reload === true ? { mode: 'reload' } : {}),
  };
  const { jobs } = await callJson<{ jobs: MaterializationJob[] }>(
    'materializer-worker',
    `${context.addresses.workerUrl}/v1/materializations`,
    { method: 'POST', body },
  );
  const ended = options.wait ? await waitForJobs(context, jobs) : jobs;
  present(context.terminal, { jobs: ended }, () => jobsText(context, ended));
  return ended.some((job) => job.status === 'failed' || job.status === 'cancelled') ? 1 : 0;
}

/** Follows jobs until all have ended. */
export async function waitForJobs(
  context: Pick<CliContext, 'terminal' | 'addresses'>,
  jobs: readonly MaterializationJob[],
): Promise<MaterializationJob[]> {
  return withProgress(
    context.terminal,
    'materialize',
    async (progress) => {
      const ended: MaterializationJob[] = [];
      for (const { id, view } of jobs) {
        progress.update(`${view} (${ended.length} of ${jobs.length} done)`);
        ended.push(await waitForJob(context, id));
      }
      return ended;
    },
    (ended) =>
      `${ended.length} ${ended.length === 1 ? 'view' : 'views'}, ${grouped(ended.reduce((sum, job) => sum + (job.result?.rowsWritten ?? 0), 0))} rows written`,
  );
}

async function waitForJob({ addresses }: Pick<CliContext, 'addresses'>, id: string): Promise<MaterializationJob> {
  for (;;) {
    const job = await callJson<MaterializationJob>(
      'materializer-worker',
      `${addresses.workerUrl}/v1/materializations/${encodeURIComponent(id)}?wait=${POLL_SECONDS}`,
    );
    if (ENDED.has(job.status)) return job;
  }
}

function jobsText(context: CliContext, jobs: readonly MaterializationJob[]): string {
  const rows = jobs.map((job) => [
    job.view,
    job.result?.mode ?? job.mode,
    job.joined === true ? `${job.status} (joined a waiting run)` : job.status,
    grouped(job.result?.rowsRead ?? 0),
    grouped(job.result?.rowsWritten ?? 0),
    grouped(job.result?.rowsFenced ?? 0),
  ]);
  const failures = jobs.flatMap((job) =>
    job.error === undefined
      ? []
      : [
          styled(
            context.terminal.stdout,
            'red',
            `${job.view}: ${new LarderError('INTERNAL', job.error.message).message}`,
          ),
        ],
  );
  return [
    tableText(context.terminal, ['VIEW', 'MODE', 'STATUS', 'READ', 'WRITTEN', 'OLDER THAN STORED'], rows),
    ...failures,
  ].join('\n');
}
