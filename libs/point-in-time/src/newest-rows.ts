import type { FeatureViewSpec } from '@larder/registry';
import { joinKeysOfView, LarderError } from '@larder/registry';
import { featureColumn, featureColumns } from './feature-columns.js';
import { historyQuery, historyTimes, keyColumn } from './history.js';
import type { SourceContext } from './source-context.js';
import { FILE_COLUMN, LINE_COLUMN } from './source-relation.js';
import { name, nested, selectLines } from './sql-text.js';
import type { AsOfOptions, ViewQuery } from './view-query.js';
import { partitionConditions, viewQuery } from './view-query.js';

export interface NewestRowsOptions extends AsOfOptions {
  /** Only these files of a Parquet source (absolute paths, lexical order); INVALID_ARGUMENT for a SQL source. */
  readonly files?: readonly string[];
}

/**
 * The newest row per entity of a view of plain columns, among rows known at `asOf`: highest event time, then created time, then
 * load order. Tombstones that win are included. INVALID_ARGUMENT for a view of windows.
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
  const history = historyQuery(context, view, {
    columns,
    knownThrough: options.asOf,
    conditions: partitionConditions(context, view, options.hashPartition),
    ...(options.files === undefined ? {} : { files: options.files }),
  });
  const keys = joinKeysOfView(context.snapshot, view);
  const created = historyTimes(context, view).hasCreatedTime
    ? 'created_time'
    : 'CAST(NULL AS TIMESTAMP) AS created_time';
  const items = [
    ...keys.map((key) => `${keyColumn(key)} AS ${name(key.name)}`),
    'event_time',
    created,
    'tombstone',
    ...namedFeatures(view),
  ];
  const order = ['event_time', 'created_time', FILE_COLUMN, LINE_COLUMN].map((column) => `history.${column} DESC`);
  const rank = `row_number() OVER (PARTITION BY ${keys.map(keyColumn).join(', ')} ORDER BY ${order.join(', ')})`;
  return viewQuery(context, view, `${selectLines(items)}\nFROM ${nested(history)} AS history\nQUALIFY ${rank} = 1`);
}

function namedFeatures(view: FeatureViewSpec): string[] {
  return view.features.map((feature) => `${name(featureColumn(feature))} AS ${name(feature.name)}`);
}
