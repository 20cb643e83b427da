import type { Instant, JoinKeySpec, Problem, ResolvedView } from '@larder/registry';
import { LarderError } from '@larder/registry';
import { name } from './sql-text.js';
import { cast, sqlType } from './sql-types.js';

/** The rows to be enriched. */
export interface SpineRelation {
  /** A query that gives the rows in their order. */
  readonly sql: string;
  /** Its columns in their order, with DuckDB's types where they are known. */
  readonly columns: readonly { readonly name: string; readonly type?: string }[];
  /** The column with each row's time, of a type that casts to TIMESTAMP; never null. */
  readonly timestampColumn: string;
  /** Number of rows, earliest and latest time, where known: they choose the plan and let files be skipped, never the result. */
  readonly rows?: number;
  readonly minTime?: Instant;
  readonly maxTime?: Instant;
}

/** Names that the query gives to its own columns of the spine; a spine column may not start with `#`. */
export const ROW_COLUMN = name('#row');
export const TIME_COLUMN = name('#time');

/** The column of the spine that holds a join key in the view's type. */
export function spineKey(key: Pick<JoinKeySpec, 'type'> & { readonly requestName: string }): string {
  return name(`#${key.requestName}:${key.type}`);
}

/** Items of the spine's SELECT: its own columns, its place, its time and the join keys of all views in their declared types. */
export function spineItems(spine: SpineRelation, views: readonly ResolvedView[]): string[] {
  const typeOf = new Map(spine.columns.map((column) => [column.name, column.type]));
  const keys = new Map<string, string>();
  for (const key of views.flatMap((view) => view.joinKeys)) {
    const wanted = sqlType(key.type);
    keys.set(spineKey(key), `${cast(name(key.requestName), wanted, typeOf.get(key.requestName))} AS ${spineKey(key)}`);
  }
  const time = `${cast(name(spine.timestampColumn), 'TIMESTAMP', typeOf.get(spine.timestampColumn))} AS ${TIME_COLUMN}`;
  return [
    `row_number() OVER () AS ${ROW_COLUMN}`,
    time,
    ...keys.values(),
    ...spine.columns.map((column) => name(column.name)),
  ];
}

/**
 * Checks that a spine has what the views need and that no feature takes the name of one of its columns (names do not differ by
 * case in DuckDB). Throws INVALID_ARGUMENT with every problem.
 */
export function checkSpineColumns(
  spine: Pick<SpineRelation, 'columns' | 'timestampColumn'>,
  views: readonly ResolvedView[],
): void {
  const columns = new Map(spine.columns.map((column) => [column.name.toLowerCase(), column.name]));
  const problems: Problem[] = [];
  const has = (column: string): boolean => columns.get(column.toLowerCase()) === column;
  if (!has(spine.timestampColumn))
    problems.push({
      path: 'spine',
      message: `has no column ${spine.timestampColumn} for the rows' times; it has ${listed(spine)}`,
    });
  for (const [key, aliases] of keyUsers(views)) {
    if (!has(key))
      problems.push({
        path: 'spine',
        message: `has no column ${key}, a join key of ${aliases.join(', ')}; it has ${listed(spine)}`,
      });
  }
  for (const { alias, features } of views) {
    for (const feature of features) {
      const column = columns.get(feature.outputName.toLowerCase());
      if (column !== undefined)
        problems.push({
          path: 'spine',
          message: `column ${column} has the name of the feature ${alias}:${feature.spec.name}; rename it or ask for full feature names`,
        });
    }
  }
  for (const column of spine.columns)
    if (column.name.startsWith('#'))
      problems.push({ path: 'spine', message: `column ${column.name}: names that start with # are taken` });
  if (problems.length > 0) throw LarderError.fromProblems('spine', problems);
}

function keyUsers(views: readonly ResolvedView[]): Map<string, string[]> {
  const users = new Map<string, string[]>();
  for (const { alias, joinKeys } of views)
    for (const { requestName } of joinKeys) users.set(requestName, [...(users.get(requestName) ?? []), alias]);
  return users;
}

function listed(spine: Pick<SpineRelation, 'columns'>): string {
  return spine.columns.map((column) => column.name).join(', ') || 'no columns';
}
