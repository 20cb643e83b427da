import type { FeatureSpec, FeatureViewSpec, Instant, JoinKeySpec } from '@larder/registry';
import { joinKeysOfView, LarderError } from '@larder/registry';
import { keyColumn } from './history.js';
import type { SourceContext } from './source-context.js';

/**
 * The newest values of a view as one query for materialization.
 *
 * Columns, by position: the join keys sorted by name · `event_time` TIMESTAMP · `created_time` TIMESTAMP, null when the source
 * has no created time · `tombstone` BOOLEAN, never null · the view's features in stored order, in their declared types, without
 * defaults. Rows come in no particular order, one per entity.
 */
export interface ViewQuery {
  readonly sql: string;
  readonly joinKeys: readonly JoinKeySpec[];
  readonly features: readonly FeatureSpec[];
}

/** One of `count` disjoint parts of the entities; together they are all of them. */
export interface HashPartition {
  readonly count: number;
  /** From 0. */
  readonly index: number;
}

export interface AsOfOptions {
  /** Only rows known at or before this. */
  readonly asOf: Instant;
  readonly hashPartition?: HashPartition;
}

/** Assembles a `ViewQuery` around its text. */
export function viewQuery(context: SourceContext, view: FeatureViewSpec, sql: string): ViewQuery {
  return { sql, joinKeys: joinKeysOfView(context.snapshot, view), features: view.features };
}

/** The condition of a hash partition on the columns of a history; empty for none. INVALID_ARGUMENT for an index outside the count. */
export function partitionConditions(
  context: SourceContext,
  view: FeatureViewSpec,
  partition: HashPartition | undefined,
): string[] {
  if (partition === undefined) return [];
  const { count, index } = partition;
  if (!(Number.isInteger(count) && Number.isInteger(index) && index >= 0 && index < count)) {
    throw new LarderError(
      'INVALID_ARGUMENT',
      `hash partition ${index} of ${count}: expected whole numbers with 0 <= index < count`,
    );
  }
  const keys = joinKeysOfView(context.snapshot, view).map((key) => `history.${keyColumn(key)}`);
  return [`hash(${keys.join(', ')}) % ${count} = ${index}`];
}
