import { floatSumOf, HIGH, LOW, REST } from './float-sum.js';
import { bucketPart } from './bucket-windows.js';
import { ROW_COLUMN } from './spine.js';
import { name, nested, selectLines } from './sql-text.js';
import { secondsInterval, sqlType } from './sql-types.js';
import type { ViewRequest } from './view-plan.js';
import { columnOf, partName } from './view-plan.js';
import type { WindowFeature } from './window-aggregates.js';
import { longestWindowSeconds } from './window-aggregates.js';
import type { WindowParts, WindowValues } from './window-parts.js';
import { joinByRow } from './window-parts.js';

/**
 * Windows of counts, sums and means in one sweep over time: an event comes into a window when it is known and leaves it when it is
 * as old as the window is long. Comings, leavings and the rows of the spine are sorted by (key, time); running sums over this one
 * stream hold, at a row of the spine, exactly what its windows hold. At one instant comings and leavings precede the spine:
 * `(t - w, t]`. An event that becomes known when it is too old already never comes in. Whatever comes leaves, so the sums are zero
 * again where a key ends, and the stream needs no partitions: the sums are counters, not searches. All addends are whole numbers,
 * those of floats too (float-sum.ts), so nothing is lost by subtraction; floats that have no such form are few and added apart.
 *
 * 200 k rows of a spine, 3 M late events, windows of 1 and 7 days, counts and means: 6 s of CPU; prefix sums with ASOF joins 20 s
 * (2026-11). The sums count on the order of the sorted subquery, which DuckDB keeps (`preserve_insertion_order`), as the numbering
 * of the spine does.
 */
export function sweepWindows(
  request: ViewRequest,
  shared: WindowParts,
  features: readonly WindowFeature[],
): WindowValues {
  const lengths = [...new Set(features.map((each) => each.windowSeconds))];
  const sums = distinctSums(features);
  const stream = partName(request, 'stream');
  const sweep = partName(request, 'sweep');
  const rest = restPart(request, shared, features);
  return {
    parts: [
      [stream, streamQuery(shared, lengths)],
      [sweep, sweepQuery(stream, { shared, lengths, sums })],
      ...(rest === undefined ? [] : [[rest.part, rest.query] as const]),
    ],
    joins: [joinByRow(sweep), ...(rest === undefined ? [] : [joinByRow(rest.part)])],
    values: features.map((feature) => valueOf(feature, { sweep, rest: rest?.part })),
  };
}

/** 0 comes in, 1, 2 … leaves the first, second … window; the spine's rows come last at their instant. */
const COMES = 0;

function streamQuery({ events, points, columns, late }: WindowParts, lengths: readonly number[]): string {
  const lag = 'epoch_us(known_time) - epoch_us(event_time)';
  const values = columns.map(name);
  const nothing = columns.map((column) => `NULL AS ${name(column)}`);
  const comes = [
    'key_id',
    'known_time AS moment',
    `${COMES} AS kind`,
    `CAST(NULL AS BIGINT) AS ${ROW_COLUMN}`,
    ...(late ? [`${lag} AS lag`] : []),
    ...values,
  ];
  const leaves = lengths.map((seconds, index) => {
    const items = [
      'key_id',
      `event_time + ${secondsInterval(seconds)}`,
      `${index + 1}`,
      'NULL',
      ...(late ? ['NULL'] : []),
      ...values,
    ];
    return `SELECT ${items.join(', ')} FROM ${events}${late ? ` WHERE ${lag} < ${seconds}000000` : ''}`;
  });
  const asks = ['key_id', 'moment', `${lengths.length + 1}`, ROW_COLUMN, ...(late ? ['NULL'] : []), ...nothing];
  return [`SELECT ${comes.join(', ')} FROM ${events}`, ...leaves, `SELECT ${asks.join(', ')} FROM ${points}`].join(
    '\nUNION ALL\n',
  );
}

/** One counter of the sweep. */
interface RunningSum {
  readonly as: string;
  readonly windowSeconds: number;
  /** What an event adds: a whole number, null for nothing. */
  readonly addend: string;
}

