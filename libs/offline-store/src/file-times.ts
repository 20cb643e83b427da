import type { Instant, ParquetSourceSpec } from '@larder/registry';
import { parseInstant, instantFromMicros } from '@larder/registry';
import { instantLiteral, quoteName, quoteText } from '@larder/point-in-time';
import type { Lease } from './connection-pool.js';

/** Rows of a file and the times they span. */
export interface FileTimes {
  readonly rows: number;
  readonly minEventTime?: Instant;
  readonly maxEventTime?: Instant;
  readonly maxKnownTime?: Instant;
}

/**
 * Reads rows and times of files from their footers; where a footer has no statistics for a time column, or rows before
 * `trustedHistoryBefore` make the created time's maximum say too much, from the columns.
 */
export async function readFileTimes(
  lease: Lease,
  source: ParquetSourceSpec,
  files: readonly string[],
): Promise<Map<string, FileTimes>> {
  if (files.length === 0) return new Map();
  const footers = await readFooters(lease, source, files);
  const complete = new Map<string, FileTimes>();
  for (const footer of footers) {
    const times = fromFooter(source, footer);
    if (times !== undefined) complete.set(footer.path, times);
  }
  const rest = files.filter((file) => !complete.has(file));
  const scanned = rest.length === 0 ? new Map<string, FileTimes>() : await scanTimes(lease, source, rest);
  return new Map([...complete, ...scanned]);
}

interface Footer {
  readonly path: string;
  readonly rows: number;
  /** True when every row group with rows tells the column's range. */
  readonly hasEvent: boolean;
  readonly hasCreated: boolean;
  readonly minEvent: bigint | null;
  readonly maxEvent: bigint | null;
  readonly maxCreated: bigint | null;
}

async function readFooters(lease: Lease, source: ParquetSourceSpec, files: readonly string[]): Promise<Footer[]> {
  const created = source.createdTime;
  const isColumn = (column: string): string => `lower(path_in_schema) = ${quoteText(column.toLowerCase())}`;
  const micros = (value: string): string => `epoch_us(CAST(TRY_CAST(${value} AS TIMESTAMPTZ) AS TIMESTAMP))`;
  const told = (column: string): string =>
    `coalesce(bool_and(TRY_CAST(stats_min_value AS TIMESTAMPTZ) IS NOT NULL AND TRY_CAST(stats_max_value AS TIMESTAMPTZ) IS NOT NULL OR stats_null_count = num_values) FILTER (WHERE ${isColumn(column)}), false)`;
  const list = `[${files.map(quoteText).join(', ')}]`;
  const sql = `
    WITH groups AS (SELECT * FROM parquet_metadata(${list})),
    times AS (
      SELECT file_name,
        ${told(source.eventTime)} AS has_event,
        ${created === undefined ? 'true' : told(created)} AS has_created,
        min(${micros('stats_min_value')}) FILTER (WHERE ${isColumn(source.eventTime)}) AS min_event,
        max(${micros('stats_max_value')}) FILTER (WHERE ${isColumn(source.eventTime)}) AS max_event,
        ${created === undefined ? 'CAST(NULL AS BIGINT)' : `max(${micros('stats_max_value')}) FILTER (WHERE ${isColumn(created)})`} AS max_created
      FROM groups GROUP BY file_name
    )
    SELECT f.file_name, f.num_rows, coalesce(has_event, false), coalesce(has_created, false), min_event, max_event, max_created
    FROM parquet_file_metadata(${list}) AS f LEFT JOIN times USING (file_name)`;
  const rows = await (await lease.connection.run(sql)).getRows();
  return rows.map(([path, count, hasEvent, hasCreated, minEvent, maxEvent, maxCreated]) => ({
    path: String(path),
    rows: Number(count),
    hasEvent: hasEvent === true,
    hasCreated: hasCreated === true,
    minEvent: bigintOrNull(minEvent),
    maxEvent: bigintOrNull(maxEvent),
    maxCreated: bigintOrNull(maxCreated),
  }));
}

/** Undefined when the footer does not tell enough. */
function fromFooter(source: ParquetSourceSpec, footer: Footer): FileTimes | undefined {
  if (footer.rows === 0) return { rows: 0 };
  if (!footer.hasEvent || !footer.hasCreated || footer.minEvent === null || footer.maxEvent === null) return undefined;
  const maxCreated = footer.maxCreated ?? footer.maxEvent;
  const trusted = source.trustedHistoryBefore === undefined ? undefined : parseInstant(source.trustedHistoryBefore);
  if (trusted !== undefined && footer.minEvent < trusted && maxCreated > footer.maxEvent) return undefined;
  return {
    rows: footer.rows,
    minEventTime: instantFromMicros(footer.minEvent),
    maxEventTime: instantFromMicros(footer.maxEvent),
    maxKnownTime: instantFromMicros(maxCreated > footer.maxEvent ? maxCreated : footer.maxEvent),
  };
}

async function scanTimes(
  lease: Lease,
  source: ParquetSourceSpec,
  files: readonly string[],
): Promise<Map<string, FileTimes>> {
  const event = `CAST(${quoteName(source.eventTime)} AS TIMESTAMP)`;
  const known =
    source.createdTime === undefined
      ? event
      : `greatest(${event}, CAST(${quoteName(source.createdTime)} AS TIMESTAMP))`;
  const trusted =
    source.trustedHistoryBefore === undefined
      ? known
      : `CASE WHEN ${event} < ${instantLiteral(parseInstant(source.trustedHistoryBefore))} THEN ${event} ELSE ${known} END`;
  const over = (aggregate: string, time: string): string =>
    `epoch_us(${aggregate}(${time}) FILTER (WHERE isfinite(${event}) AND isfinite(${time})))`;
  const sql = `
    SELECT filename, count(*), ${over('min', event)}, ${over('max', event)}, ${over('max', trusted)}
    FROM read_parquet([${files.map(quoteText).join(', ')}], union_by_name = true, filename = true) GROUP BY filename`;
  const rows = await (await lease.connection.run(sql)).getRows();
  return new Map(
    rows.map(([path, count, minEvent, maxEvent, maxKnown]) => [
      String(path),
      {
        rows: Number(count),
        ...instant('minEventTime', minEvent),
        ...instant('maxEventTime', maxEvent),
        ...instant('maxKnownTime', maxKnown),
      },
    ]),
  );
}

function instant<K extends string>(key: K, value: unknown): { readonly [P in K]?: Instant } {
  const micros = bigintOrNull(value);
  return (micros === null ? {} : { [key]: instantFromMicros(micros) }) as { readonly [P in K]?: Instant };
}

function bigintOrNull(value: unknown): bigint | null {
  return typeof value === 'bigint' ? value : null;
}
