import { randomUUID } from 'node:crypto';
import type { Accuracy, ResolvedView, Snapshot } from '@larder/registry';
import { requiredJoinKeys } from '@larder/registry';
import type { FeatureStatistics, PlannedView, TrainingSetPlan } from '@larder/point-in-time';
import { buildTrainingSetPlan, quoteName } from '@larder/point-in-time';
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

/**
 * Joins a spine with features and writes the result to a Parquet file. INVALID_ARGUMENT lists what the spine or the sources lack;
 * aborting leaves no file.
 */
export function writeTrainingSet(store: OfflineStore, input: TrainingSetInput, { path, ...options }: QueryOptions & { readonly path: string }): Promise<WrittenParquet & TrainingSetReport> {
  return joinSpine(store, input, { ...options, read: (lease, sql) => writeParquet(lease, sql, path) });
}

/** The same as rows in memory, for small spines. */
export function readTrainingSet(store: OfflineStore, input: TrainingSetInput, options: QueryOptions = {}): Promise<QueryRows & TrainingSetReport> {
  return joinSpine(store, input, { ...options, read: readRows });
}

interface JoinOptions<T> extends QueryOptions {
  readonly read: (lease: Lease, sql: string) => Promise<T>;
}

async function joinSpine<T>(store: OfflineStore, input: TrainingSetInput, { read, ...options }: JoinOptions<T>): Promise<T & TrainingSetReport> {
  const { snapshot, views } = input;
  const joinKeys = requiredJoinKeys(views);
  const context = await store.describeSources(snapshot, distinct(views.map((each) => each.view)), options);
  const spine = await openSpine(store, input.spine, { ...options, joinKeys, ...(input.timestampColumn === undefined ? {} : { timestampColumn: input.timestampColumn }) });
  try {
    const plan = buildTrainingSetPlan(context, {
      views,
      spine: spine.relation,
      ...(input.knowledgeTime === undefined ? {} : { knowledgeTime: input.knowledgeTime }),
      ...(input.accuracy === undefined ? {} : { accuracy: input.accuracy }),
    });
    return await store.useConnection(options, (lease) => runPlan(lease, plan, read));
  } finally {
    await spine.close();
  }
}

/** The joined rows are kept in a temporary table, which spills, so that statistics do not cost a second join. */
async function runPlan<T>(lease: Lease, plan: TrainingSetPlan, read: JoinOptions<T>['read']): Promise<T & TrainingSetReport> {
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

function distinct<T>(values: readonly T[]): T[] {
  return [...new Set(values)];
}
