import type { SqlUses } from './sql-uses.js';

/** Table functions that make rows of their arguments and read nothing. */
const HARMLESS_TABLE_FUNCTIONS: ReadonlySet<string> = new Set([
  'range',
  'generate_series',
  'unnest',
  'json_each',
  'json_tree',
  'repeat',
  'repeat_row',
]);

/** Functions that look at the process or the connection, or change it. */
const FORBIDDEN_FUNCTIONS: ReadonlySet<string> = new Set([
  'currval',
  'current_setting',
  'getenv',
  'getvariable',
  'nextval',
  'setseed',
  'sleep_ms',
  'write_log',
]);

/** Functions, and names that read like columns, whose result depends on when or where a query runs. */
const VOLATILE: ReadonlySet<string> = new Set([
  'current_date',
  'current_localtime',
  'current_localtimestamp',
  'current_time',
  'current_timestamp',
  'gen_random_uuid',
  'get_current_time',
  'get_current_timestamp',
  'localtime',
  'localtimestamp',
  'now',
  'random',
  'today',
  'transaction_timestamp',
  'uuid',
  'uuidv4',
  'uuidv7',
]);

const MAX_NAME_LENGTH = 100;

/** What a definition's SQL must not use beside `tables`, which it was given: rows come from declared sources and from nowhere else. */
export function problemsWithUses(uses: SqlUses, tables: readonly string[]): string[] {
  const given = new Set(tables.map((each) => each.toLowerCase()));
  const unknown = uses.tables.filter((each) => !given.has(each));
  const readers = uses.tableFunctions.filter((each) => !HARMLESS_TABLE_FUNCTIONS.has(each));
  const forbidden = uses.functions.filter((each) => FORBIDDEN_FUNCTIONS.has(each));
  return [
    ...unknown.map((each) => `reads ${shown(each)}, which is not one of its sources; ${DECLARE}`),
    ...readers.map((each) => `uses ${shown(each)}(), which is not allowed in definitions; ${DECLARE}`),
    ...forbidden.map((each) => `uses ${shown(each)}(), which is not allowed in definitions`),
    ...(uses.asksTheDatabase ? ['uses SHOW, DESCRIBE or SUMMARIZE; expected a SELECT from its sources'] : []),
  ];
}

const DECLARE = 'rows come from declared sources only: a SQL source names them in reads and in {braces}';

/** What a definition's SQL uses although it makes values depend on when they are computed; `columns` are the names that its rows have. */
export function warningsAboutUses(uses: SqlUses, columns: ReadonlySet<string>): string[] {
  const names = [...uses.functions, ...uses.columns.filter((each) => !columns.has(each))];
  return [...new Set(names)]
    .filter((each) => VOLATILE.has(each))
    .map(
      (each) =>
        `uses ${each}: the result depends on when it is computed, so training and serving may see different values`,
    );
}

function shown(name: string): string {
  return name.length <= MAX_NAME_LENGTH ? name : `${name.slice(0, MAX_NAME_LENGTH)}…`;
}
