import { bucketValues } from './bucket-windows.js';
import type { Islands } from './distinct-islands.js';
import { distinctIslands } from './distinct-islands.js';
import { REST, restSum } from './float-sum.js';
import { ROW_COLUMN } from './spine.js';
import { withVariances } from './spread-query.js';
import { name, nested, selectLines } from './sql-text.js';
import type { Counter } from './sweep-counters.js';
import { countersOf, restName, valueOfCounters } from './sweep-counters.js';
import type { TimeWindow } from './time-window.js';
import { distinctWindows, presence } from './time-window.js';
import type { ViewRequest } from './view-plan.js';
import { columnOf, partName } from './view-plan.js';
import type { WindowFeature } from './window-features.js';
import { argumentColumns } from './window-features.js';
import type { WindowParts, WindowValues } from './window-parts.js';
import { joinByRow } from './window-parts.js';

/**
 * Windows of counts, sums, means, variances and distinct values in one sweep over time: an event comes into a window when it is
 * known and leaves it when it is as old as the window is long. Comings, leavings and the rows of the spine are sorted by (key, time);
 * running sums over this one stream hold, at a row of the spine, exactly what its windows hold. At one instant comings and leavings
 * precede the spine: `(t - w, t]`. An event that becomes known when it is too old already never comes in. Into a tumbling window an
 * event comes when its period ends and leaves it when the next one ends; from a lifetime it never leaves, and the key's last row
 * takes away what has come. So the sums are zero again where a key ends, and the stream needs no partitions: the sums are counters,
 * not searches. All addends are whole numbers, those of floats too (float-sum.ts, variance.ts), so nothing is lost by subtraction;
 * floats that have no such form are few and added apart.
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
  const stream = partName(request, 'stream');
  const sweep = partName(request, 'sweep');
  const islands = distinctIslands(request, shared, features);
  const counters = countersOf(features);
  const plan: SweepPlan = { shared, features, kinds: streamKinds(features), counters, islands };
  const rest = restValues(request, shared, features);
  return {
    parts: [
      ...islands.map(({ part, query }) => [part, query] as const),
      [stream, streamQuery(plan)],
      [sweep, withVariances(sweepQuery(stream, plan), features)],
      ...rest.parts,
    ],
    joins: [joinByRow(sweep), ...rest.joins],
    values: features.map((feature) =>
      valueOfCounters(feature, (as) => columnOf(sweep, as), rest.values[rest.features.indexOf(feature)]),
    ),
  };
}

interface SweepPlan {
  readonly shared: WindowParts;
  readonly features: readonly WindowFeature[];
  readonly kinds: StreamKinds;
  readonly counters: readonly Counter[];
  readonly islands: readonly Islands[];
}

/** Kinds of the stream's rows, as numbers that order the rows of one instant: the spine's come last. */
interface StreamKinds {
  /** Rows in which an event comes into a window; sliding and lifetime windows share them. */
  readonly comes: ReadonlyMap<string, number>;
  /** Rows in which it leaves; none for a lifetime. */
  readonly leaves: ReadonlyMap<string, number>;
  /** The windows of counters of events. */
  readonly windows: readonly TimeWindow[];
  readonly asks: number;
}

/** Rows that carry what they add in a column of their own. */
const ADDS = 0;
const KNOWN = 1;

function streamKinds(features: readonly WindowFeature[]): StreamKinds {
  const windows = distinctWindows(features.filter((each) => each.family !== 'distinct'));
  const comes = new Map<string, number>();
  const leaves = new Map<string, number>();
  let next = KNOWN + 1;
  for (const { kind, label } of windows) {
    comes.set(label, kind === 'tumbling' ? next++ : KNOWN);
    if (kind !== 'lifetime') leaves.set(label, next++);
  }
  return { comes, leaves, windows, asks: next };
}

