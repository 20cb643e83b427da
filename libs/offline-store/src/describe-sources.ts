import type {
  FeatureSpec,
  FeatureViewSpec,
  ParquetSourceSpec,
  Problem,
  Snapshot,
  SqlSourceSpec,
} from '@larder/registry';
import { joinKeysOfView, replaceSourcesInQuery } from '@larder/registry';
import type { ReadableSource, SourceContext } from '@larder/point-in-time';
import { quoteName, quoteText, readableSource, sourceRows } from '@larder/point-in-time';
import type { ConnectionPool, Lease, QueryOptions } from './connection-pool.js';
import { checkArgument } from './aggregate-arguments.js';
import { problemsWithUses, warningsAboutUses } from './definition-rules.js';
import { fromDuckDbError } from './duckdb-errors.js';
import { SourceColumns } from './source-columns.js';
import type { SourceFiles } from './source-files.js';
import type { SqlUses } from './sql-uses.js';
import { readSqlUses } from './sql-uses.js';

/** What is needed to look at sources. */
export interface DescribeTools {
  readonly pool: ConnectionPool;
  readonly files: SourceFiles;
  readonly options: QueryOptions;
}

export interface DescribedSources {
  readonly context: SourceContext;
  readonly problems: readonly Problem[];
  readonly warnings: readonly Problem[];
}

/** Looks at every source that the views read, each once, and at whether the views fit. Reads file footers, no rows. */
export function describeSources(
  { pool, files, options }: DescribeTools,
  snapshot: Snapshot,
  views: readonly FeatureViewSpec[],
): Promise<DescribedSources> {
  return pool.use(options, async (lease) => {
    const description = new Description(lease, files, snapshot);
    for (const view of views) await description.addView(view);
    const { context, problems, warnings } = description;
    return { context, problems, warnings };
  });
}

const MAX_SHOWN_SQL = 200;

class Description {
  readonly problems: Problem[] = [];
  readonly warnings: Problem[] = [];
  private readonly filesOf = new Map<string, readonly string[]>();
  private readonly rowCounts = new Map<string, number>();
  private readonly columns = new SourceColumns((problem) => void this.problems.push(problem));
  private readonly seen = new Set<string>();
  readonly context: SourceContext;

  constructor(
    private readonly lease: Lease,
    private readonly files: SourceFiles,
    snapshot: Snapshot,
  ) {
    this.context = {
      snapshot,
      files: this.filesOf,
      columnTypes: this.columns.types,
      rowCounts: this.rowCounts,
    };
  }

  async addView(view: FeatureViewSpec): Promise<void> {
    this.lease.throwIfInterrupted();
    const source = readableSource(this.context.snapshot, view.source);
    await this.addSource(source);
    if (!this.columns.types.has(source.name)) return;
    const path = `featureViews.${view.name}`;
    for (const { name, type } of joinKeysOfView(this.context.snapshot, view))
      this.columns.checkType({ path: `${path}.joinKeys.${name}`, source: source.name, column: name }, type);
    for (const feature of view.features) await this.checkFeature(path, source, feature);
    if (view.filter !== undefined) await this.checkFilter(`${path}.filter`, source, view.filter);
  }

  private async checkFeature(viewPath: string, source: ReadableSource, feature: FeatureSpec): Promise<void> {
    const { compute } = feature;
    const path = `${viewPath}.features.${feature.name}`;
    if (compute.column !== undefined)
      checkArgument(this.columns, { path, source: source.name, column: compute.column }, feature);
    if (compute.kind === 'aggregate' && compute.filter !== undefined)
      await this.checkFilter(`${path}.filter`, source, compute.filter);
  }

  private async addSource(source: ReadableSource): Promise<void> {
    if (this.seen.has(source.name)) return;
    this.seen.add(source.name);
    const isReadable = source.kind === 'sql' ? await this.addReads(source) : await this.addFiles(source);
    if (!isReadable) return;
    const path = `sources.${source.name}`;
    try {
      this.columns.add(source.name, await this.describe(sourceRows(this.context, source)));
    } catch (error) {
      if (source.kind === 'sql') this.reportSql(`${path}.query`, source.query, error);
      else this.problems.push({ path: `${path}.path`, message: this.translated(error) });
      return;
    }
    const of = (field: string, column: string) => ({ path: `${path}.${field}`, source: source.name, column });
    this.columns.checkTime(of('eventTime', source.eventTime));
    if (source.createdTime !== undefined) this.columns.checkTime(of('createdTime', source.createdTime));
    if (source.tombstone !== undefined) this.columns.checkType(of('tombstone', source.tombstone), 'bool');
  }

