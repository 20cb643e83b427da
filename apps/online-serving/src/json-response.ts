import type { FeatureValue } from '@larder/registry';
import { formatInstant, LarderError } from '@larder/registry';
import type { GetOnlineFeaturesResponse, Value, ViewRow } from '@larder/serving-api';
import { Status, valueFromWire } from '@larder/serving-api';
import type { JsonKey } from './json-request.js';

const EPOCH = '1970-01-01T00:00:00Z';

interface Cell {
  readonly name: string;
  readonly value: Value | undefined;
  readonly status: Status;
  readonly eventTimeMicros: bigint | undefined;
}

/** The answer for one entity: `{"user_id": …, "features": {…}, "statuses": {…}, "event_times": {…}}`. */
export function oneEntityJson(
  keys: ReadonlyMap<string, readonly JsonKey[]>,
  response: GetOnlineFeaturesResponse,
): object {
  const cells = entityCells(response, 0);
  return {
    ...Object.fromEntries([...keys].map(([name, values]) => [name, values[0] ?? null])),
    features: Object.fromEntries(cells.map((cell) => [cell.name, jsonValue(cell.value, 'text')])),
    statuses: Object.fromEntries(cells.map((cell) => [cell.name, Status[cell.status]])),
    event_times: Object.fromEntries(
      cells.map((cell) => [cell.name, cell.eventTimeMicros === undefined ? null : formatInstant(cell.eventTimeMicros)]),
    ),
  };
}

/**
 * The answer by columns, in the shape that Feast's HTTP clients read: join keys first, then features in request order; times as integer
 * seconds. A view that is unavailable makes the whole answer UNAVAILABLE: that shape has no word for it.
 */
export function columnsJson(
  keys: ReadonlyMap<string, readonly JsonKey[]>,
  response: GetOnlineFeaturesResponse,
): object {
  const entities = response.entities.map((_, index) => entityCells(response, index));
  const lost = entities.flat().find((cell) => cell.status === Status.UNAVAILABLE);
  if (lost !== undefined)
    throw new LarderError(
      'UNAVAILABLE',
      `no values of ${lost.name}: its view has no intact generation in the online store, or the store did not answer in time`,
    );
  const names = response.metadata?.views.flatMap((view) => view.featureNames) ?? [];
  const features = names.map((_, column) => {
    const cells = entities.map((row) => row[column]);
    return {
      values: cells.map((cell) => jsonValue(cell?.value, 'seconds')),
      statuses: cells.map((cell) => Status[cell?.status ?? Status.UNSPECIFIED]),
      event_timestamps: cells.map((cell) =>
        cell?.eventTimeMicros === undefined ? EPOCH : formatInstant(cell.eventTimeMicros),
      ),
    };
  });
  const joinKeys = [...keys.values()].map((values) => ({
    values,
    statuses: values.map(() => 'PRESENT'),
    event_timestamps: values.map(() => EPOCH),
  }));
  return { metadata: { feature_names: [...keys.keys(), ...names] }, results: [...joinKeys, ...features] };
}

function entityCells(response: GetOnlineFeaturesResponse, entity: number): Cell[] {
  const views = response.metadata?.views ?? [];
  return views.flatMap(({ featureNames }, view) => {
    const row = response.entities[entity]?.views[view];
    return featureNames.map((name, feature) => ({
      name,
      value: row?.values[feature],
      status: statusOf(row, feature),
      eventTimeMicros: row?.eventTimeMicros,
    }));
  });
}

function statusOf(row: ViewRow | undefined, feature: number): Status {
  return row?.valueStatuses[feature] ?? row?.status ?? Status.UNAVAILABLE;
}

function jsonValue(value: Value | undefined, times: 'text' | 'seconds'): unknown {
  if (value === undefined) return null;
  const plain = valueFromWire(value);
  if (value.val.case === 'timestampMicrosVal') return timeJson(plain as bigint, times);
  if (value.val.case === 'timestampMicrosListVal')
    return (plain as readonly bigint[]).map((each) => timeJson(each, times));
  return plainJson(plain);
}

function timeJson(micros: bigint, times: 'text' | 'seconds'): string | bigint {
  return times === 'text' ? formatInstant(micros) : micros / 1_000_000n;
}

function plainJson(value: FeatureValue): unknown {
  if (value instanceof Uint8Array) return Buffer.from(value.buffer, value.byteOffset, value.length).toString('base64');
  return Array.isArray(value) ? value.map((each: FeatureValue) => plainJson(each)) : value;
}
