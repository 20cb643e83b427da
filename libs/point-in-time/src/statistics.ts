import type { ResolvedView } from '@larder/registry';
import { lateColumn, statusColumn, valueColumn } from './joined-columns.js';
import { selectLines } from './sql-text.js';
import type { ViewPlan } from './view-plan.js';
import { ROW_STATUS } from './view-plan.js';

/** How the rows of the spine fared for one feature; `present + nulls + noRow + expired + deleted` is all of them. Counted before defaults. */
export interface FeatureStatistics {
  /** `feature` or `view__feature`, as in the result. */
  readonly feature: string;
  /** A row was found and the feature has a value. */
  readonly present: number;
  /** A row was found and the feature is null. */
  readonly nulls: number;
  /** No row was known, or a join key is null. */
  readonly noRow: number;
  /** The newest row was older than the ttl. */
  readonly expired: number;
  /** The newest row deletes the entity. */
  readonly deleted: number;
  /** The newest row had happened but was not known yet: its created time alone kept it out. Such rows are counted above too. */
  readonly notKnownYet: number;
}

export interface StatisticsQuery {
  /** Gives one row of whole numbers. */
  readonly sql: string;
  /** That row, its values by position, as statistics in the order of views and features. */
  readonly read: (row: readonly bigint[]) => FeatureStatistics[];
}

interface CountedView {
  readonly resolved: ResolvedView;
  readonly plan: Pick<ViewPlan, 'late'>;
}

const STATUSES = [ROW_STATUS.found, ROW_STATUS.noRow, ROW_STATUS.expired, ROW_STATUS.deleted] as const;
const COUNTS_PER_VIEW = STATUSES.length + 1;

/** Counts over the joined rows of a training set. */
export function buildStatisticsQuery(views: readonly CountedView[], relation: string): StatisticsQuery {
  const items = views.flatMap(({ resolved, plan }, index) => [
    ...STATUSES.map((status) => `count(*) FILTER (WHERE ${statusColumn(index)} = ${status})`),
    plan.late === undefined ? 'CAST(0 AS BIGINT)' : `count(*) FILTER (WHERE ${lateColumn(index)})`,
    ...resolved.features.map(
      (_, position) =>
        `count(${valueColumn(index, position)}) FILTER (WHERE ${statusColumn(index)} = ${ROW_STATUS.found})`,
    ),
  ]);
  return { sql: `${selectLines(items)}\nFROM ${relation}`, read: (row) => readStatistics(views, row) };
}

function readStatistics(views: readonly CountedView[], row: readonly bigint[]): FeatureStatistics[] {
  const numbers = row.map(Number);
  let start = 0;
  return views.flatMap(({ resolved }) => {
    const [found = 0, noRow = 0, expired = 0, deleted = 0, notKnownYet = 0] = numbers.slice(
      start,
      start + COUNTS_PER_VIEW,
    );
    const values = numbers.slice(start + COUNTS_PER_VIEW, start + COUNTS_PER_VIEW + resolved.features.length);
    start += COUNTS_PER_VIEW + values.length;
    return resolved.features.map(({ outputName }, index): FeatureStatistics => {
      const present = values[index] ?? 0;
      return { feature: outputName, present, nulls: found - present, noRow, expired, deleted, notKnownYet };
    });
  });
}
