import type { FeatureViewSpec, Instant, ParquetSourceSpec, Problem, Snapshot } from '@larder/registry';
import { joinKeysOfView } from '@larder/registry';
import type { ReadableSource, SourceContext } from '@larder/point-in-time';
import { quoteText, readableSource, sourceRows } from '@larder/point-in-time';
import type { ConnectionPool } from '../connection-pool.js';
import { describeSources } from '../describe-sources.js';
import type { SourceFiles } from '../source-files.js';
import type { InspectionLimits } from './budget.js';
import { Budget, look } from './budget.js';
import type { EntityCount } from './count-entities.js';
import { countEntities } from './count-entities.js';
import { historyWarnings } from './history-warnings.js';
import { leafSources, sourcesBelow } from './leaf-sources.js';
import type { QueryPlan } from './query-plan.js';
import { explain } from './query-plan.js';
import { meanRowBytes } from './row-size.js';
import type { SourceHistory } from './source-history.js';
import { readHistory } from './source-history.js';
import { readColumnsQuery, sampleRowsQuery } from './view-rows-query.js';

export interface InspectionTools {
  readonly pool: ConnectionPool;
  readonly files: SourceFiles;
}

export interface InspectedViews {
  readonly snapshot: Snapshot;
  readonly views: readonly FeatureViewSpec[];
  /** Names of those whose size is asked for. */
  readonly estimates: ReadonlySet<string>;
  /** Events are of before; the age of a source counts to it. */
  readonly now: Instant;
}

export interface SourceInspection {
  /** What the data shows to be wrong, all of it. */
  readonly problems: readonly Problem[];
  /** What may be meant. */
  readonly warnings: readonly Problem[];
  /** Of the views that have no problem and whose rows could be looked at in time. */
  readonly estimates: readonly ViewSize[];
}

/** What materializing a view takes, estimated. */
export interface ViewSize {
  readonly view: string;
  /** Parquet files that are read, and their rows. */
  readonly files: number;
  readonly sourceRows: number;
  /** Compressed bytes of the columns that are read. */
  readonly sourceBytes: number;
  readonly entities: number;
  /** Mean bytes of a packed row and its key. */
  readonly bytesPerEntity: number;
}

/** More rows than any history has: what makes them multiplies rows with rows. */
const MAX_EXPECTED_ROWS = 1e11;
const SAMPLE_ROWS = 1000;
const SUBQUERY = /\b(select|from)\b/i;

interface LookedAt {
  readonly history: SourceHistory;
  /** Of reading every column that the view uses. */
  readonly plan: QueryPlan;
}

/** Looks at the data behind views; see `OfflineStore.inspectSources`. */
export async function inspectSources(
  tools: InspectionTools,
  asked: InspectedViews,
  limits: InspectionLimits,
): Promise<SourceInspection> {
  const budget = new Budget(limits);
  const described = await describeSources({ ...tools, options: budget.forCheck() }, asked.snapshot, asked.views);
  const inspection = new Inspection(tools, asked, { context: described.context, budget });
  inspection.problems.push(...described.problems);
  inspection.warnings.push(...described.warnings);
  for (const view of asked.views) await inspection.lookAt(view);
  const { problems, warnings, estimates } = inspection;
  return { problems, warnings, estimates };
}

class Inspection {
  readonly problems: Problem[] = [];
  readonly warnings: Problem[] = [];
  readonly estimates: ViewSize[] = [];
  private readonly histories = new Map<string, SourceHistory | undefined>();
  private readonly columnBytes = new Map<string, ReadonlyMap<string, number>>();
  private readonly counts = new Map<string, EntityCount>();
  /** Views and sources that have a problem, as the beginnings of its path. */
  private readonly unsound = new Set<string>();
  private problemsSeen = 0;
  private readonly context: SourceContext;
  private readonly budget: Budget;

  constructor(
    private readonly tools: InspectionTools,
    private readonly asked: InspectedViews,
    { context, budget }: { readonly context: SourceContext; readonly budget: Budget },
  ) {
    this.context = context;
    this.budget = budget;
  }

  async lookAt(view: FeatureViewSpec): Promise<void> {
    const source = readableSource(this.context.snapshot, view.source);
    if (!this.isSound(view)) return;
    const history = await this.historyOf(source);
    if (history === undefined) return;
    const { now, estimates } = this.asked;
    this.warnings.push(...historyWarnings(view, { sourceName: source.name, history, now }));
    const isAsked = estimates.has(view.name);
    if (!isAsked && !SUBQUERY.test(view.filter ?? '')) return;
    const path = `featureViews.${view.name}`;
    const at = view.filter === undefined ? path : `${path}.filter`;
    const plan = await look(this, at, () => this.planOf(readColumnsQuery(this.context, view), at));
    if (!isAsked || plan === undefined) return;
    const size = await look(this, path, () => this.sizeOf(view, { history, plan }));
    if (size !== undefined) this.estimates.push(size);
  }

