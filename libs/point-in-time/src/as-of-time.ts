import type { Accuracy, FeatureViewSpec, Instant } from '@larder/registry';
import { cadenceTicks, LarderError, MICROS_PER_SECOND } from '@larder/registry';
import type { SpineRelation } from './spine.js';
import { TIME_COLUMN } from './spine.js';
import { name, text } from './sql-text.js';
import { secondsInterval } from './sql-types.js';
import { secondsBefore } from './time-before.js';

/**
 * The instant as of which a view is read for a row of the spine.
 *
 * `temporal`: the row's time. `snapshot`: the last cadence tick T with T + delay at or before the row's time, which is what
 * serving would have answered. A view refreshed per event ticks with each event, so only the delay is left.
 */
export interface AsOfTime {
  /** The column of the extended spine that holds it. */
  readonly column: string;
  /** An item of the extended spine's SELECT; undefined when the column is there already. */
  readonly item?: string;
  /** A join of the spine with the list of ticks. */
  readonly join?: string;
  /** No row's as-of time is earlier; undefined when the spine's range is not known. */
  readonly earliest: Instant | undefined;
}

/** How a view's as-of time is computed; `index` keeps the names of several views apart. */
export function asOfTime(
  view: FeatureViewSpec,
  accuracy: Accuracy,
  { spine, index }: { readonly spine: SpineRelation; readonly index: number },
): AsOfTime {
  const { minTime } = spine;
  if (accuracy === 'temporal') return { column: TIME_COLUMN, earliest: minTime };
  const column = name(`#as_of_${index}`);
  const { cadence, delaySeconds } = view;
  const delay = secondsInterval(delaySeconds);
  const earliest = (seconds: number): Instant | undefined =>
    minTime === undefined ? undefined : secondsBefore(minTime, seconds);
  if (cadence.kind === 'push')
    return { column, item: `${TIME_COLUMN} - ${delay} AS ${column}`, earliest: earliest(delaySeconds) };
  if (cadence.kind === 'cron') return cronTicks(view, { spine, index, column });
  const step = `${BigInt(cadence.seconds) * MICROS_PER_SECOND}`;
  const micros = `epoch_us(${TIME_COLUMN} - ${delay})`;
  return {
    column,
    item: `make_timestamp(${micros} - ((${micros} % ${step}) + ${step}) % ${step}) AS ${column}`,
    earliest: earliest(delaySeconds + cadence.seconds),
  };
}

/** Ticks of a cron expression have no formula: they are listed for the spine's range. */
function cronTicks(
  view: FeatureViewSpec,
  { spine, index, column }: { readonly spine: SpineRelation; readonly index: number; readonly column: string },
): AsOfTime {
  const { cadence, delaySeconds } = view;
  if (spine.minTime === undefined || spine.maxTime === undefined) {
    throw new LarderError(
      'INVALID_ARGUMENT',
      `${view.name} refreshes by cron: snapshot accuracy needs the spine's earliest and latest time`,
    );
  }
  const ticks =
    cadence.kind === 'push'
      ? []
      : cadenceTicks(cadence, secondsBefore(spine.minTime, delaySeconds), secondsBefore(spine.maxTime, delaySeconds));
  const list = `unnest(CAST(string_split(${text(ticks.join(','))}, ',') AS BIGINT[]))`;
  const relation = `(SELECT make_timestamp(tick) AS tick, make_timestamp(tick) + ${secondsInterval(delaySeconds)} AS shown FROM (SELECT ${list} AS tick))`;
  const alias = `ticks_${index}`;
  return {
    column,
    item: `${alias}.tick AS ${column}`,
    join: `ASOF LEFT JOIN ${relation} AS ${alias} ON ${TIME_COLUMN} >= ${alias}.shown`,
    earliest: ticks[0],
  };
}
