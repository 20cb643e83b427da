import type { FeatureViewSpec } from '@larder/registry';
import { joinKeysOfView, LarderError } from '@larder/registry';
import { estimate, packedSum } from './distinct-count.js';
import { historyQuery, historyTimes, keyColumn } from './history.js';
import type { Over } from './over.js';
import { overText } from './over.js';
import type { SourceContext } from './source-context.js';
import { FILE_COLUMN, LINE_COLUMN } from './source-relation.js';
import { withVariances } from './spread-query.js';
import { name, nested, selectLines } from './sql-text.js';
import { countersOf, valueOfCounters } from './sweep-counters.js';
import { inWindowAt } from './time-window.js';
import type { AsOfOptions, ViewQuery } from './view-query.js';
import { partitionConditions, viewQuery } from './view-query.js';
import { aggregateExpression } from './window-aggregates.js';
import type { WindowFeature } from './window-features.js';
import { argumentColumns, filterColumns, windowFeatures } from './window-features.js';

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
  const history = historyQuery(context, view, {
    columns: argumentColumns(features),
    derived: filterColumns(view),
    knownThrough: options.asOf,
    conditions: partitionConditions(context, view, options.hashPartition),
  });
  const keys = joinKeysOfView(context.snapshot, view);
  const items = [
    ...keys.map(keyColumn),
    'max(history.event_time) AS event_time',
    'CAST(NULL AS TIMESTAMP) AS created_time',
    `${hasTombstone ? NEWEST_IS_TOMBSTONE : 'false'} AS tombstone`,
  ];
  const values = features.map((feature) => {
    const inWindow = inWindowAt(feature.window, options.asOf, 'history.event_time');
    return asOfValue(feature, { where: hasTombstone ? `${inWindow} AND NOT history.tombstone` : inWindow });
  });
  const aggregates = new Map(values.flatMap((each) => each.aggregates));
  const grouped = [
    selectLines([...items, ...[...aggregates].map(([as, expression]) => `${expression} AS ${name(as)}`)]),
    `FROM ${nested(history)} AS history`,
    `GROUP BY ${keys.map(keyColumn).join(', ')}`,
  ].join('\n');
  const own = [
    ...keys.map((key) => `${keyColumn(key)} AS ${name(key.name)}`),
    'event_time',
    'created_time',
    'tombstone',
  ];
  const named = values.map(({ value }, index) => `${value} AS ${name(features[index]?.spec.name ?? '')}`);
  return viewQuery(
    context,
    view,
    `${selectLines([...own, ...named])}\nFROM ${nested(withVariances(grouped, features))}`,
  );
}

interface AsOfValue {
  /** Aggregates by the names of their columns. */
  readonly aggregates: readonly (readonly [as: string, expression: string])[];
  /** The feature from the columns. */
  readonly value: string;
}

/** A feature's value over the rows that `over` chooses. */
function asOfValue(feature: WindowFeature, over: Over): AsOfValue {
  if (feature.spread !== undefined)
    return {
      aggregates: countersOf([feature]).map(({ as, addend }) => [as, `sum(${addend})${overText(over)}`]),
      value: valueOfCounters(feature, name),
    };
  const as = `#${feature.spec.name}`;
  if (feature.compute.function === 'approxCountDistinct') {
    const argument = name(feature.argument ?? '');
    const isValue = `${argument} IS NOT NULL`;
    const where = over.where === undefined ? isValue : `${over.where} AND ${isValue}`;
    const sketch = `list_sort(list(DISTINCT ${argument})${overText({ where })})`;
    return { aggregates: [[as, sketch]], value: estimate(packedSum(name(as))) };
  }
  return { aggregates: [[as, aggregateExpression(feature, over, PLACE)]], value: name(as) };
}

const PLACE = `row(history.event_time, history.created_time, history.${FILE_COLUMN}, history.${LINE_COLUMN})`;

const NEWEST_IS_TOMBSTONE = `arg_max(history.tombstone, ${PLACE})`;