  /** Looks at what a SQL source reads, and at its query as a text. */
  private async addReads(source: SqlSourceSpec): Promise<boolean> {
    const reads = source.reads.map((read) => readableSource(this.context.snapshot, read));
    for (const read of reads) await this.addSource(read);
    const path = `sources.${source.name}.query`;
    const sql = `SELECT * FROM (\n${replaceSourcesInQuery(source.query.trim(), quoteName)}\n)`;
    const names = new Set(reads.flatMap((read) => [...(this.columns.types.get(read.name)?.keys() ?? [])]));
    const uses = await this.checkUses({ path, text: source.query, sql, tables: source.reads, columns: names });
    return uses !== undefined && reads.every((read) => this.columns.types.has(read.name));
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
      this.problems.push({ path, message: `${source.path}: ${this.translated(error)}` });
    }
    return false;
  }

  private async countRows(files: readonly string[]): Promise<number> {
    const result = await this.lease.connection.run(
      `SELECT sum(num_rows) FROM parquet_file_metadata([${files.map(quoteText).join(', ')}])`,
    );
    return Number((await result.getRows())[0]?.[0] ?? 0);
  }

  /** Names and types of a query's columns. */
  private async describe(query: string): Promise<[name: string, type: string][]> {
    const rows = await (await this.lease.connection.run(`DESCRIBE ${query}`)).getRows();
    return rows.map((row) => [String(row[0]), String(row[1])]);
  }

  /** Compiled over the columns that it names alone: no file is opened for a filter. */
  private async checkFilter(path: string, source: ReadableSource, filter: string): Promise<void> {
    const types = this.columns.types.get(source.name) ?? new Map<string, string>();
    const uses = await this.checkUses({
      path,
      text: filter,
      sql: `SELECT 1 WHERE (\n${filter}\n)`,
      tables: [],
      columns: new Set(types.keys()),
    });
    if (uses === undefined) return;
    const named = filter.includes('*') ? [...types] : [...types].filter(([name]) => uses.columns.includes(name));
    const columns = named.map(([name, type]) => `CAST(NULL AS ${type}) AS ${quoteName(name)}`);
    const rows = `(SELECT ${['1', ...columns].join(', ')}) AS source_rows`;
    try {
      const [[, type] = ['', 'nothing']] = await this.describe(
        `SELECT (\n${filter}\n) AS passes FROM ${rows} WHERE (\n${filter}\n)`,
      );
      if (type !== 'BOOLEAN') this.problems.push({ path, message: `gives ${type}; expected a condition` });
    } catch (error) {
      this.reportSql(path, filter, error);
    }
  }

  /** What it uses; undefined, with a problem, when it does not parse or uses what definitions must not use. */
  private async checkUses({ path, text, sql, tables, columns }: DefinitionSql): Promise<SqlUses | undefined> {
    try {
      const uses = await readSqlUses(this.lease, sql);
      const problems = problemsWithUses(uses, tables);
      this.problems.push(...problems.map((message) => ({ path, message })));
      this.warnings.push(...warningsAboutUses(uses, columns).map((message) => ({ path, message })));
      return problems.length === 0 ? uses : undefined;
    } catch (error) {
      this.reportSql(path, text, error);
      return undefined;
    }
  }

  private reportSql(path: string, text: string, error: unknown): void {
    const shown = text.replaceAll(/\s+/g, ' ').trim();
    const excerpt = shown.length <= MAX_SHOWN_SQL ? shown : `${shown.slice(0, MAX_SHOWN_SQL)}…`;
    this.problems.push({ path, message: `${this.translated(error)}; in: ${excerpt}` });
  }

  /** The error's message; an interruption is no problem of the definitions and ends the description. */
  private translated(error: unknown): string {
    this.lease.throwIfInterrupted();
    return fromDuckDbError(error).message;
  }
}

/** A piece of SQL of a definition: as it was written, and as a whole SELECT. */
interface DefinitionSql {
  readonly path: string;
  readonly text: string;
  readonly sql: string;
  /** What it may read by name. */
  readonly tables: readonly string[];
  /** Names of the columns that it sees, in lower case. */
  readonly columns: ReadonlySet<string>;
}
