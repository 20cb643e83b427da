import type { Instant, ResolvedView } from '@larder/registry';
import { LarderError } from '@larder/registry';
import { featureColumn, featureColumns } from './feature-columns.js';
import { historyQuery, keyColumn } from './history.js';
import type { SourceContext } from './source-context.js';
import { FILE_COLUMN, LINE_COLUMN } from './source-relation.js';
import { name, nested, selectLines } from './sql-text.js';
import { defaultLiteral, instantLiteral, sqlType } from './sql-types.js';
import type { OutputColumn, TrainingSetQuery } from './training-set.js';

/** From `from` on, before `to`. */
export interface TimeRange {
  readonly from: Instant;
  readonly to: Instant;
}

/**
 * All rows of one view's history with an event time in a range: a training set without a spine. Columns: the request's join keys,
 * `event_timestamp`, then the features; nulls become defaults, tombstones are left out. Ordered by event time, join keys, load
 * order. INVALID_ARGUMENT for features of several views and for windows, which have no rows of their own.
 */
export function buildViewRowsQuery(
  context: SourceContext,
  views: readonly ResolvedView[],
  { from, to }: TimeRange,
): TrainingSetQuery {
  const [resolved] = views;
  const problem = problemOf(views);
  if (resolved === undefined || problem !== undefined)
    throw LarderError.fromProblems('features', [{ path: 'features', message: problem ?? 'expected at least one' }]);
  const features = views.flatMap((view) => view.features);
  const history = historyQuery(context, resolved.view, {
    columns: featureColumns(
      context,
      resolved.view,
      features.map((each) => each.spec),
    ),
    conditions: [`event_time >= ${instantLiteral(from)}`, `event_time < ${instantLiteral(to)}`, 'NOT tombstone'],
  });
  const values = features.map(({ spec, outputName }) => {
    const column = `history.${name(featureColumn(spec))}`;
    const literal = defaultLiteral(spec);
    return `${literal === undefined ? column : `coalesce(${column}, ${literal})`} AS ${name(outputName)}`;
  });
  const keys = resolved.joinKeys.map((key) => `history.${keyColumn(key)}`);
  const items = [
    ...resolved.joinKeys.map((key) => `history.${keyColumn(key)} AS ${name(key.requestName)}`),
    `history.event_time AS ${TIMESTAMP}`,
    ...values,
  ];
  const order = ['history.event_time', ...keys, `history.${FILE_COLUMN}`, `history.${LINE_COLUMN}`];
  const columns: OutputColumn[] = [
    ...resolved.joinKeys.map((key) => ({ name: key.requestName, type: sqlType(key.type) })),
    { name: TIMESTAMP, type: 'TIMESTAMP' },
    ...features.map(({ spec, outputName }) => ({ name: outputName, type: sqlType(spec.type) })),
  ];
  return { sql: `${selectLines(items)}\nFROM ${nested(history)} AS history\nORDER BY ${order.join(', ')}`, columns };
}

const TIMESTAMP = 'event_timestamp';

function problemOf(views: readonly ResolvedView[]): string | undefined {
  const aliases = [...new Set(views.map((each) => each.alias))];
  if (aliases.length > 1)
    return `a time range gives the rows of one view, not of ${aliases.join(', ')}; send a spine to join several`;
  const windows = views.find((each) => each.view.computation === 'windows');
  return windows === undefined
    ? undefined
    : `${windows.alias} has windows, which have a value at every instant; send a spine that names the instants`;
}
