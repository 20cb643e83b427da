import type { Instant } from '@larder/registry';
import type { Cell } from './history.js';

/** A row of the model. Times are seconds relative to the start of the test. */
export interface ModelRow {
  readonly key: number;
  readonly value: number | null;
  readonly event: number;
  /** Null = known when it happened. */
  readonly created: number | null;
  readonly gone: boolean;
}

/** What the newest row of an entity says; undefined = it has none. */
export type Newest = ModelRow | undefined;

/**
 * The oracle: files as lists of rows, in the order of their names. Naive on purpose: every row is looked at, one after the other.
 */
export class ModelHistory {
  readonly files = new Map<string, readonly ModelRow[]>();

  /** The newest row per key among those known at `asOf`: highest event time, then created time, then the later one in load order. */
  newest(key: number, asOf: number): Newest {
    let newest: Newest;
    for (const [, rows] of [...this.files].sort(([left], [right]) => (left < right ? -1 : 1))) {
      for (const row of rows) {
        if (row.key !== key || Math.max(row.event, row.created ?? row.event) > asOf) continue;
        if (newest === undefined || !isBefore(row, newest)) newest = row;
      }
    }
    return newest;
  }
}

function isBefore(row: ModelRow, other: ModelRow): boolean {
  if (row.event !== other.event) return row.event < other.event;
  return (row.created ?? row.event) < (other.created ?? other.event);
}

/** The row as the history's columns `driver_id, value, at, created, gone` hold it. */
export function toCells({ key, value, event, created, gone }: ModelRow, start: Instant): Cell[] {
  const at = (seconds: number): bigint => start + BigInt(seconds) * 1_000_000n;
  return [key, value, at(event), created === null ? null : at(created), gone];
}
