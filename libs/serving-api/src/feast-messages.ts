import type { MessageInitShape } from '@bufbuild/protobuf';
import { create, fromBinary, toBinary } from '@bufbuild/protobuf';
import type { FeatureValue } from '@larder/registry';
import { LarderError } from '@larder/registry';
import {
  FieldStatus,
  GetFeastServingInfoResponseSchema,
  GetOnlineFeaturesRequestSchema,
  GetOnlineFeaturesResponseSchema,
} from './gen/feast/serving/ServingService_pb.js';
import type {
  GetOnlineFeaturesRequest,
  GetOnlineFeaturesResponse_FeatureVectorSchema,
} from './gen/feast/serving/ServingService_pb.js';
import type { Value as FeastValue, ValueSchema as FeastValueSchema } from './gen/feast/types/Value_pb.js';
import type { GetOnlineFeaturesResponse, ViewRow } from './gen/larder/serving/v1/serving_pb.js';
import { Status } from './gen/larder/serving/v1/serving_pb.js';
import type { Value } from './gen/larder/serving/v1/value_pb.js';
import type { ReadRequest } from './parse-read-request.js';

/** The contract of Feast's clients ↔ Larder's reads. That contract goes by columns and by whole seconds. */

/** A read as a Feast client asks for it: its join keys as they came stand first in the answer. */
export interface FeastRead {
  readonly request: ReadRequest;
  readonly entities: GetOnlineFeaturesRequest['entities'];
}

/** The bytes of Feast's request as a read of the default project; INVALID_ARGUMENT with every problem. */
export function parseFeastRequest(bytes: Uint8Array): FeastRead {
  const message = decode(bytes);
  const { kind, entities, requestContext, fullFeatureNames } = message;
  if (kind.case === undefined)
    throw LarderError.fromProblems('request', [{ path: 'kind', message: 'expected feature_service or features' }]);
  const [context] = Object.keys(requestContext);
  if (context !== undefined)
    throw LarderError.fromProblems('request', [
      { path: `request_context.${context}`, message: 'no feature is computed from request data here' },
    ]);
  return {
    entities,
    request: {
      project: '',
      featureService: kind.case === 'featureService' ? kind.value : undefined,
      features: kind.case === 'features' ? kind.value.val : undefined,
      joinKeys: Object.entries(entities).map(([name, { val }]) => ({ name, values: val.map(keyFromFeast) })),
      fullFeatureNames,
      maxAgeMicros: undefined,
    },
  };
}

function decode(bytes: Uint8Array): GetOnlineFeaturesRequest {
  try {
    return fromBinary(GetOnlineFeaturesRequestSchema, bytes);
  } catch (error) {
    throw new LarderError('INVALID_ARGUMENT', 'the request is no GetOnlineFeaturesRequest', {}, { cause: error });
  }
}

/** Undefined for what cannot be a join key. */
function keyFromFeast({ val }: FeastValue): FeatureValue | undefined {
  switch (val.case) {
    case undefined:
    case 'nullVal':
      return null;
    case 'unixTimestampVal':
      return val.value * MICROS;
    case 'stringVal':
    case 'int32Val':
    case 'int64Val':
    case 'boolVal':
    case 'bytesVal':
      return val.value;
    default:
      return undefined;
  }
}

const MICROS = 1_000_000n;
const DAY_SECONDS = 86_400n;
const EPOCH = { seconds: 0n, nanos: 0 };

type Vector = MessageInitShape<typeof GetOnlineFeaturesResponse_FeatureVectorSchema>;

/**
 * Larder's answer as Feast's clients read it: join keys first, PRESENT as of the epoch, then the features in request order.
 * UNAVAILABLE when a view is: that contract has no word for it.
 */
export function encodeFeastResponse(entities: FeastRead['entities'], response: GetOnlineFeaturesResponse): Buffer {
  const views = response.metadata?.views ?? [];
  const keys = Object.entries(entities).map(([name, { val }]) => ({
    name,
    vector: { values: val, statuses: val.map(() => FieldStatus.PRESENT), eventTimestamps: val.map(() => EPOCH) },
  }));
  const features = views.flatMap(({ featureNames }, view) =>
    featureNames.map((name, feature) => ({
      name,
      vector: vectorOf(
        response.entities.map((entity) => entity.views[view]),
        { name, feature },
      ),
    })),
  );
  const columns: { readonly name: string; readonly vector: Vector }[] = [...keys, ...features];
  const message = create(GetOnlineFeaturesResponseSchema, {
    metadata: {
      featureNames: { val: columns.map((each) => each.name) },
      featureViewMetadata: views.map(({ name, viewVersion }) => ({ name, version: viewVersion })),
    },
    results: columns.map((each) => each.vector),
    status: true,
  });
  return Buffer.from(toBinary(GetOnlineFeaturesResponseSchema, message));
}

/** The bytes of Feast's answer to the question what serves. */
export function encodeFeastInfo(version: string): Buffer {
  return Buffer.from(
    toBinary(GetFeastServingInfoResponseSchema, create(GetFeastServingInfoResponseSchema, { version })),
  );
}

function vectorOf(
  rows: readonly (ViewRow | undefined)[],
  { name, feature }: { readonly name: string; readonly feature: number },
): Vector {
  return {
    values: rows.map((row) => toFeastValue(row?.values[feature])),
    statuses: rows.map((row) => toFieldStatus(row?.valueStatuses[feature] ?? row?.status, name)),
    eventTimestamps: rows.map((row) => toTimestamp(row?.eventTimeMicros)),
  };
}

const STATUSES: ReadonlyMap<Status | undefined, FieldStatus> = new Map([
  [Status.PRESENT, FieldStatus.PRESENT],
  [Status.NULL_VALUE, FieldStatus.NULL_VALUE],
  [Status.NOT_FOUND, FieldStatus.NOT_FOUND],
  [Status.OUTSIDE_MAX_AGE, FieldStatus.OUTSIDE_MAX_AGE],
]);

function toFieldStatus(status: Status | undefined, feature: string): FieldStatus {
  const known = STATUSES.get(status);
  if (known !== undefined) return known;
  const message = `no values of ${feature}: its view has no intact generation in the online store, or the store did not answer in time`;
  throw new LarderError('UNAVAILABLE', message);
}

function toFeastValue(value: Value | undefined): MessageInitShape<typeof FeastValueSchema> {
  const val = value?.val;
  switch (val?.case) {
    case undefined:
      return {};
    case 'timestampMicrosVal':
      return { val: { case: 'unixTimestampVal', value: seconds(val.value) } };
    case 'timestampMicrosListVal':
      return { val: { case: 'unixTimestampListVal', value: { val: val.value.val.map(seconds) } } };
    case 'dateDaysVal':
      return { val: { case: 'unixTimestampVal', value: BigInt(val.value) * DAY_SECONDS } };
    case 'dateDaysListVal':
      return {
        val: { case: 'unixTimestampListVal', value: { val: val.value.val.map((day) => BigInt(day) * DAY_SECONDS) } },
      };
    default:
      return { val } as MessageInitShape<typeof FeastValueSchema>;
  }
}

/** Whole seconds, those of times before 1970 rounded down too. */
function seconds(micros: bigint): bigint {
  return (micros - (((micros % MICROS) + MICROS) % MICROS)) / MICROS;
}

function toTimestamp(micros: bigint | undefined): { seconds: bigint; nanos: number } {
  if (micros === undefined) return EPOCH;
  const whole = seconds(micros);
  return { seconds: whole, nanos: Number(micros - whole * MICROS) * 1000 };
}
