import type { SqlSourceSpec } from '@larder/registry';
import { LarderError, replaceSourcesInQuery } from '@larder/registry';
import type { ReadableSource, SourceContext } from './source-context.js';
import { readableSource } from './source-context.js';
import { name, nested, textList, withParts } from './sql-text.js';

/** Position of a row in its source's load order: file, then line in the file. */
export const FILE_COLUMN = 'load_file';
export const LINE_COLUMN = 'load_line';

/** A query that gives a source's own columns, all of them. */
export function sourceRows(context: SourceContext, source: ReadableSource): string {
  return source.kind === 'parquet'
    ? `SELECT * FROM ${readParquet(filesOf(context, source.name))}`
    : sqlSourceRows(context, source);
}

/**
 * The same with the load order as two more columns. A SQL source has no files, so equal event and created times are decided
 * by a hash of the columns in `tieBreakers`: arbitrary, but the same offline and online, today and tomorrow.
 */
export function sourceRowsInLoadOrder(
  context: SourceContext,
  source: ReadableSource,
  options: { readonly files?: readonly string[]; readonly tieBreakers: readonly string[] },
): string {
  if (source.kind === 'sql') {
    if (options.files !== undefined)
      throw new LarderError('INVALID_ARGUMENT', `source ${source.name} is a SQL source and has no files of its own`);
    const hash = `hash(${options.tieBreakers.map(name).join(', ')})`;
    return `SELECT *, 0 AS ${LOAD_FILE}, ${hash} AS ${LOAD_LINE} FROM ${nested(sqlSourceRows(context, source))}`;
  }
  const files = options.files ?? filesOf(context, source.name);
  return `SELECT *, file_index AS ${LOAD_FILE}, file_row_number AS ${LOAD_LINE} FROM ${readParquet(files)}`;
}

const LOAD_FILE = name(FILE_COLUMN);
const LOAD_LINE = name(LINE_COLUMN);

function readParquet(files: readonly string[]): string {
  return `read_parquet(${textList(files)}, union_by_name = true)`;
}

function filesOf(context: SourceContext, sourceName: string): readonly string[] {
  const files = context.files.get(sourceName);
  if (files === undefined || files.length === 0)
    throw new LarderError('FAILED_PRECONDITION', `source ${sourceName} has no files`);
  return files;
}

/** The query with each `{source}` as the name of a part that reads it. */
function sqlSourceRows(context: SourceContext, source: SqlSourceSpec): string {
  const parts = source.reads.map((read): [string, string] => [
    read,
    sourceRows(context, readableSource(context.snapshot, read)),
  ]);
  const query = replaceSourcesInQuery(source.query.trim(), name);
  return withParts(parts, `SELECT * FROM ${nested(query)}`);
}
