import { copyFile, readFile } from 'node:fs/promises';
import { extname, resolve } from 'node:path';
import type { FeatureValue } from '@larder/registry';
import { LarderError } from '@larder/registry';
import type { CliContext } from '../context.js';
import { onlyProject } from '../only-project.js';
import { withProgress } from '../progress.js';
import { grouped, tableText } from '../table.js';
import { present, say } from '../terminal.js';
import { makeTrainingSet, trainingSetRows } from '../training-sets.js';
import type { TrainingSetRequest } from '../training-sets.js';
import { selectionOf, shownValue } from './get-command.js';

export interface TrainingSetOptions {
  readonly service?: string;
  readonly features?: readonly string[];
  readonly fullNames?: boolean;
  /** Where the Parquet result is copied to; absent = rows are printed. */
  readonly out?: string;
  readonly ignoreCreatedTime?: boolean;
  readonly accuracy?: string;
  readonly timestampColumn?: string;
}

const MAX_PRINTED = 50;

/** `larder training-set SPINE`: point-in-time features for the rows of a Parquet, CSV or JSON file. */
export async function trainingSetCommand(
  context: CliContext,
  spine: string,
  options: TrainingSetOptions,
): Promise<number> {
  const project = await onlyProject(context);
  const snapshot = await context.registry.snapshot(project);
  const selection = selectionOf(
    options,
    snapshot.featureServices.map((each) => each.name),
  );
  const request: TrainingSetRequest = {
    project,
    spine: await spineOf(spine),
    ...selection,
    fullFeatureNames: options.fullNames === true,
    ...(options.ignoreCreatedTime === true ? { knowledgeTime: false } : {}),
    ...(options.accuracy === undefined ? {} : { accuracy: options.accuracy }),
    ...(options.timestampColumn === undefined ? {} : { timestampColumn: options.timestampColumn }),
  };
  const url = context.addresses.offlineQueryUrl;
  const job = await withProgress(
    context.terminal,
    'training set',
    () => makeTrainingSet(url, request),
    ({ rows = 0 }) => `${grouped(rows)} rows`,
  );
  if (options.out !== undefined) {
    await copyResult(job.location, options.out);
    present(context.terminal, { ...job, out: resolve(options.out) }, () => `written to ${options.out}`);
    return 0;
  }
  const rows = await trainingSetRows(url, job.id);
  present(context.terminal, { ...job, rows }, () => rowsTable(context, rows));
  if (rows.length > MAX_PRINTED)
    say(context.terminal, `… ${grouped(rows.length - MAX_PRINTED)} more; --out FILE.parquet keeps them all`);
  return 0;
}

/** A JSON file's rows are sent along; other files are read by the service. */
async function spineOf(file: string): Promise<TrainingSetRequest['spine']> {
  if (extname(file) !== '.json') return { path: resolve(file) };
  const rows: unknown = JSON.parse(
    await readFile(file, 'utf8').catch((error: unknown) => {
      throw new LarderError('NOT_FOUND', `spine ${file}: cannot be read`, {}, { cause: error });
    }),
  );
  if (!Array.isArray(rows)) throw new LarderError('INVALID_ARGUMENT', `spine ${file}: expected a JSON list of objects`);
  return rows as Readonly<Record<string, unknown>>[];
}

async function copyResult(location: string | undefined, out: string): Promise<void> {
  if (location === undefined)
    throw new LarderError('FAILED_PRECONDITION', 'the service names no file for this training set');
  await copyFile(location, out);
}

function rowsTable(context: CliContext, rows: readonly Record<string, unknown>[]): string {
  const header = Object.keys(rows[0] ?? {});
  return tableText(
    context.terminal,
    header,
    rows.slice(0, MAX_PRINTED).map((row) => header.map((name) => shownValue((row[name] ?? null) as FeatureValue))),
  );
}