  /** False when a look at rows would only repeat what is known to be wrong. */
  private isSound(view: FeatureViewSpec): boolean {
    for (const { path } of this.problems.slice(this.problemsSeen)) this.unsound.add(path.split('.', 2).join('.'));
    this.problemsSeen = this.problems.length;
    const below = sourcesBelow(this.context.snapshot, view.source).map((each) => `sources.${each.name}`);
    return [`featureViews.${view.name}`, ...below].every((each) => !this.unsound.has(each));
  }

  /** Each source once; what is remarkable about it is reported then. */
  private async historyOf(source: ReadableSource): Promise<SourceHistory | undefined> {
    if (this.histories.has(source.name)) return this.histories.get(source.name);
    const path = source.kind === 'sql' ? `sources.${source.name}.query` : `sources.${source.name}`;
    const history = await look(this, path, async () => {
      if (source.kind === 'sql' && (await this.planOf(sourceRows(this.context, source), path)) === undefined)
        return undefined;
      return readHistory({ ...this.tools, context: this.context }, source, this.budget.forLook());
    });
    this.histories.set(source.name, history);
    if (history !== undefined && history.span === undefined) {
      const what = history.rows === 0 ? 'has no rows' : `has ${history.rows} rows, none of them with an event time`;
      this.warnings.push({ path: `sources.${source.name}`, message: `${what}: its features have no values` });
    }
    return history;
  }

  /** DuckDB's plan, before anything runs; undefined, with a problem, when it would never end. */
  private async planOf(sql: string, path: string): Promise<QueryPlan | undefined> {
    const plan = await this.tools.pool.use(this.budget.forLook(), (lease) => explain(lease, sql));
    if (plan.rows <= MAX_EXPECTED_ROWS) return plan;
    const message = `is expected to make ${plan.rows.toExponential(0)} rows on its way; does it join without a condition?`;
    this.problems.push({ path, message });
    return undefined;
  }

  private async sizeOf(view: FeatureViewSpec, { history, plan }: LookedAt): Promise<ViewSize> {
    const { context } = this;
    const leaves = leafSources(context.snapshot, view.source);
    const sum = (numbers: readonly number[]): number => numbers.reduce((a, b) => a + b, 0);
    const { entities, rows } = await this.countOf(view, history);
    return {
      view: view.name,
      files: sum(leaves.map(({ name }) => context.files.get(name)?.length ?? 0)),
      sourceRows: sum(leaves.map(({ name }) => context.rowCounts?.get(name) ?? 0)),
      sourceBytes: await this.bytesRead(leaves, plan),
      entities,
      bytesPerEntity: await this.rowBytes(view, rows / Math.max(1, entities)),
    };
  }

  /** Views of one source with the same keys and filter have the same entities. */
  private async countOf(view: FeatureViewSpec, { files, rows: sourceRows }: SourceHistory): Promise<EntityCount> {
    const { context } = this;
    const same = JSON.stringify([view.source, view.filter, joinKeysOfView(context.snapshot, view)]);
    const known = this.counts.get(same);
    if (known !== undefined) return known;
    const count = await this.tools.pool.use(this.budget.forLook(), (lease) =>
      countEntities(lease, { context, view }, { now: this.asked.now, files, sourceRows }),
    );
    this.counts.set(same, count);
    return count;
  }

  private async bytesRead(leaves: readonly ParquetSourceSpec[], { scannedColumns }: QueryPlan): Promise<number> {
    let bytes = 0;
    for (const { name } of leaves)
      for (const [column, size] of await this.columnBytesOf(name)) if (scannedColumns.has(column)) bytes += size;
    return bytes;
  }

  /** Compressed bytes of each column of a Parquet source, by the column's name in lower case. */
  private async columnBytesOf(sourceName: string): Promise<ReadonlyMap<string, number>> {
    const known = this.columnBytes.get(sourceName);
    if (known !== undefined) return known;
    const list = (this.context.files.get(sourceName) ?? []).map(quoteText).join(', ');
    const sql = `
      SELECT lower(split_part(path_in_schema, ', ', 1)), sum(total_compressed_size)
      FROM parquet_metadata([${list}]) GROUP BY 1`;
    const rows = await this.tools.pool.use(this.budget.forLook(), async ({ connection }) =>
      (await connection.run(sql)).getRows(),
    );
    const bytes = new Map(rows.map(([column, size]) => [String(column), Number(size)]));
    this.columnBytes.set(sourceName, bytes);
    return bytes;
  }

  private rowBytes(view: FeatureViewSpec, rowsPerEntity: number): Promise<number> {
    const { snapshot } = this.asked;
    const sql = sampleRowsQuery(this.context, view, { rows: SAMPLE_ROWS, rowsPerEntity });
    return this.tools.pool.use(this.budget.forLook(), (lease) => meanRowBytes(lease, { snapshot, view, sql }));
  }
}
