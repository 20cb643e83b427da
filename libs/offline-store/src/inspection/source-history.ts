import type { Instant } from '@larder/registry';
import { instantFromMicros } from '@larder/registry';
import type { ReadableSource, SourceContext } from '@larder/point-in-time';
import { quoteName, sourceRows } from '@larder/point-in-time';
import type { ConnectionPool, QueryOptions } from '../connection-pool.js';
import type { SourceFile, SourceFiles } from '../source-files.js';

/** Rows of a source with an event time, and what they span. */
export interface SourceHistory {
  readonly rows: number;
  /** Undefined when no row has a time. */
  readonly span?: { readonly from: Instant; readonly through: Instant };
  /** Of a Parquet source, in load order. */
  readonly files: readonly SourceFile[];
}

export interface HistoryTools {
  readonly pool: ConnectionPool;
  readonly files: SourceFiles;
  readonly context: SourceContext;
}

/** Of a Parquet source from its footers, as far as they tell; of a SQL source by running it. */
export async function readHistory(
  tools: HistoryTools,
  source: ReadableSource,
  options: QueryOptions,
): Promise<SourceHistory> {
  if (source.kind === 'sql') return readSqlHistory(tools, source, options);
  const files = await tools.files.describe(tools.context.snapshot, source.name, options);
  const from = extreme(
    files,
    (file) => file.minEventTime,
    (a, b) => a < b,
  );
  const through = extreme(
    files,
    (file) => file.maxEventTime,
    (a, b) => a > b,
  );
  const rows = files.reduce((sum, file) => sum + file.rows, 0);
  return { rows, files, ...(from === undefined || through === undefined ? {} : { span: { from, through } }) };
}

async function readSqlHistory(
  { pool, context }: HistoryTools,
  source: ReadableSource,
  options: QueryOptions,
): Promise<SourceHistory> {
  const sql = `
    SELECT count(*), epoch_us(min(event_time)), epoch_us(max(event_time))
    FROM (SELECT CAST(${quoteName(source.eventTime)} AS TIMESTAMP) AS event_time FROM (\n${sourceRows(context, source)}\n))
    WHERE isfinite(event_time)`;
  return pool.use(options, async ({ connection }) => {
    const [row = []] = await (await connection.run(sql)).getRows();
    const [rows, from, through] = row;
    const hasSpan = typeof from === 'bigint' && typeof through === 'bigint';
    return {
      rows: Number(rows ?? 0),
      files: [],
      ...(hasSpan ? { span: { from: instantFromMicros(from), through: instantFromMicros(through) } } : {}),
    };
  });
}

function extreme(
  files: readonly SourceFile[],
  timeOf: (file: SourceFile) => Instant | undefined,
  isBetter: (a: Instant, b: Instant) => boolean,
): Instant | undefined {
  let best: Instant | undefined;
  for (const file of files) {
    const time = timeOf(file);
    if (time !== undefined && (best === undefined || isBetter(time, best))) best = time;
  }
  return best;
}
