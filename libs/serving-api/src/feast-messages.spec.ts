import { create, fromBinary, toBinary } from '@bufbuild/protobuf';
import type { MessageInitShape } from '@bufbuild/protobuf';
import { encodeFeastResponse, parseFeastRequest } from './feast-messages.js';
import {
  FieldStatus,
  GetOnlineFeaturesRequestSchema,
  GetOnlineFeaturesResponseSchema,
} from './gen/feast/serving/ServingService_pb.js';
import type { ValueSchema as FeastValueSchema } from './gen/feast/types/Value_pb.js';
import { GetOnlineFeaturesResponseSchema as LarderResponseSchema, Status } from './gen/larder/serving/v1/serving_pb.js';
import type { ValueSchema, Value } from './gen/larder/serving/v1/value_pb.js';

type LarderValue = MessageInitShape<typeof ValueSchema>;

function parse(request: MessageInitShape<typeof GetOnlineFeaturesRequestSchema>) {
  return parseFeastRequest(toBinary(GetOnlineFeaturesRequestSchema, create(GetOnlineFeaturesRequestSchema, request)));
}

/** One value of one entity, translated: the value, its status and its event time. */
function translate(value: LarderValue, status = Status.PRESENT, eventTimeMicros?: bigint) {
  const response = create(LarderResponseSchema, {
    metadata: { views: [{ name: 'v', featureNames: ['f'], viewVersion: 3 }] },
    entities: [{ views: [{ values: [value], status, ...(eventTimeMicros === undefined ? {} : { eventTimeMicros }) }] }],
  });
  const bytes = encodeFeastResponse(parse({ kind: { case: 'featureService', value: 's' } }).entities, response);
  const { metadata, results } = fromBinary(GetOnlineFeaturesResponseSchema, bytes);
  expect(metadata?.featureNames?.val).toEqual(['f']);
  expect(metadata?.featureViewMetadata).toMatchObject([{ name: 'v', version: 3 }]);
  const [vector] = results;
  return { val: vector?.values[0]?.val, status: vector?.statuses[0], time: vector?.eventTimestamps[0] };
}

describe('a request of a Feast client', () => {
  it('is a read of the default project', () => {
    const { request } = parse({
      kind: { case: 'features', value: { val: ['v:f'] } },
      entities: {
        id: { val: [{ val: { case: 'int64Val', value: -7n } }, {}, { val: { case: 'nullVal', value: 0 } }] },
      },
      fullFeatureNames: true,
    });
    expect(request).toEqual({
      project: '',
      featureService: undefined,
      features: ['v:f'],
      joinKeys: [{ name: 'id', values: [-7n, null, null] }],
      fullFeatureNames: true,
      maxAgeMicros: undefined,
    });
  });

  it.each<[string, MessageInitShape<typeof FeastValueSchema>['val'], unknown]>([
    ['text', { case: 'stringVal', value: 'ä' }, 'ä'],
    ['a time in seconds', { case: 'unixTimestampVal', value: -2n }, -2_000_000n],
    ['a bool', { case: 'boolVal', value: false }, false],
    ['bytes', { case: 'bytesVal', value: Uint8Array.of(1) }, Uint8Array.of(1)],
    ['a float, which is no key', { case: 'doubleVal', value: 1 }, undefined],
    ['a list, which is no key', { case: 'stringListVal', value: { val: ['a'] } }, undefined],
  ])('takes %s for a key', (_what, val, expected) => {
    const { request } = parse({
      kind: { case: 'featureService', value: 's' },
      entities: { id: { val: [{ val: val ?? { case: undefined } }] } },
    });
    expect(request.joinKeys[0]?.values).toEqual([expected]);
  });

  it('is refused without a selection, with request data, and as bytes of something else', () => {
    expect(() => parse({})).toThrow('kind: expected feature_service or features');
    const kind = { case: 'featureService', value: 's' } as const;
    expect(() => parse({ kind, requestContext: { amount: { val: [] } } })).toThrow('request_context.amount');
    expect(() => parseFeastRequest(Uint8Array.of(255, 255, 255))).toThrow('is no GetOnlineFeaturesRequest');
  });
});

describe('an answer to a Feast client', () => {
  it.each<[string, Value['val'], unknown]>([
    ['an int64', { case: 'int64Val', value: 2n ** 63n - 1n }, { case: 'int64Val', value: 2n ** 63n - 1n }],
    ['a time', { case: 'timestampMicrosVal', value: 1_999_999n }, { case: 'unixTimestampVal', value: 1n }],
    ['a time before 1970', { case: 'timestampMicrosVal', value: -1n }, { case: 'unixTimestampVal', value: -1n }],
    ['a date', { case: 'dateDaysVal', value: -1 }, { case: 'unixTimestampVal', value: -86_400n }],
    ['a decimal', { case: 'decimalVal', value: '12.50' }, { case: 'decimalVal', value: '12.50' }],
    ['nothing', { case: undefined }, { case: undefined }],
  ])('has %s as its clients read it', (_what, val, expected) => {
    expect(translate({ val }).val).toMatchObject(expected as object);
  });

  it('has lists of times and dates in seconds', () => {
    const times: LarderValue = { val: { case: 'timestampMicrosListVal', value: { val: [1n, -1n] } } };
    expect(translate(times).val).toMatchObject({ case: 'unixTimestampListVal', value: { val: [0n, -1n] } });
    const days: LarderValue = { val: { case: 'dateDaysListVal', value: { val: [1] } } };
    expect(translate(days).val).toMatchObject({ case: 'unixTimestampListVal', value: { val: [86_400n] } });
  });

  it('says each status in its words, and the event time to the microsecond', () => {
    expect(translate({}, Status.NULL_VALUE, -1n)).toMatchObject({
      status: FieldStatus.NULL_VALUE,
      time: { seconds: -1n, nanos: 999_999_000 },
    });
    expect(translate({}, Status.NOT_FOUND)).toMatchObject({ status: FieldStatus.NOT_FOUND, time: { seconds: 0n } });
    expect(translate({}, Status.OUTSIDE_MAX_AGE).status).toBe(FieldStatus.OUTSIDE_MAX_AGE);
  });

  it('is the error UNAVAILABLE where a view is: the contract has no word for it', () => {
    expect(() => translate({}, Status.UNAVAILABLE)).toThrow(expect.objectContaining({ code: 'UNAVAILABLE' }));
  });
});
