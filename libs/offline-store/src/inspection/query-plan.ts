import type { Lease } from '../connection-pool.js';

/** What DuckDB plans to do for a query. */
export interface QueryPlan {
  /** Columns that are read from Parquet files, in lower case. */
  readonly scannedColumns: ReadonlySet<string>;
  /** Most rows that one step is expected to handle. */
  readonly rows: number;
}

/** Plans a query without running it. Opens the footers of its files. */
export async function explain({ connection }: Lease, sql: string): Promise<QueryPlan> {
  const rows = await (await connection.run(`EXPLAIN (FORMAT json) ${sql}`)).getRows();
  const plan: unknown = JSON.parse(String(rows[0]?.[1] ?? '[]'));
  const scannedColumns = new Set<string>();
  const steps = (Array.isArray(plan) ? plan : []) as readonly PlanStep[];
  const most = steps.map((step) => walk(step, scannedColumns).most);
  return { scannedColumns, rows: Math.max(0, ...most) };
}

interface PlanStep {
  readonly name?: string;
  readonly children?: readonly PlanStep[];
  readonly extra_info?: Readonly<Record<string, string | readonly string[]>>;
}

interface Expected {
  /** Rows that the step gives. */
  readonly rows: number;
  /** Most rows that it or a step below it gives. */
  readonly most: number;
}

/** A step that compares every row of one side with every row of the other has as much to do as their product, however few it gives. */
function walk(step: PlanStep, scanned: Set<string>): Expected {
  const below = (step.children ?? []).map((child) => walk(child, scanned));
  const info = step.extra_info ?? {};
  if (step.name?.trim() === 'READ_PARQUET') noteColumns(info, scanned);
  const stated = Number(textsOf(info['Estimated Cardinality'])[0] ?? Number.NaN);
  const rowsBelow = below.map((each) => each.rows);
  const isProduct = /CROSS_PRODUCT|NL_JOIN|NESTED_LOOP/.test(step.name ?? '');
  const handled = isProduct ? rowsBelow.reduce((a, b) => a * b, 1) : Math.max(0, ...rowsBelow);
  const rows = Number.isFinite(stated) ? stated : handled;
  return { rows, most: Math.max(rows, handled, ...below.map((each) => each.most)) };
}

/** A column that only a pushed filter reads is no projection: names are taken from the filter's text too. */
function noteColumns(info: NonNullable<PlanStep['extra_info']>, scanned: Set<string>): void {
  for (const each of textsOf(info['Projections'])) scanned.add(each.replaceAll('"', '').toLowerCase());
  for (const each of textsOf(info['Filters']))
    for (const word of each.match(/\w+/g) ?? []) scanned.add(word.toLowerCase());
}

function textsOf(value: string | readonly string[] | undefined): readonly string[] {
  if (value === undefined) return [];
  return typeof value === 'string' ? value.split('\n') : value;
}
