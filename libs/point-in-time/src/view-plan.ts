import type { FeatureViewSpec, Instant, ResolvedView } from '@larder/registry';
import type { HistoryOptions } from './history.js';
import { keyColumn } from './history.js';
import type { SourceContext } from './source-context.js';
import { spineKey, TIME_COLUMN } from './spine.js';
import { allOf, name } from './sql-text.js';
import { secondsInterval } from './sql-types.js';

/** What became of a row of the spine in one view. */
export const ROW_STATUS = {
  /** A row of the view holds; each of its features is a value or null. */
  found: 0,
  /** No row is known, or a join key is null. */
  noRow: 1,
  /** The row is older than the view's ttl. */
  expired: 2,
  /** The newest row deletes the entity. */
  deleted: 3,
} as const;

/** One view of a training set: everything that its part of the query is built from. */
export interface ViewRequest {
  readonly context: SourceContext;
  readonly resolved: ResolvedView;
  /** Position among the training set's views; keeps names apart. */
  readonly index: number;
  /** The spine's column with the instant as of which the view is read. */
  readonly asOf: string;
  readonly knowledgeTime: boolean;
  /** Read only the keys of the spine, and only its range of time. */
  readonly reduce: boolean;
  /** Join narrow rows first and fetch the features of the winners afterwards, by their place in the source's files. */
  readonly fetchLater: boolean;
  /** Statuses are reported: tell expired rows from none, and find rows that a later created time alone kept out. */
  readonly report: boolean;
  /** Earliest and latest time of the spine, and the earliest instant as of which the view is read. */
  readonly minTime: Instant | undefined;
  readonly maxTime: Instant | undefined;
  readonly earliestAsOf: Instant | undefined;
}

/** A view's part of the query. */
export interface ViewPlan {
  /** Named queries, in order of dependence. */
  readonly parts: readonly (readonly [string, string])[];
  /** Joins to the spine, which goes by the name `spine`. */
  readonly joins: readonly string[];
  /** Status of the row, one of `ROW_STATUS`. */
  readonly status: string;
  /** True where the newest row was not known yet; undefined where that cannot be. */
  readonly late: string | undefined;
  /** Values in the order of the request's features; they count only where the status is `found`. */
  readonly values: readonly string[];
  /** Statuses other than `found` that leave something in `values`. */
  readonly hidesValues: boolean;
}

/** `spine.<key> = <side>.<key> AND …` for a view's join keys. */
export function keysEqual(resolved: ResolvedView, side: string): string {
  return allOf(resolved.joinKeys.map((key) => `spine.${spineKey(key)} = ${side}.${keyColumn(key)}`));
}

/** The key columns of a view's history, separated by commas. */
export function keyList(resolved: ResolvedView): string {
  return resolved.joinKeys.map(keyColumn).join(', ');
}

/** A part's name made unique: `name_3`. */
export function partName(request: ViewRequest, part: string): string {
  return `${part}_${request.index}`;
}

/** True when rows of the view may become known after they happened, and that counts. */
export function canBeLate(request: ViewRequest, hasCreatedTime: boolean): boolean {
  return request.knowledgeTime && hasCreatedTime;
}

/**
 * The history that a request reads: by its rule of knowledge, and only what the spine can see: its keys, what had happened by its
 * last time. The known time is left to the join: computing it for every row before the semi join costs more than it saves.
 */
export function requestedHistory(
  request: ViewRequest,
): Pick<HistoryOptions, 'knowledgeTime' | 'reduction' | 'eventThrough'> {
  return {
    knowledgeTime: request.knowledgeTime,
    ...(request.maxTime === undefined ? {} : { eventThrough: request.maxTime }),
    ...(request.reduce ? { reduction: `SEMI JOIN spine ON ${keysEqual(request.resolved, 'history')}` } : {}),
  };
}

/** `time - ttl`: rows that happened before it are expired. Undefined without a ttl. */
export function oldestFresh(view: FeatureViewSpec): string | undefined {
  return view.ttlSeconds === undefined ? undefined : `spine.${TIME_COLUMN} - ${secondsInterval(view.ttlSeconds)}`;
}

/** Reference to a column of a joined part. */
export function columnOf(part: string, column: string): string {
  return `${part}.${name(column)}`;
}