function sweepQuery(
  stream: string,
  {
    shared,
    lengths,
    sums,
  }: { readonly shared: WindowParts; readonly lengths: readonly number[]; readonly sums: readonly RunningSum[] },
): string {
  const running = sums.map(({ as, windowSeconds, addend }) => {
    const inTime = shared.late ? ` AND lag < ${windowSeconds}000000` : '';
    const leaves = lengths.indexOf(windowSeconds) + 1;
    return `sum(CASE WHEN kind = ${COMES}${inTime} THEN ${addend} WHEN kind = ${leaves} THEN -(${addend}) END) OVER sofar AS ${name(as)}`;
  });
  const ordered = `SELECT * FROM ${stream} ORDER BY key_id, moment, kind`;
  const counters = `${selectLines([ROW_COLUMN, ...running])}\nFROM ${nested(ordered)}\nWINDOW sofar AS (ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW)`;
  return `SELECT * FROM ${nested(counters)}\nWHERE ${ROW_COLUMN} IS NOT NULL`;
}

/** 2^32: more rows than a window has, so that the low 32 bits of a packed sum are the number of its values and the rest, shifted with its sign, is their sum. */
const PACKING = 4_294_967_296;

function distinctSums(features: readonly WindowFeature[]): RunningSum[] {
  const sums = new Map<string, RunningSum>();
  for (const feature of features) {
    for (const [kind, addend] of addends(feature)) {
      const as = sumName(feature, kind);
      sums.set(as, { as, windowSeconds: feature.windowSeconds, addend });
    }
  }
  return [...sums.values()];
}

type SumKind = 'count' | 'packed' | typeof HIGH | typeof LOW;

function addends(feature: WindowFeature): [SumKind, string][] {
  if (feature.argument === undefined) return [['count', '1']];
  const argument = name(feature.argument);
  const one = `CASE WHEN ${argument} IS NOT NULL THEN 1 END`;
  if (feature.compute.function === 'count') return [['count', one]];
  if (feature.addsFloats)
    return [
      [HIGH, name(`${HIGH}_${feature.argument}`)],
      [LOW, name(`${LOW}_${feature.argument}`)],
      ['count', one],
    ];
  return [
    ['packed', feature.isNarrow ? `${argument} * ${PACKING} + 1` : `CAST(${argument} AS HUGEINT) * ${PACKING} + 1`],
  ];
}

function sumName(feature: WindowFeature, kind: SumKind | typeof REST): string {
  return `${kind}_${feature.argument ?? 'rows'}_${feature.windowSeconds}`;
}

/** Sums of the floats without a whole-number form: NaN, infinities, the very small and the very large. */
function restPart(
  request: ViewRequest,
  shared: WindowParts,
  features: readonly WindowFeature[],
): { readonly part: string; readonly query: string } | undefined {
  const floats = features.filter((each) => each.addsFloats);
  if (floats.length === 0) return undefined;
  const columns = [...new Set(floats.map((each) => name(`${REST}_${each.argument ?? ''}`)))];
  const aggregates = new Map(
    floats.map((feature) => [
      sumName(feature, REST),
      {
        as: sumName(feature, REST),
        windowSeconds: feature.windowSeconds,
        expression: (over: string) => `sum(${name(`${REST}_${feature.argument ?? ''}`)})${over}`,
      },
    ]),
  );
  const query = bucketPart(shared, {
    events: nested(
      `SELECT * FROM ${shared.events} WHERE ${columns.map((column) => `${column} IS NOT NULL`).join(' OR ')}`,
    ),
    aggregates: [...aggregates.values()],
    longestSeconds: longestWindowSeconds(floats),
  });
  return { part: partName(request, 'rest'), query };
}

function valueOf(
  feature: WindowFeature,
  { sweep, rest }: { readonly sweep: string; readonly rest: string | undefined },
): string {
  const total = (kind: SumKind): string => `coalesce(${columnOf(sweep, sumName(feature, kind))}, 0)`;
  if (feature.compute.function === 'count') return `CAST(${total('count')} AS BIGINT)`;
  const packed = total('packed');
  const count = feature.addsFloats ? total('count') : `(${packed} & ${PACKING - 1})`;
  const sum = feature.addsFloats
    ? floatSumOf(total(HIGH), total(LOW), rest === undefined ? 'NULL' : columnOf(rest, sumName(feature, REST)))
    : `(${packed} >> 32)`;
  const value =
    feature.compute.function === 'sum'
      ? `CAST(${sum} AS ${sqlType(feature.spec.type)})`
      : `CAST(${sum} AS DOUBLE) / ${count}`;
  return `CASE WHEN ${count} > 0 THEN ${value} END`;
}
