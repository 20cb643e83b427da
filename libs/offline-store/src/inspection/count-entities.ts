import type { FeatureViewSpec, Instant } from '@larder/registry';
import { joinKeysOfView } from '@larder/registry';
import type { SourceContext } from '@larder/point-in-time';
import { readableSource } from '@larder/point-in-time';
import type { Lease } from '../connection-pool.js';
import type { SourceFile } from '../source-files.js';
import { keyRowsQuery } from './view-rows-query.js';

/** Different entity keys of a view's rows. */
export interface EntityCount {
  readonly entities: number;
  /** Rows that belong to one of them. */
  readonly rows: number;
}

export interface CountOptions {
  readonly now: Instant;
  /** Of the view's source, as far as known. */
  readonly sourceRows: number;
  /** Files of the view's source, when it is a Parquet source. */
  readonly files: readonly SourceFile[];
  /** Sources with more rows are sampled by file. 50 million by default. */
  readonly maxRows?: number;
}

const DEFAULT_MAX_ROWS = 50_000_000;
/** Up to here keys are counted exactly, in some hundred megabytes; DuckDB's sketch may be off by a sixth. */
const MAX_EXACT_ROWS = 5_000_000;

/**
 * Counts exactly up to 5 million rows, with a sketch beyond. Of a source with more than `maxRows` rows in several files, files spread evenly over it
 * are read in two halves; how much the second half adds to the keys of the first says how keys grow with rows
 * (keys ~ rows ^ growth), and that is carried on to all files.
 */
export async function countEntities(
  lease: Lease,
  { context, view }: { readonly context: SourceContext; readonly view: FeatureViewSpec },
  { now, files, sourceRows, maxRows = DEFAULT_MAX_ROWS }: CountOptions,
): Promise<EntityCount> {
  const allRows = files.reduce((sum, file) => sum + file.rows, 0);
  const sample = allRows > maxRows && files.length > 1 ? sampleOf(files, maxRows / allRows) : undefined;
  const query = (part: SourceContext): string => keyRowsQuery(part, view, now);
  const keys = joinKeysOfView(context.snapshot, view).map((_, index) => `k${index}`);
  const key = `hash(${keys.join(', ')})`;
  if (sample === undefined) {
    const distinct = sourceRows <= MAX_EXACT_ROWS ? `count(DISTINCT ${key})` : `approx_count_distinct(${key})`;
    const [rows = 0, entities = 0] = await numbers(lease, `SELECT count(*), ${distinct} FROM (${query(context)})`);
    return { rows, entities: Math.min(rows, entities) };
  }
  const halves = [0, 1].map((half) => {
    const paths = sample.filter((_, index) => index % 2 === half).map((file) => file.path);
    return `SELECT *, ${half} AS half FROM (${query(withFiles(context, view, paths))})`;
  });
  const inHalf = (half: number): string => `approx_count_distinct(${key}) FILTER (WHERE half = ${half})`;
  const sql = `SELECT count(*), approx_count_distinct(${key}), ${inHalf(0)}, ${inHalf(1)} FROM (${halves.join(' UNION ALL ')})`;
  const [rows = 0, both = 0, first = 0, second = 0] = await numbers(lease, sql);
  const factor = allRows / sample.reduce((sum, file) => sum + file.rows, 0);
  const growth = Math.min(1, Math.max(0, Math.log2(both / Math.max(1, (first + second) / 2))));
  const entities = both === 0 ? 0 : Math.round(both * factor ** growth);
  return { rows: Math.round(rows * factor), entities: Math.min(Math.round(rows * factor), entities) };
}

/** At least two files, spread evenly. */
function sampleOf(files: readonly SourceFile[], share: number): SourceFile[] {
  const wanted = Math.max(2, Math.floor(files.length * share));
  return Array.from({ length: wanted }, (_, index) => files[Math.floor((index * files.length) / wanted)]).filter(
    (file) => file !== undefined,
  );
}

function withFiles(context: SourceContext, view: FeatureViewSpec, paths: readonly string[]): SourceContext {
  const { name } = readableSource(context.snapshot, view.source);
  return { ...context, files: new Map([...context.files, [name, paths]]) };
}

async function numbers({ connection }: Lease, sql: string): Promise<number[]> {
  const [row = []] = await (await connection.run(sql)).getRows();
  return row.map(Number);
}
