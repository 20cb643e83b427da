import { HEADER_BYTES, varintLength } from '@larder/row-format';
import type { ViewRows } from '@larder/online-store';
import type { Status } from '@larder/serving-api';
import type { ReadPlan, ViewPlan } from './read-plan.js';
import type { CellSink, ReadMoment } from './view-cell.js';
import { readCell } from './view-cell.js';

const METADATA_TAG = 0x0a;
const ENTITIES_TAG = 0x12;
const VIEWS_TAG = 0x0a;
const STATUS_TAG = 0x10;

/**
 * The bytes of a GetOnlineFeaturesResponse from stored rows: sizes first, then one buffer that every row is copied into. Values are never
 * decoded.
 */
export function assembleResponse(
  plan: ReadPlan,
  metadata: Buffer,
  rows: readonly ViewRows[],
  moment: ReadMoment,
): Buffer {
  const cells = new Cells(plan, rows, moment);
  const entities = rows[0]?.rows.length ?? 0;
  const views = plan.views.length;
  const entitySizes = new Array<number>(entities);
  let total = 1 + varintLength(metadata.length) + metadata.length;
  for (let entity = 0; entity < entities; entity++) {
    let size = 0;
    for (let view = 0; view < views; view++) {
      const cell = cells.size(entity, view);
      size += 1 + varintLength(cell) + cell;
    }
    entitySizes[entity] = size;
    total += 1 + varintLength(size) + size;
  }
  const out = Buffer.allocUnsafe(total);
  let at = writeLength(out, 0, METADATA_TAG, metadata.length);
  at += metadata.copy(out, at);
  for (let entity = 0; entity < entities; entity++) {
    at = writeLength(out, at, ENTITIES_TAG, entitySizes[entity] ?? 0);
    for (let view = 0; view < views; view++) at = cells.write(out, at, entity, view);
  }
  return out;
}

/** The generation that answers for a view of the plan; 0 when there is none of the plan's version. */
export function servedGeneration(plan: ReadPlan, rows: readonly ViewRows[], view: number): number {
  const pointer = rows[view]?.pointer;
  return pointer?.viewVersion === plan.views[view]?.view.version ? (pointer?.generation ?? 0) : 0;
}

/** Every (entity, view) of the answer, decided once. */
class Cells implements CellSink {
  private readonly bytes: Buffer[] = [];
  private readonly statuses: (Status | 0)[] = [];

  constructor(
    private readonly plan: ReadPlan,
    rows: readonly ViewRows[],
    moment: ReadMoment,
  ) {
    const entities = rows[0]?.rows.length ?? 0;
    const served = plan.views.map((_, view) => servedGeneration(plan, rows, view) > 0);
    for (let entity = 0; entity < entities; entity++) {
      for (let view = 0; view < plan.views.length; view++) {
        const viewPlan = plan.views[view] as ViewPlan;
        if (served[view] === true) readCell(viewPlan, rows[view]?.rows[entity] ?? null, moment, this);
        else this.set(viewPlan.unavailable, 0);
      }
    }
  }

  set(bytes: Buffer, status: Status | 0): void {
    this.bytes.push(bytes);
    this.statuses.push(status);
  }

  size(entity: number, view: number): number {
    const index = entity * this.plan.views.length + view;
    const length = this.bytes[index]?.length ?? 0;
    return this.statuses[index] === 0 ? length : length - HEADER_BYTES + 2;
  }

  write(out: Buffer, start: number, entity: number, view: number): number {
    const index = entity * this.plan.views.length + view;
    const bytes = this.bytes[index] as Buffer;
    const status = this.statuses[index] ?? 0;
    let at = writeLength(out, start, VIEWS_TAG, this.size(entity, view));
    if (status === 0) return at + bytes.copy(out, at);
    at += bytes.copy(out, at, HEADER_BYTES);
    out[at] = STATUS_TAG;
    out[at + 1] = status;
    return at + 2;
  }
}

function writeLength(out: Buffer, start: number, tag: number, length: number): number {
  out[start] = tag;
  let at = start + 1;
  let rest = length;
  while (rest > 0x7f) {
    out[at++] = (rest & 0x7f) | 0x80;
    rest >>>= 7;
  }
  out[at++] = rest;
  return at;
}
