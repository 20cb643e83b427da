import { LarderError } from '@larder/registry';
import { quoteText } from '@larder/point-in-time';
import type { Lease } from './connection-pool.js';

/** What a SELECT of a definition uses, as DuckDB's own parser reads it; names in lower case. */
export interface SqlUses {
  /** Tables that are no part of the query itself. A file that is read by its name is one. */
  readonly tables: readonly string[];
  readonly tableFunctions: readonly string[];
  /** Scalar and aggregate functions. */
  readonly functions: readonly string[];
  /** Every part of the names of columns; the constants of time such as `current_date` among them. */
  readonly columns: readonly string[];
  /** True for SHOW, DESCRIBE and SUMMARIZE. */
  readonly asksTheDatabase: boolean;
}

/**
 * Reads what `sql` uses without running or binding it. FAILED_PRECONDITION with DuckDB's message for anything but one SELECT:
 * a second statement, COPY, ATTACH, SET and the like have no form that this accepts.
 */
export async function readSqlUses({ connection }: Lease, sql: string): Promise<SqlUses> {
  const result = await connection.run(`SELECT CAST(json_serialize_sql(${quoteText(sql)}) AS VARCHAR)`);
  const tree: unknown = JSON.parse(String((await result.getRows())[0]?.[0] ?? 'null'));
  if (fieldOf(tree, 'error') !== false) throw notOneSelect(textOf(tree, 'error_message'));
  const statements = fieldOf(tree, 'statements');
  if (!Array.isArray(statements) || statements.length !== 1) throw notOneSelect('');
  return collectUses(statements[0]);
}

function notOneSelect(message: string): LarderError {
  const isSyntax = message !== '' && !message.startsWith('Only SELECT');
  return new LarderError(
    'FAILED_PRECONDITION',
    isSyntax ? (message.split('\n', 1)[0] ?? '') : 'expected one SELECT and nothing else',
  );
}

function collectUses(statement: unknown): SqlUses {
  const tables = new Set<string>();
  const own = new Set<string>();
  const functions = new Set<string>();
  const tableFunctions = new Set<string>();
  const columns = new Set<string>();
  let asksTheDatabase = false;
  for (const node of nodesOf(statement)) {
    const { type } = node;
    if (type === 'SHOW_REF') asksTheDatabase = true;
    else if (type === 'BASE_TABLE') tables.add(tableName(node));
    else if (type === 'TABLE_FUNCTION') tableFunctions.add(functionName(node['function']));
    else if (type === 'FUNCTION') functions.add(functionName(node));
    else if (type === 'COLUMN_REF') for (const part of nameParts(node)) columns.add(part);
    for (const name of cteNames(node)) own.add(name);
  }
  const outside = [...tables].filter((name) => !own.has(name) || !/^\w+$/.test(name));
  return {
    tables: outside,
    tableFunctions: [...tableFunctions],
    functions: [...functions].filter((name) => !tableFunctions.has(name)),
    columns: [...columns],
    asksTheDatabase,
  };
}

type Node = Readonly<Record<string, unknown>> & { readonly type?: unknown };

function* nodesOf(root: unknown): Generator<Node> {
  const open: unknown[] = [root];
  while (open.length > 0) {
    const value = open.pop();
    if (typeof value !== 'object' || value === null) continue;
    for (const child of Object.values(value)) open.push(child);
    if (!Array.isArray(value)) yield value as Node;
  }
}

function functionName(call: unknown): string {
  return textOf(call, 'function_name').toLowerCase();
}

function tableName(node: Node): string {
  const parts = [textOf(node, 'catalog_name'), textOf(node, 'schema_name'), textOf(node, 'table_name')];
  return parts
    .filter((part) => part !== '')
    .join('.')
    .toLowerCase();
}

/** Names that a WITH of this node defines. */
function cteNames(node: Node): string[] {
  const map = fieldOf(node['cte_map'], 'map');
  const entries: readonly unknown[] = Array.isArray(map) ? map : [];
  return entries.map((entry) => textOf(entry, 'key').toLowerCase());
}

function nameParts(node: Node): string[] {
  const parts: unknown = node['column_names'];
  return Array.isArray(parts) ? parts.map((part) => String(part).toLowerCase()) : [];
}

function fieldOf(value: unknown, field: string): unknown {
  return typeof value === 'object' && value !== null ? Reflect.get(value, field) : undefined;
}

function textOf(value: unknown, field: string): string {
  const text = fieldOf(value, field);
  return typeof text === 'string' ? text : '';
}
