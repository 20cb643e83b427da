import type { FeatureViewSpec } from '@larder/registry';
import { joinKeysOfView, LarderError } from '@larder/registry';
import { historyQuery, historyTimes, keyColumn } from './history.js';
import type { SourceContext } from './source-context.js';
import { FILE_COLUMN, LINE_COLUMN } from './source-relation.js';
import { name, nested, selectLines } from './sql-text.js';
import { instantLiteral } from './sql-types.js';
import { secondsBefore } from './time-before.js';
import type { AsOfOptions, ViewQuery } from './view-query.js';
import { partitionConditions, viewQuery } from './view-query.js';
import { aggregateExpression, argumentColumns, windowFeatures } from './window-aggregates.js';

/**
 * A view's windows `(asOf - w, asOf]` for every entity that ever had an event known at `asOf`: count 0 and null for the others
 * where the window is empty. `event_time` is the newest known event's, `created_time` null. A tombstone row is no event; `tombstone`
 * is true while the entity's newest known row is one. INVALID_ARGUMENT for a view of plain columns.
 */
export function buildWindowsAsOfQuery(context: SourceContext, view: FeatureViewSpec, options: AsOfOptions): ViewQuery {
  if (view.computation !== 'windows')
    throw new LarderError(
      'INVALID_ARGUMENT',
      `${view.name} is a view of plain columns; its newest rows are read instead`,
    );
  const features = windowFeatures(context, view);
  const { hasTombstone } = historyTimes(context, view);
  const columns = argumentColumns(context, view, features);
  const history = historyQuery(context, view, {
    columns,
    knownThrough: options.asOf,
    conditions: partitionConditions(context, view, options.hashPartition),
  });
  const keys = joinKeysOfView(context.snapshot, view);
  const items = [
    ...keys.map((key) => `${keyColumn(key)} AS ${name(key.name)}`),
    'max(history.event_time) AS event_time',
    'CAST(NULL AS TIMESTAMP) AS created_time',
    `${hasTombstone ? NEWEST_IS_TOMBSTONE : 'false'} AS tombstone`,
    ...features.map((feature) => {
      const start = instantLiteral(secondsBefore(options.asOf, feature.windowSeconds));
      const inWindow = `history.event_time > ${start}${hasTombstone ? ' AND NOT history.tombstone' : ''}`;
      return `${aggregateExpression(feature, ` FILTER (WHERE ${inWindow})`)} AS ${name(feature.spec.name)}`;
    }),
  ];
  return viewQuery(
    context,
    view,
    `${selectLines(items)}\nFROM ${nested(history)} AS history\nGROUP BY ${keys.map(keyColumn).join(', ')}`,
  );
}

const NEWEST_IS_TOMBSTONE = `arg_max(history.tombstone, row(history.event_time, history.created_time, history.${FILE_COLUMN}, history.${LINE_COLUMN}))`;
