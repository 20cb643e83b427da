import { randomUUID } from 'node:crypto';
import type { Accuracy, Problem, ResolvedView, Snapshot } from '@larder/registry';
import { isLarderError, LarderError, requiredJoinKeys } from '@larder/registry';
import type { FeatureStatistics, OutputColumn, PlannedView, TimeRange, TrainingSetPlan } from '@larder/point-in-time';
import { buildTrainingSetPlan, buildViewRowsQuery, quoteName } from '@larder/point-in-time';
import type { Lease, QueryOptions } from './connection-pool.js';
import type { OfflineStore, QueryRows, WrittenParquet } from './offline-store.js';
import { readRows, writeParquet } from './offline-store.js';
import type { SpineInput } from './spine-input.js';
import { openSpine } from './spine-input.js';

export interface TrainingSetInput {
  readonly snapshot: Snapshot;
  /** As `resolveFeatures` gives them. */
  readonly views: readonly ResolvedView[];
  readonly spine: SpineInput;
  /** Default `event_timestamp`. */
  readonly timestampColumn?: string;
  /** Default true. */
  readonly knowledgeTime?: boolean;
  /** For all views; each view's own by default. */
  readonly accuracy?: Accuracy;
}

/** What a training set says about itself. */
export interface TrainingSetReport {
  readonly views: readonly PlannedView[];
  /** In the order of views and features. */
  readonly statistics: readonly FeatureStatistics[];
}

/** A training set that has been checked and planned. Run it at most once, close it in any case. */
export interface PreparedTrainingSet {
  /** Rows of the spine, and so of the result. */
  readonly rows: number;
  readonly columns: readonly OutputColumn[];
  readonly views: readonly PlannedView[];
  /** Writes the result to a Parquet file; aborting leaves none. */
  write(path: string, options?: QueryOptions): Promise<WrittenParquet & TrainingSetReport>;
  /** The result in memory, for small spines. */
  read(options?: QueryOptions): Promise<QueryRows & TrainingSetReport>;
  close(): Promise<void>;
}

/**
 * Checks sources and spine and plans the join of a training set. Throws INVALID_ARGUMENT with everything that both lack. Reads file
 * footers and the spine's keys and times; no history.
 */
export async function prepareTrainingSet(
  store: OfflineStore,
  input: TrainingSetInput,
  options: QueryOptions = {},
): Promise<PreparedTrainingSet> {
  const views = [...new Set(input.views.map((each) => each.view))];
  const spineOptions = {
    ...options,
    joinKeys: requiredJoinKeys(input.views),
    ...(input.timestampColumn === undefined ? {} : { timestampColumn: input.timestampColumn }),
  };
  const [described, opened] = await Promise.allSettled([
    store.describeSources(input.snapshot, views, options),
    openSpine(store, input.spine, spineOptions),
  ]);
  if (described.status === 'rejected' || opened.status === 'rejected') {
    if (opened.status === 'fulfilled') await opened.value.close();
    throw joinedError(
      [described, opened].flatMap((each) => (each.status === 'rejected' ? [each.reason as unknown] : [])),
    );
  }
  const spine = opened.value;
  try {
    const plan = buildTrainingSetPlan(described.value, {
      views: input.views,
      spine: spine.relation,
      ...(input.knowledgeTime === undefined ? {} : { knowledgeTime: input.knowledgeTime }),
      ...(input.accuracy === undefined ? {} : { accuracy: input.accuracy }),
    });
    const run = <T>(read: Reader<T>, runOptions: QueryOptions = {}): Promise<T & TrainingSetReport> =>
      store.useConnection(runOptions, (lease) => runPlan(lease, plan, read));
    return {
      rows: spine.relation.rows ?? 0,
      columns: plan.columns,
      views: plan.views,
      write: (path, runOptions) => run((lease, sql) => writeParquet(lease, sql, path), runOptions),
      read: (runOptions) => run(readRows, runOptions),
      close: () => spine.close(),
    };
  } catch (error) {
    await spine.close();
    throw error;
  }
}

/**
 * The rows of one view in a range of event times, as a training set without a spine. Nothing is joined, so there are no statistics.
 * Throws INVALID_ARGUMENT with what the source lacks, for several views and for windows.
 */
export async function prepareViewRows(
  store: OfflineStore,
  input: Pick<TrainingSetInput, 'snapshot' | 'views'> & TimeRange,
  options: QueryOptions = {},
): Promise<PreparedTrainingSet> {
  const views = [...new Set(input.views.map((each) => each.view))];
  const context = await store.describeSources(input.snapshot, views, options);
  const { sql, columns } = buildViewRowsQuery(context, input.views, input);
  const counted = await store.readRows(`SELECT count(*) FROM (\n${sql}\n)`, options);
  const report: TrainingSetReport = { views: [], statistics: [] };
  return {
    rows: Number(counted.rows[0]?.[0] ?? 0),
    columns,
    views: report.views,
    write: async (path, runOptions) => ({ ...(await store.writeParquet(sql, path, runOptions)), ...report }),
    read: async (runOptions) => ({ ...(await store.readRows(sql, runOptions)), ...report }),
    close: () => Promise.resolve(),
  };
}

/** Prepares, writes a Parquet file and closes. */
export async function writeTrainingSet(
  store: OfflineStore,
  input: TrainingSetInput,
  { path, ...options }: QueryOptions & { readonly path: string },
): Promise<WrittenParquet & TrainingSetReport> {
  const prepared = await prepareTrainingSet(store, input, options);
  try {
    return await prepared.write(path, options);
  } finally {
    await prepared.close();
  }
}

/** Prepares, reads all rows and closes. */
export async function readTrainingSet(
  store: OfflineStore,
  input: TrainingSetInput,
  options: QueryOptions = {},
): Promise<QueryRows & TrainingSetReport> {
  const prepared = await prepareTrainingSet(store, input, options);
  try {
    return await prepared.read(options);
  } finally {
    await prepared.close();
  }
}

type Reader<T> = (lease: Lease, sql: string) => Promise<T>;

/** The joined rows are kept in a temporary table, which spills, so that statistics do not cost a second join. */
async function runPlan<T>(lease: Lease, plan: TrainingSetPlan, read: Reader<T>): Promise<T & TrainingSetReport> {
  const table = quoteName(`joined_${randomUUID()}`);
  try {
    await lease.connection.run(`CREATE TEMP TABLE ${table} AS\n${plan.joined}`);
    const counts = plan.statistics(table);
    const [row = []] = (await readRows(lease, counts.sql)).rows;
    const statistics = counts.read(row.map((value) => (typeof value === 'bigint' ? value : 0n)));
    const result = await read(lease, plan.output(table));
    return { ...result, views: plan.views, statistics };
  } finally {
    await lease.connection.run(`DROP TABLE IF EXISTS ${table}`).catch(() => undefined);
  }
}

/** One error for several: all their problems where each lists some, else the first that is no list. */
function joinedError(errors: readonly unknown[]): unknown {
  const problems: Problem[] = [];
  for (const error of errors) {
    if (!isLarderError(error) || error.details.problems === undefined) return error;
    problems.push(...error.details.problems);
  }
  return LarderError.fromProblems('training set', problems);
}
