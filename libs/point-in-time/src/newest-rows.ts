import type { FeatureViewSpec } from '@larder/registry';
import { joinKeysOfView, LarderError } from '@larder/registry';
import { featureColumn, featureColumns } from './feature-columns.js';
import { historyQuery, historyTimes, keyColumn } from './history.js';
import type { SourceContext } from './source-context.js';
import { readableSource } from './source-context.js';
import { FILE_COLUMN, LINE_COLUMN } from './source-relation.js';
import { name, nested, selectLines, withParts } from './sql-text.js';
import type { AsOfOptions, ViewQuery } from './view-query.js';
import { partitionConditions, viewQuery } from './view-query.js';

export interface NewestRowsOptions extends AsOfOptions {
  /** Only these files of a Parquet source (absolute paths, lexical order); INVALID_ARGUMENT for a SQL source. */
  readonly files?: readonly string[];
}

/**
 * The newest row per entity of a view of plain columns, among rows known at `asOf`: highest event time, then created time, then
 * load order. Tombstones that win are included. INVALID_ARGUMENT for a view of windows.
 *
 * Files are read twice: keys, times and places first, to find out which rows win, then the columns of those rows. Sorting narrow
 * rows takes less than sorting wide ones: 10 M rows of 12 columns to 1 M entities in 6.4 instead of 8.7 s of CPU and 640 MB instead
 * of 1.6 GB (2026-11). A SQL source is read once, since its query may cost more than the sort.
 */
export function buildNewestRowsQuery(
  context: SourceContext,
  view: FeatureViewSpec,
  options: NewestRowsOptions,
): ViewQuery {
  if (view.computation !== 'columns')
    throw new LarderError(
      'INVALID_ARGUMENT',
      `${view.name} is a view of windows; its values are computed as of an instant`,
    );
  const columns = featureColumns(context, view);
  const files = options.files === undefined ? {} : { files: options.files };
  const known = {
    knownThrough: options.asOf,
    conditions: partitionConditions(context, view, options.hashPartition),
    ...files,
  };
  const select = `${selectLines(resultColumns(context, view))}\nFROM `;
  if (readableSource(context.snapshot, view.source).kind === 'sql') {
    const history = historyQuery(context, view, { columns, ...known });
    return viewQuery(context, view, `${select}${nested(history)} AS history\nQUALIFY ${rank(context, view)} = 1`);
  }
  const candidates = historyQuery(context, view, { columns: [], ...known });
  const winners = `SELECT ${PLACE.join(', ')} FROM ${nested(candidates)} AS history\nQUALIFY ${rank(context, view)} = 1`;
  const samePlace = PLACE.map((column) => `history.${column} = ${WINNERS}.${column}`).join(' AND ');
  const history = historyQuery(context, view, { columns, ...files, reduction: `SEMI JOIN ${WINNERS} ON ${samePlace}` });
  return viewQuery(context, view, withParts([[WINNERS, winners]], `${select}${nested(history)}`));
}

const WINNERS = 'winners';
const PLACE = [FILE_COLUMN, LINE_COLUMN] as const;

function resultColumns(context: SourceContext, view: FeatureViewSpec): string[] {
  const keys = joinKeysOfView(context.snapshot, view);
  const { hasCreatedTime } = historyTimes(context, view);
  return [
    ...keys.map((key) => `${keyColumn(key)} AS ${name(key.name)}`),
    'event_time',
    hasCreatedTime ? 'created_time' : 'CAST(NULL AS TIMESTAMP) AS created_time',
    'tombstone',
    ...view.features.map((feature) => `${name(featureColumn(feature))} AS ${name(feature.name)}`),
  ];
}

/** 1 for the row that wins among those of its entity. */
function rank(context: SourceContext, view: FeatureViewSpec): string {
  const keys = joinKeysOfView(context.snapshot, view).map(keyColumn);
  const order = ['event_time', 'created_time', ...PLACE].map((column) => `history.${column} DESC`);
  return `row_number() OVER (PARTITION BY ${keys.join(', ')} ORDER BY ${order.join(', ')})`;
}
