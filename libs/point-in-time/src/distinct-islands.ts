import { rankWeight, reachedRanks } from './distinct-count.js';
import { name, nested } from './sql-text.js';
import { counterName } from './sweep-counters.js';
import { presence } from './time-window.js';
import type { ViewRequest } from './view-plan.js';
import { partName } from './view-plan.js';
import type { WindowFeature } from './window-features.js';
import type { WindowParts } from './window-parts.js';

/**
 * Distinct values for the sweep. A value is in a window while one of its events is. The comings and goings of a value's events, in
 * order of time, tell how many of them are there: the value comes with the first and goes with the last. All that came goes, so one
 * running sum serves all keys and values. Each coming and going of a value is a row of the stream. A sketch is counted likewise,
 * with the ranks of its registers as values.
 */
export interface Islands {
  readonly counter: string;
  readonly part: string;
  readonly query: string;
  /** Queries of rows for the stream: key_id, moment, and the counter's column with what the row adds. */
  readonly rows: readonly string[];
}

/** The islands of every distinct count, once per argument and window. */
export function distinctIslands(
  request: ViewRequest,
  shared: WindowParts,
  features: readonly WindowFeature[],
): Islands[] {
  const counted = new Map(
    features.flatMap((each) => (each.family === 'distinct' ? [[counterName(each, 'distinct'), each] as const] : [])),
  );
  return [...counted].map(([counter, feature], index) => {
    const part = partName(request, `islands_${index}`);
    const { query, rows } = islands(shared, feature);
    return {
      counter,
      part,
      query,
      rows: rows.map(
        ({ moment, adds, where }) =>
          `SELECT key_id, ${moment} AS moment, ${adds} AS ${name(counter)} FROM ${part}${where}`,
      ),
    };
  });
}

interface IslandRows {
  readonly query: string;
  readonly rows: readonly { readonly moment: string; readonly adds: string; readonly where: string }[];
}

function islands({ events, late }: WindowParts, { argument = '', compute, window }: WindowFeature): IslandRows {
  const isSketch = compute.function === 'approxCountDistinct';
  const item = isSketch ? `unnest(${reachedRanks(name(argument))})` : name(argument);
  const weight = isSketch ? rankWeight('item') : '1';
  const { came, went } = presence(window);
  const source = `FROM ${events} WHERE ${name(argument)} IS NOT NULL`;
  if (window.kind === 'lifetime') {
    const stays = `SELECT key_id, ${item} AS item, known_time ${source}`;
    const query = `SELECT key_id, item, min(known_time) AS came, ${weight} AS weight\nFROM ${nested(stays)}\nGROUP BY key_id, item`;
    return {
      query,
      rows: [
        { moment: 'came', adds: 'weight', where: '' },
        { moment: went, adds: '-sum(weight)', where: ' GROUP BY key_id' },
      ],
    };
  }
  const inTime = late ? ` AND ${came} < ${went}` : '';
  const ends = [
    `SELECT key_id, ${item} AS item, ${came} AS moment, 1 AS stays ${source}${inTime}`,
    `SELECT key_id, ${item} AS item, ${went} AS moment, -1 AS stays ${source}${inTime}`,
  ].join('\nUNION ALL\n');
  const ordered = `SELECT * FROM ${nested(ends)}\nORDER BY key_id, item, moment, stays DESC`;
  const open = `SELECT *, sum(stays) OVER (ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW) AS open\nFROM ${nested(ordered)}`;
  const query = `SELECT key_id, moment, stays * (${weight}) AS weight\nFROM ${nested(open)}\nWHERE open = greatest(stays, 0)`;
  return { query, rows: [{ moment: 'moment', adds: 'weight', where: '' }] };
}
