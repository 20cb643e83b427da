import { create, toBinary } from '@bufbuild/protobuf';
import { isLarderError } from '@larder/registry';
import fc from 'fast-check';
import { GetOnlineFeaturesRequestSchema } from './gen/larder/serving/v1/serving_pb.js';
import { parseReadRequest } from './parse-read-request.js';
import type { ReadRequest } from './parse-read-request.js';

const int64 = fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n });
const keyValue = fc.oneof(
  fc.string({ unit: 'grapheme' }).map((value) => ({ wire: { case: 'stringVal' as const, value }, plain: value })),
  int64.map((value) => ({ wire: { case: 'int64Val' as const, value }, plain: safe(value) })),
  fc.integer().map((value) => ({ wire: { case: 'int32Val' as const, value }, plain: value })),
  fc.boolean().map((value) => ({ wire: { case: 'boolVal' as const, value }, plain: value })),
  fc.uint8Array().map((value) => ({ wire: { case: 'bytesVal' as const, value }, plain: value })),
  fc
    .bigInt({ min: -(10n ** 16n), max: 10n ** 16n })
    .map((value) => ({ wire: { case: 'timestampMicrosVal' as const, value }, plain: value })),
  fc.constant({ wire: { case: undefined }, plain: null }),
);

function safe(value: bigint): number | bigint {
  return Number.isSafeInteger(Number(value)) ? Number(value) : value;
}

/** The columns with their values, which are read only when they are asked for. */
function plainColumns({ joinKeys }: ReadRequest) {
  return joinKeys.map(({ name, values }) => ({ name, values: [...values] }));
}

describe('parseReadRequest', () => {
  it('reads what the generated encoder writes', () => {
    const column = fc.record({ name: fc.string({ unit: 'grapheme' }), values: fc.array(keyValue, { maxLength: 5 }) });
    const request = fc.record({
      project: fc.string(),
      service: fc.option(fc.string(), { nil: undefined }),
      features: fc.array(fc.string()),
      full: fc.boolean(),
      columns: fc.array(column, { maxLength: 4 }),
      maxAge: fc.option(
        fc.record({ seconds: fc.bigInt({ min: 0n, max: 10n ** 9n }), nanos: fc.integer({ min: 0, max: 999_999_999 }) }),
        { nil: undefined },
      ),
    });
    fc.assert(
      fc.property(request, ({ project, service, features, full, columns, maxAge }) => {
        const message = create(GetOnlineFeaturesRequestSchema, {
          project,
          selection:
            service === undefined
              ? { case: 'features', value: { references: features } }
              : { case: 'featureService', value: service },
          joinKeys: columns.map(({ name, values }) => ({ name, values: values.map(({ wire }) => ({ val: wire })) })),
          fullFeatureNames: full,
          ...(maxAge === undefined ? {} : { maxAge }),
        });
        const parsed = parseReadRequest(Buffer.from(toBinary(GetOnlineFeaturesRequestSchema, message)));
        expect({ ...parsed, joinKeys: plainColumns(parsed) }).toEqual({
          project,
          featureService: service,
          features: service === undefined ? features : undefined,
          joinKeys: columns.map(({ name, values }) => ({ name, values: values.map(({ plain }) => plain) })),
          fullFeatureNames: full,
          maxAgeMicros:
            maxAge === undefined ? undefined : Number(maxAge.seconds) * 1_000_000 + Math.floor(maxAge.nanos / 1000),
        });
      }),
    );
  });

  it('answers any bytes with a request or INVALID_ARGUMENT, never with another error', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
        try {
          plainColumns(parseReadRequest(Buffer.from(bytes)));
        } catch (error) {
          expect(isLarderError(error) && error.code).toBe('INVALID_ARGUMENT');
        }
      }),
      { numRuns: 2000 },
    );
  });

  it('marks a value that cannot be a key', () => {
    const message = create(GetOnlineFeaturesRequestSchema, {
      joinKeys: [{ name: 'k', values: [{ val: { case: 'doubleVal', value: 1.5 } }] }],
    });
    expect(plainColumns(parseReadRequest(Buffer.from(toBinary(GetOnlineFeaturesRequestSchema, message))))).toEqual([
      { name: 'k', values: [undefined] },
    ]);
  });
});
