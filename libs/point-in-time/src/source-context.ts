import type { ParquetSourceSpec, Snapshot, SourceSpec, SqlSourceSpec } from '@larder/registry';
import { LarderError } from '@larder/registry';

/** What must be known of the outside world to build SQL for a snapshot's views. */
export interface SourceContext {
  readonly snapshot: Pick<Snapshot, 'entities' | 'sources'>;
  /** Per Parquet source: absolute paths in lexical order. The order decides ties: a later file wins. */
  readonly files: ReadonlyMap<string, readonly string[]>;
  /** Per Parquet or SQL source: DuckDB's type of each column, by the column's name in lower case. */
  readonly columnTypes: ReadonlyMap<string, ReadonlyMap<string, string>>;
  /** Per Parquet source: how many rows it has, where that is known. Guides the plan, never the result. */
  readonly rowCounts?: ReadonlyMap<string, number>;
}

/** A source that rows can be read from; a push source is its history. */
export type ReadableSource = ParquetSourceSpec | SqlSourceSpec;

/** The source of that name, a push source followed to its history. NOT_FOUND when there is none. */
export function readableSource(snapshot: Pick<Snapshot, 'sources'>, sourceName: string): ReadableSource {
  const source = findSource(snapshot, sourceName);
  return source.kind === 'push' ? readableSource(snapshot, source.history) : source;
}

/** DuckDB's type of a source's column, if known. Column names do not differ by case in DuckDB. */
export function columnType(context: SourceContext, source: ReadableSource, column: string): string | undefined {
  return context.columnTypes.get(source.name)?.get(column.toLowerCase());
}

function findSource(snapshot: Pick<Snapshot, 'sources'>, sourceName: string): SourceSpec {
  const source = snapshot.sources.find((each) => each.name === sourceName);
  if (source === undefined) throw new LarderError('NOT_FOUND', `unknown source ${sourceName}`);
  return source;
}
