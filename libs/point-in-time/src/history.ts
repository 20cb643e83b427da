import type { FeatureViewSpec, Instant, JoinKeySpec } from '@larder/registry';
import { joinKeysOfView, parseInstant } from '@larder/registry';
import type { ReadableSource, SourceContext } from './source-context.js';
import { columnType, readableSource } from './source-context.js';
import { FILE_COLUMN, LINE_COLUMN, sourceRowsInLoadOrder } from './source-relation.js';
import { allOf, indent, name, nested, selectLines } from './sql-text.js';
import { cast, instantLiteral, sqlType } from './sql-types.js';

/**
 * A view's history: its source's rows with normalised times, typed join keys and the columns that a query asks for.
 *
 * - `event_time`, `created_time`: TIMESTAMP, UTC, microseconds. A null created time is the event time.
 * - `known_time`: from when on the row may be used. max(event time, created time); the event time for rows before
 *   `trustedHistoryBefore`, for sources without a created time and when knowledge time is switched off.
 * - `tombstone`: true deletes; null counts as false.
 * - Rows without an event time, or with a null in a join key, do not exist.
 */
export interface HistoryOptions {
  /** Further columns: an expression over the source's columns and its name. */
  readonly columns: readonly HistoryColumn[];
  /** Expressions over the source's columns and nothing else, by names that `columns` may use. */
  readonly derived?: readonly HistoryColumn[];
  /** Default true. False: a row is known at its event time. */
  readonly knowledgeTime?: boolean;
  /** Only these files of a Parquet source. */
  readonly files?: readonly string[];
  /** Only rows known at or before this. */
  readonly knownThrough?: Instant;
  /** Only rows with an event time after the one and at or before the other: files and row groups outside are not read. */
  readonly eventAfter?: Instant;
  readonly eventThrough?: Instant;
  /** A semi join on the key columns, such as `SEMI JOIN spine ON …`, with `history` as this side's name. */
  readonly reduction?: string;
  /** Further conditions on the columns of the history. */
  readonly conditions?: readonly string[];
}

export interface HistoryColumn {
  readonly expression: string;
  readonly as: string;
}

/** The column that holds a join key. */
export function keyColumn(key: Pick<JoinKeySpec, 'name'>): string {
  return name(`k_${key.name}`);
}

/** What a view's source offers about time. */
export interface HistoryTimes {
  /** The source has a created time: rows may become known after their event time. */
  readonly hasCreatedTime: boolean;
  readonly hasTombstone: boolean;
}

/** Whether a view's rows can be late and can be deletions. */
export function historyTimes(context: SourceContext, view: FeatureViewSpec): HistoryTimes {
  const source = readableSource(context.snapshot, view.source);
  return { hasCreatedTime: source.createdTime !== undefined, hasTombstone: source.tombstone !== undefined };
}

/** The query of a view's history. Columns: the key columns sorted by name, event_time, created_time, known_time, tombstone, load order, `columns`. */
export function historyQuery(context: SourceContext, view: FeatureViewSpec, options: HistoryOptions): string {
  const source = readableSource(context.snapshot, view.source);
  const keys = joinKeysOfView(context.snapshot, view).map(keyColumn);
  const items = [
    ...keys,
    'event_time',
    'created_time',
    `${knownTime(source, options)} AS known_time`,
    'tombstone',
    FILE_COLUMN,
    LINE_COLUMN,
    ...options.columns.map((each) => name(each.as)),
  ];
  const rows = `${selectLines(items)}\nFROM ${nested(typedRows(context, { view, source, options }))} AS history`;
  const reduced = options.reduction === undefined ? rows : `${rows}\n${options.reduction}`;
  const conditions = [
    ...keys.map((key) => `history.${key} IS NOT NULL`),
    'isfinite(event_time)',
    ...bounds(options),
    ...(options.conditions ?? []),
  ];
  return `${reduced}\nWHERE ${allOf(conditions)}`;
}

