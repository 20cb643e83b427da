import type { FeatureViewSpec, ParquetSourceSpec, Problem, Snapshot } from '@larder/registry';
import { joinKeysOfView } from '@larder/registry';
import type { ReadableSource, SourceContext } from '@larder/point-in-time';
import { isIntegerType, quoteText, readableSource, sourceRows } from '@larder/point-in-time';
import { acceptedTypes, canRead, isTimeType } from './column-types.js';
import type { ConnectionPool, Lease, QueryOptions } from './connection-pool.js';
import { fromDuckDbError } from './duckdb-errors.js';
import type { SourceFiles } from './source-files.js';

/** What is needed to look at sources. */
export interface DescribeTools {
  readonly pool: ConnectionPool;
  readonly files: SourceFiles;
  readonly options: QueryOptions;
}

export interface DescribedSources {
  readonly context: SourceContext;
  readonly problems: readonly Problem[];
}

/** Looks at every source that the views read, and at whether the views fit. Reads file footers, no rows. */
export function describeSources(
  { pool, files, options }: DescribeTools,
  snapshot: Snapshot,
  views: readonly FeatureViewSpec[],
): Promise<DescribedSources> {
  return pool.use(options, async (lease) => {
    const description = new Description(lease, files, snapshot);
    for (const view of views) await description.addView(view);
    return { context: description.context, problems: description.problems };
  });
}

class Description {
  readonly problems: Problem[] = [];
  private readonly filesOf = new Map<string, readonly string[]>();
  private readonly columnTypes = new Map<string, ReadonlyMap<string, string>>();
  private readonly rowCounts = new Map<string, number>();
  private readonly seen = new Set<string>();
  readonly context: SourceContext;

  constructor(
    private readonly lease: Lease,
    private readonly files: SourceFiles,
    snapshot: Snapshot,
  ) {
    this.context = { snapshot, files: this.filesOf, columnTypes: this.columnTypes, rowCounts: this.rowCounts };
  }

  async addView(view: FeatureViewSpec): Promise<void> {
    const source = readableSource(this.context.snapshot, view.source);
    await this.addSource(source);
    const columns = this.columnTypes.get(source.name);
    if (columns === undefined) return;
    const path = `featureViews.${view.name}`;
    for (const key of joinKeysOfView(this.context.snapshot, view))
      this.checkColumn(`${path}.joinKeys.${key.name}`, { source, column: key.name, declared: key.type });
    for (const feature of view.features) {
      const { compute, type } = feature;
      if (compute.column === undefined) continue;
      const at = `${path}.features.${feature.name}`;
      if (compute.kind === 'column' || compute.function === 'min' || compute.function === 'max')
        this.checkColumn(at, { source, column: compute.column, declared: type });
      else if (compute.function === 'count') this.findColumn(at, source, compute.column);
      else this.checkSummable(at, { source, column: compute.column, isInteger: type === 'int64' });
    }
    if (view.filter !== undefined) await this.checkFilter(`${path}.filter`, source, view.filter);
  }

  private async addSource(source: ReadableSource): Promise<void> {
    if (this.seen.has(source.name)) return;
    this.seen.add(source.name);
    if (source.kind === 'sql')
      for (const read of source.reads) await this.addSource(readableSource(this.context.snapshot, read));
    else if (!(await this.addFiles(source))) return;
    if (
      source.kind === 'sql' &&
      source.reads.some((read) => !this.columnTypes.has(readableSource(this.context.snapshot, read).name))
    )
      return;
    const path = `sources.${source.name}`;
    try {
      this.columnTypes.set(source.name, await this.describe(sourceRows(this.context, source)));
    } catch (error) {
      this.problems.push({
        path: source.kind === 'sql' ? `${path}.query` : `${path}.path`,
        message: fromDuckDbError(error).message,
      });
      return;
    }
    this.checkTime(`${path}.eventTime`, source, source.eventTime);
    if (source.createdTime !== undefined) this.checkTime(`${path}.createdTime`, source, source.createdTime);
    if (source.tombstone !== undefined)
      this.checkColumn(`${path}.tombstone`, { source, column: source.tombstone, declared: 'bool' });
  }

  private async addFiles(source: ParquetSourceSpec): Promise<boolean> {
    const path = `sources.${source.name}.path`;
    try {
      const files = await this.files.list(source, this.lease);
      if (files.length > 0) {
        this.filesOf.set(source.name, files);
        this.rowCounts.set(source.name, await this.countRows(files));
        return true;
      }
      this.problems.push({ path, message: `no file matches ${source.path}` });
    } catch (error) {
      this.problems.push({ path, message: `${source.path}: ${fromDuckDbError(error).message}` });
    }
    return false;
  }

  private async countRows(files: readonly string[]): Promise<number> {
    const result = await this.lease.connection.run(
      `SELECT sum(num_rows) FROM parquet_file_metadata([${files.map(quoteText).join(', ')}])`,
    );
    return Number((await result.getRows())[0]?.[0] ?? 0);
  }

  /** Types by column name in lower case. */
  private async describe(query: string): Promise<Map<string, string>> {
    const rows = await (await this.lease.connection.run(`DESCRIBE ${query}`)).getRows();
    return new Map(rows.map((row) => [String(row[0]).toLowerCase(), String(row[1])]));
  }

  private async checkFilter(path: string, source: ReadableSource, filter: string): Promise<void> {
    try {
      const types = await this.describe(`SELECT (\n${filter}\n) AS passes FROM (${sourceRows(this.context, source)})`);
      const type = types.get('passes');
      if (type !== 'BOOLEAN') this.problems.push({ path, message: `gives ${type ?? 'nothing'}; expected a condition` });
    } catch (error) {
      this.problems.push({ path, message: fromDuckDbError(error).message });
    }
  }

  private checkTime(path: string, source: ReadableSource, column: string): void {
    const actual = this.findColumn(path, source, column);
    if (actual !== undefined && !isTimeType(actual))
      this.problems.push({
        path,
        message: `column ${column} of source ${source.name} is ${actual}; expected a timestamp or a date`,
      });
  }

  private checkColumn(
    path: string,
    {
      source,
      column,
      declared,
    }: { readonly source: ReadableSource; readonly column: string; readonly declared: Parameters<typeof canRead>[0] },
  ): void {
    const actual = this.findColumn(path, source, column);
    if (actual === undefined || canRead(declared, actual)) return;
    this.problems.push({
      path,
      message: `column ${column} of source ${source.name} is ${actual}, which is no ${declared}; expected ${acceptedTypes(declared)}`,
    });
  }

  private checkSummable(
    path: string,
    {
      source,
      column,
      isInteger,
    }: { readonly source: ReadableSource; readonly column: string; readonly isInteger: boolean },
  ): void {
    const actual = this.findColumn(path, source, column);
    if (actual === undefined || isIntegerType(actual) || (!isInteger && canRead('float64', actual))) return;
    this.problems.push({
      path,
      message: `column ${column} of source ${source.name} is ${actual}; expected ${isInteger ? 'an integer' : 'a number'}`,
    });
  }

  /** The column's type; a problem when there is no such column. */
  private findColumn(path: string, source: ReadableSource, column: string): string | undefined {
    const columns = this.columnTypes.get(source.name);
    const actual = columns?.get(column.toLowerCase());
    if (actual === undefined)
      this.problems.push({
        path,
        message: `source ${source.name} has no column ${column}; it has ${[...(columns?.keys() ?? [])].join(', ')}`,
      });
    return actual;
  }
}
