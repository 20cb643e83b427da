import { parseInstant } from './instant.js';
import { isLarderError } from './larder-error.js';
import { duplicates, problemWithName } from './names.js';
import type { PushSourceSpec, SourceSpec, SqlSourceSpec } from './snapshot.js';
import { problemsWithQuery, sourcesInQuery } from './sql-text.js';
import type { ValidationScope } from './validation-scope.js';

type TimedSource = Exclude<SourceSpec, PushSourceSpec>;

export function validateSource(scope: ValidationScope, source: SourceSpec): void {
  const path = `sources.${source.name}`;
  const nameProblem = problemWithName(source.name);
  const hint = source.kind === 'parquet' && nameProblem !== undefined ? '; set the name of the source' : '';
  scope.report(path, nameProblem === undefined ? undefined : nameProblem + hint);
  if (source.kind === 'push') return validatePushSource(scope, path, source);
  validateTimeColumns(scope, path, source);
  if (source.kind === 'sql') validateSqlSource(scope, path, source);
  else if (source.path.trim() === '') scope.report(`${path}.path`, 'a Parquet source needs a path');
  else if (/\p{Cc}/u.test(source.path)) scope.report(`${path}.path`, 'contains a control character');
}

/** What is wrong with the name of a column of a source; anything else can be quoted. */
export function problemWithColumn(column: string): string | undefined {
  if (column.trim() === '') return 'a column has a name';
  return /\p{Cc}/u.test(column) ? `${JSON.stringify(column)} contains a control character` : undefined;
}

function validateTimeColumns({ report }: ValidationScope, path: string, source: TimedSource): void {
  const { eventTime, createdTime, tombstone, trustedHistoryBefore } = source;
  for (const [field, column] of Object.entries({ eventTime, createdTime, tombstone })) {
    if (column !== undefined) report(`${path}.${field}`, problemWithColumn(column));
  }
  if (tombstone !== undefined && (tombstone === eventTime || tombstone === createdTime)) {
    report(`${path}.tombstone`, 'is a time column; expected a boolean column of its own');
  }
  if (trustedHistoryBefore === undefined) return;
  report(`${path}.trustedHistoryBefore`, problemWithTime(trustedHistoryBefore));
  if (createdTime === undefined) {
    report(`${path}.trustedHistoryBefore`, 'says nothing without createdTime: every row is known at its event time');
  }
}

function problemWithTime(text: string): string | undefined {
  try {
    parseInstant(text);
    return undefined;
  } catch (error) {
    if (!isLarderError(error)) throw error;
    return error.message;
  }
}

function validateSqlSource(scope: ValidationScope, path: string, source: SqlSourceSpec): void {
  const { report, sources } = scope;
  const named = sourcesInQuery(source.query);
  report(`${path}.query`, ...problemsWithQuery(source.query));
  for (const name of named) if (!source.reads.includes(name)) report(`${path}.query`, `{${name}} is not in reads`);
  if (source.reads.length === 0) report(`${path}.reads`, 'a SQL source reads at least one source');
  for (const name of duplicates(source.reads)) report(`${path}.reads`, `${name} is listed twice`);
  for (const name of new Set(source.reads)) {
    const unknown = sources.problemWith(name);
    report(`${path}.reads`, unknown ?? (named.includes(name) ? undefined : `{${name}} does not occur in the query`));
  }
  if (readsItself(scope, source)) {
    report(`${path}.reads`, 'reads itself; sources may not form a cycle');
  }
}

function validatePushSource({ report, sources }: ValidationScope, path: string, source: PushSourceSpec): void {
  const history = sources.get(source.history);
  report(`${path}.history`, sources.problemWith(source.history));
  if (history !== undefined && history.kind !== 'parquet') {
    report(`${path}.history`, `${source.history} is a ${history.kind} source; history is kept in a parquet source`);
  }
}

function readsItself({ sources }: ValidationScope, start: SourceSpec): boolean {
  const seen = new Set<string>();
  const open = [start];
  for (let source = open.pop(); source !== undefined; source = open.pop()) {
    for (const name of readBy(source)) {
      if (name === start.name) return true;
      const found = sources.get(name);
      if (found === undefined || seen.has(name)) continue;
      seen.add(name);
      open.push(found);
    }
  }
  return false;
}

function readBy(source: SourceSpec): readonly string[] {
  if (source.kind === 'sql') return source.reads;
  return source.kind === 'push' ? [source.history] : [];
}