function streamQuery({ shared, features, kinds, counters, islands }: SweepPlan): string {
  const { events, points, late } = shared;
  const { comes, leaves, windows } = kinds;
  const counted = features.filter((each) => each.family !== 'distinct');
  const values = argumentColumns(counted)
    .filter((each) => !each.as.startsWith(`${REST}_`))
    .map((each) => name(each.as));
  const lag = 'epoch_us(known_time) - epoch_us(event_time)';
  const row = (moment: string, kind: number | undefined, where = ''): string =>
    `SELECT ${['key_id', `${moment} AS moment`, `${kind} AS kind`, ...values].join(', ')} FROM ${events}${where}`;
  const branches: string[] = [];
  if (windows.some((each) => each.kind !== 'tumbling')) {
    const carried = [...(late ? [`${lag} AS lag`] : []), ...values];
    branches.push(
      `SELECT ${['key_id', 'known_time AS moment', `${KNOWN} AS kind`, ...carried].join(', ')} FROM ${events}`,
    );
  }
  for (const window of windows) {
    if (window.kind === 'lifetime') continue;
    const { came, went } = presence(window);
    const inTime = window.kind === 'sliding' ? `${lag} < ${window.seconds}000000` : `${came} < ${went}`;
    const where = late ? ` WHERE ${inTime}` : '';
    if (window.kind === 'tumbling') branches.push(row(came, comes.get(window.label), where));
    branches.push(row(went, leaves.get(window.label), where));
  }
  const held = counters.filter((each) => each.window.kind === 'lifetime');
  if (held.length > 0) {
    const gone = held.map(({ as, addend }) => `-sum(${addend}) AS ${name(as)}`).join(', ');
    branches.push(
      `SELECT key_id, TIMESTAMP 'infinity' AS moment, ${ADDS} AS kind, ${gone} FROM ${events} GROUP BY key_id`,
    );
  }
  for (const { rows } of islands)
    for (const each of rows) branches.push(each.replace('SELECT key_id,', `SELECT key_id, ${ADDS} AS kind,`));
  branches.push(`SELECT key_id, moment, ${kinds.asks} AS kind, ${ROW_COLUMN} FROM ${points}`);
  return branches.join('\nUNION ALL BY NAME\n');
}

/**
 * The running sums at the spine's rows. A row of the stream belongs to the next row of the spine; what belongs to one is added first,
 * so that only the spine's rows are run through with every counter (a third of the CPU with eighteen counters, 2026-11).
 */
function sweepQuery(stream: string, plan: SweepPlan): string {
  const { shared, kinds, counters, islands } = plan;
  const added = counters.map(({ as, window, addend }) => {
    const inTime = shared.late && window.kind === 'sliding' ? ` AND lag < ${window.seconds}000000` : '';
    const comes = `WHEN kind = ${kinds.comes.get(window.label)}${inTime} THEN ${addend}`;
    const leaves =
      window.kind === 'lifetime'
        ? `WHEN kind = ${ADDS} THEN ${name(as)}`
        : `WHEN kind = ${kinds.leaves.get(window.label)} THEN -(${addend})`;
    return `sum(CASE ${comes} ${leaves} END) AS ${name(as)}`;
  });
  const names = [...counters.map(({ as }) => name(as)), ...islands.map(({ counter }) => name(counter))];
  const distinct = islands.map(({ counter }) => `sum(${name(counter)}) AS ${name(counter)}`);
  const before = `SELECT *, count(${ROW_COLUMN}) OVER sofar - CASE WHEN ${ROW_COLUMN} IS NULL THEN 0 ELSE 1 END AS step`;
  const steps = `${before}\nFROM ${nested(`SELECT * FROM ${stream} ORDER BY key_id, moment, kind`)}\n${SO_FAR}`;
  const sums = `${selectLines(['step', `max(${ROW_COLUMN}) AS ${ROW_COLUMN}`, ...added, ...distinct])}\nFROM ${nested(steps)}\nGROUP BY step`;
  const running = names.map((each) => `sum(${each}) OVER sofar AS ${each}`);
  const totals = `${selectLines([ROW_COLUMN, ...running])}\nFROM ${nested(`SELECT * FROM ${nested(sums)} ORDER BY step`)}\n${SO_FAR}`;
  return `SELECT * FROM ${nested(totals)}\nWHERE ${ROW_COLUMN} IS NOT NULL`;
}

const SO_FAR = 'WINDOW sofar AS (ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW)';

/** Sums of the floats without a whole-number form: NaN, infinities, the very small and the very large. */
function restValues(
  request: ViewRequest,
  shared: WindowParts,
  features: readonly WindowFeature[],
): WindowValues & { readonly features: readonly WindowFeature[] } {
  const floats = features.filter((each) => each.addsFloats);
  if (floats.length === 0) return { parts: [], joins: [], values: [], features: [] };
  const columns = [...new Set(floats.map((each) => name(`${REST}_${each.argument ?? ''}`)))];
  const values = bucketValues(request, shared, {
    name: 'rest',
    events: nested(
      `SELECT * FROM ${shared.events} WHERE ${columns.map((column) => `${column} IS NOT NULL`).join(' OR ')}`,
    ),
    aggregates: floats.map((feature) => ({
      as: restName(feature),
      window: feature.window,
      expression: (over) => restSum(feature.argument ?? '', over),
    })),
  });
  return { ...values, features: floats };
}
