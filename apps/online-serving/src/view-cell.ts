import { LarderError } from '@larder/registry';
import {
  entryBounds,
  FLAG_HAS_NULLS,
  FLAG_TOMBSTONE,
  HEADER_BYTES,
  isNullEntry,
  NULL_ENTRY,
  ROW_FORMAT_VERSION,
  rowAgeTimeMicros,
  rowFlags,
  rowFormatVersion,
  rowViewVersion,
  VALUES_OFFSET,
} from '@larder/row-format';
import { Status } from '@larder/serving-api';
import type { ViewPlan } from './read-plan.js';
import { viewRow } from './read-plan.js';

/**
 * What one view answers for one entity: either a stored row whose payload is copied as it is (`bytes` from `HEADER_BYTES` on, followed by
 * `status`), or, with status 0, `bytes` are the whole ViewRow.
 */
export interface CellSink {
  set(bytes: Buffer, status: Status | 0): void;
}

export interface ReadMoment {
  readonly nowMicros: number;
  /** The request's `max_age`; Infinity when there is none. */
  readonly maxAgeMicros: number;
}

const VALUE_STATUSES_TAG = 0x22;

/** Decides the status of a row by SEMANTICS: the table "online status" of docs/semantics.md, top to bottom. */
export function readCell(plan: ViewPlan, row: Buffer | null, moment: ReadMoment, sink: CellSink): void {
  if (row === null) return sink.set(plan.notFound, 0);
  if (rowFormatVersion(row) !== ROW_FORMAT_VERSION || rowViewVersion(row) !== plan.view.version)
    return sink.set(plan.unavailable, 0);
  const flags = rowFlags(row);
  if ((flags & FLAG_TOMBSTONE) !== 0) return sink.set(plan.notFound, 0);
  const age = moment.nowMicros - rowAgeTimeMicros(row);
  if (age > plan.ttlMicros || age > moment.maxAgeMicros) return readStale(plan, row, sink);
  if (plan.projection === undefined && (flags & FLAG_HAS_NULLS) === 0) return sink.set(row, Status.PRESENT);
  sink.set(selectedRow(plan, row), 0);
}

function readStale(plan: ViewPlan, row: Buffer, sink: CellSink): void {
  switch (plan.view.onStale) {
    case 'fail':
      throw new LarderError(
        'FAILED_PRECONDITION',
        `feature view ${plan.alias}: a value is older than its maximum age, and the view says onStale: fail`,
      );
    case 'null':
      return sink.set(
        withEventTime(
          row,
          plan.absentEntries.map(() => NULL_ENTRY),
          Status.OUTSIDE_MAX_AGE,
        ),
        0,
      );
    case 'default':
      return sink.set(withEventTime(row, plan.absentEntries, Status.OUTSIDE_MAX_AGE), 0);
    case 'flag':
      if (plan.projection === undefined) return sink.set(row, Status.OUTSIDE_MAX_AGE);
      return sink.set(withEventTime(row, selectedEntries(plan, row), Status.OUTSIDE_MAX_AGE), 0);
  }
}

/** A ViewRow of the selected features; nulls take their default and a status of their own. */
function selectedRow(plan: ViewPlan, row: Buffer): Buffer {
  const entries = selectedEntries(plan, row);
  const nulls = entries.map((entry) => isNullEntry(entry, 0, entry.length));
  if (!nulls.includes(true)) return withEventTime(row, entries, Status.PRESENT);
  const filled = entries.map((entry, index) =>
    nulls[index] === true ? (plan.absentEntries[index] ?? NULL_ENTRY) : entry,
  );
  if (!nulls.includes(false)) return withEventTime(row, filled, Status.NULL_VALUE);
  const statuses = Buffer.from([VALUE_STATUSES_TAG, ...statusList(nulls)]);
  return Buffer.concat([withEventTime(row, filled, Status.PRESENT), statuses]);
}

/** Packed statuses with their length; statuses are below 128, so each is one byte. */
function statusList(nulls: readonly boolean[]): number[] {
  const length = nulls.length < 128 ? [nulls.length] : [(nulls.length & 0x7f) | 0x80, nulls.length >>> 7];
  return [...length, ...nulls.map((isNull) => (isNull ? Status.NULL_VALUE : Status.PRESENT))];
}

function selectedEntries(plan: ViewPlan, row: Buffer): Buffer[] {
  const bounds = entryBounds(row, plan.view.features.length);
  const positions = plan.projection ?? plan.view.features.map((_, index) => index);
  return positions.map((position) => row.subarray(bounds[position], bounds[position + 1]));
}

function withEventTime(row: Buffer, entries: readonly Buffer[], status: Status): Buffer {
  return Buffer.concat([row.subarray(HEADER_BYTES, VALUES_OFFSET), viewRow(entries, status)]);
}
