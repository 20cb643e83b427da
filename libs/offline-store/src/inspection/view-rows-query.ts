import type { FeatureSpec, FeatureViewSpec, Instant } from '@larder/registry';
import { joinKeysOfView, listElementType } from '@larder/registry';
import type { SourceContext } from '@larder/point-in-time';
import { instantLiteral, quoteName, readableSource, sourceRows, sqlType, usedColumns } from '@larder/point-in-time';
import { argumentUse } from '../aggregate-arguments.js';

/** A view's source rows that pass its filter. */
function filteredRows(context: SourceContext, view: FeatureViewSpec): string {
  const rows = `SELECT * FROM (\n${sourceRows(context, readableSource(context.snapshot, view.source))}\n)`;
  return view.filter === undefined ? rows : `${rows} WHERE (\n${view.filter}\n)`;
}

/** Every column that materializing a view reads. */
export function readColumnsQuery(context: SourceContext, view: FeatureViewSpec): string {
  return `SELECT ${usedColumns(context, view).map(quoteName).join(', ')} FROM (\n${filteredRows(context, view)}\n)`;
}

/** The typed join keys `k0`, `k1` … of a view's rows that exist at `now`: rows without a key or an event time do not. */
export function keyRowsQuery(context: SourceContext, view: FeatureViewSpec, now: Instant): string {
  const { keys, times } = keyAndTime(context, view);
  const present = keys.map((_, index) => `k${index} IS NOT NULL`);
  const names = keys.map((_, index) => `k${index}`).join(', ');
  return `
    SELECT ${names} FROM (SELECT ${[...keys, times].join(', ')} FROM (\n${filteredRows(context, view)}\n))
    WHERE ${present.join(' AND ')} AND isfinite(event_time) AND event_time <= ${instantLiteral(now)}`;
}

/** Some of a view's rows: the join keys, then a value for each feature of about the size that it will have. */
export function sampleRowsQuery(context: SourceContext, view: FeatureViewSpec, limits: SampleLimits): string {
  const { keys } = keyAndTime(context, view);
  const features = view.features.map((feature, index) => `${sampleValue(feature, limits)} AS f${index}`);
  const present = joinKeysOfView(context.snapshot, view).map((key) => `${quoteName(key.name)} IS NOT NULL`);
  return `
    SELECT ${[...keys, ...features].join(', ')} FROM (\n${filteredRows(context, view)}\n)
    WHERE ${present.join(' AND ')} LIMIT ${limits.rows}`;
}

export interface SampleLimits {
  readonly rows: number;
  /** Mean rows of one entity: what a count is likely to be. */
  readonly rowsPerEntity: number;
}

function keyAndTime(
  context: SourceContext,
  view: FeatureViewSpec,
): { readonly keys: readonly string[]; readonly times: string } {
  const source = readableSource(context.snapshot, view.source);
  const keys = joinKeysOfView(context.snapshot, view).map(
    (key, index) => `CAST(${quoteName(key.name)} AS ${sqlType(key.type)}) AS k${index}`,
  );
  return { keys, times: `CAST(${quoteName(source.eventTime)} AS TIMESTAMP) AS event_time` };
}

/** Numbers that are computed have the size of any other; lists are as long as they may get. */
function sampleValue(feature: FeatureSpec, { rowsPerEntity }: SampleLimits): string {
  const { compute, type } = feature;
  const typed = (expression: string): string => `CAST(${expression} AS ${sqlType(type)})`;
  const column = compute.column === undefined ? 'NULL' : quoteName(compute.column);
  const rows = Math.max(1, Math.round(rowsPerEntity));
  const use = argumentUse(feature);
  if (use === 'value') return typed(column);
  if (compute.kind === 'aggregate' && use === 'values')
    return typed(repeated(column, Math.min(rows, compute.limit ?? 1)));
  if (listElementType(type) !== undefined)
    return typed(repeated('0.5', compute.kind === 'aggregate' ? (compute.quantiles?.length ?? 1) : 1));
  return typed(use === 'any' || type === 'int64' || type === 'int32' ? `${rows}` : '0.5');
}

function repeated(expression: string, times: number): string {
  return `list_transform(range(${times}), lambda each: ${expression})`;
}