/** What is known at T happened by T. */
function bounds(options: HistoryOptions): string[] {
  const { knownThrough, eventAfter, eventThrough = knownThrough } = options;
  return [
    ...(eventThrough === undefined ? [] : [`event_time <= ${instantLiteral(eventThrough)}`]),
    ...(eventAfter === undefined ? [] : [`event_time > ${instantLiteral(eventAfter)}`]),
    ...(knownThrough === undefined ? [] : [`known_time <= ${instantLiteral(knownThrough)}`]),
  ];
}

function knownTime(source: ReadableSource, options: HistoryOptions): string {
  if (source.createdTime === undefined || options.knowledgeTime === false) return 'event_time';
  const greatest = 'greatest(event_time, created_time)';
  if (source.trustedHistoryBefore === undefined) return greatest;
  return `CASE WHEN event_time < ${instantLiteral(parseInstant(source.trustedHistoryBefore))} THEN event_time ELSE ${greatest} END`;
}

/** Counts a view's rows that do not exist for it: `null_keys` (a null in a join key) and `null_times` (keys, but no event time). */
export function buildIgnoredRowsQuery(context: SourceContext, view: FeatureViewSpec): string {
  const source = readableSource(context.snapshot, view.source);
  const keyless = joinKeysOfView(context.snapshot, view)
    .map((key) => `${keyColumn(key)} IS NULL`)
    .join(' OR ');
  const items = [
    `count(*) FILTER (WHERE ${keyless}) AS null_keys`,
    `count(*) FILTER (WHERE NOT (${keyless}) AND isfinite(event_time) IS NOT TRUE) AS null_times`,
  ];
  return `${selectLines(items)}\nFROM ${nested(typedRows(context, { view, source, options: { columns: [] } }))}`;
}

interface TypedRows {
  readonly view: FeatureViewSpec;
  readonly source: ReadableSource;
  readonly options: HistoryOptions;
}

/** The source's rows that pass the view's filter, keys and times cast. The filter stands alone, so that it sees the source's names only. */
function typedRows(context: SourceContext, { view, source, options }: TypedRows): string {
  const column = (columnName: string, wanted: string): string =>
    cast(name(columnName), wanted, columnType(context, source, columnName));
  const event = column(source.eventTime, 'TIMESTAMP');
  const created =
    source.createdTime === undefined ? event : `coalesce(${column(source.createdTime, 'TIMESTAMP')}, ${event})`;
  const items = [
    ...joinKeysOfView(context.snapshot, view).map(
      (key) => `${column(key.name, sqlType(key.type))} AS ${keyColumn(key)}`,
    ),
    `${event} AS event_time`,
    `${created} AS created_time`,
    `${source.tombstone === undefined ? 'false' : `coalesce(${column(source.tombstone, 'BOOLEAN')}, false)`} AS tombstone`,
    FILE_COLUMN,
    LINE_COLUMN,
    ...options.columns.map((each) => `${each.expression} AS ${name(each.as)}`),
  ];
  const rows = sourceRowsInLoadOrder(context, source, {
    tieBreakers: usedColumns(context, view),
    ...(options.files === undefined ? {} : { files: options.files }),
  });
  const filtered = view.filter === undefined ? rows : `${rows}\nWHERE (\n${indent(view.filter)}\n)`;
  return `${selectLines(items)}\nFROM ${nested(withDerived(filtered, options.derived ?? []))}`;
}

function withDerived(rows: string, derived: readonly HistoryColumn[]): string {
  if (derived.length === 0) return rows;
  const columns = derived.map(({ expression, as }) => `(\n${indent(expression)}\n) AS ${name(as)}`);
  return `SELECT *, ${columns.join(', ')}\nFROM ${nested(rows)}`;
}

/** Source columns that a view reads, each once, sorted. */
export function usedColumns(context: SourceContext, view: FeatureViewSpec): string[] {
  const source = readableSource(context.snapshot, view.source);
  const fromFeatures = view.features.flatMap(({ compute }) => (compute.column === undefined ? [] : [compute.column]));
  const keys = joinKeysOfView(context.snapshot, view).map((key) => key.name);
  const times = [source.eventTime, source.createdTime, source.tombstone].filter((each) => each !== undefined);
  return [...new Set([...keys, ...times, ...fromFeatures])].sort();
}
