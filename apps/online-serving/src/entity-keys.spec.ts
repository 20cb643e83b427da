import { encodeEntityKey, entityKeyPrefix } from '@larder/row-format';
import type { PackedKeys } from '@larder/online-store';
import { encodeRequest, parseReadRequest } from '@larder/serving-api';
import type { JoinKeyColumnValues } from '@larder/serving-api';
import fc from 'fast-check';
import { buildKeyPrefixes } from './entity-keys.js';
import { readsOver, storeWith } from './testing/serving-fixture.js';

function texts({ bytes, bounds }: PackedKeys): string[] {
  return bounds.slice(1).map((end, index) => bytes.toString('utf8', bounds[index], end));
}

/** A column of strings as it comes over the wire. */
function wireColumn(values: readonly (string | null)[]): JoinKeyColumnValues[] {
  const request = encodeRequest({
    joinKeys: [
      {
        name: 'user_id',
        values: values.map((value) => ({
          val: value === null ? { case: undefined } : { case: 'stringVal' as const, value },
        })),
      },
    ],
  });
  return parseReadRequest(request).joinKeys;
}

const KEYS = [{ name: 'user_id', type: 'string' }] as const;

/** Plain keys, keys with what needs escaping, keys beyond ASCII, long ones, and null. */
const key = fc.oneof(
  fc.string({ maxLength: 20 }),
  fc.string({ unit: fc.constantFrom('a', '%', ',', ':', '{', '}', 'é', '😀', '\r', '\0'), maxLength: 10 }),
  fc.string({ unit: fc.constant('x'), minLength: 100, maxLength: 300 }),
  fc.constant(null),
);

describe('entity keys of a request', () => {
  it('are the same from bytes and from values, and those that rows are written under', async () => {
    const { plans } = readsOver(await storeWith([]));
    const plan = plans.plan({ featureService: undefined, features: ['profile:segment'], fullFeatureNames: false });
    fc.assert(
      fc.property(fc.array(key, { minLength: 1, maxLength: 30 }), (values) => {
        const wanted = values.map((value) =>
          value === null ? 'test{000}:' : entityKeyPrefix('test', encodeEntityKey(KEYS, [value])),
        );
        expect(buildKeyPrefixes(plan, wireColumn(values)).map(texts)).toEqual([wanted]);
        expect(buildKeyPrefixes(plan, [{ name: 'user_id', values }]).map(texts)).toEqual([wanted]);
      }),
      { numRuns: 300 },
    );
  });

  it('of bytes that are no UTF-8 are those of the text that they are read as', async () => {
    const { plans } = readsOver(await storeWith([]));
    const plan = plans.plan({ featureService: undefined, features: ['profile:segment'], fullFeatureNames: false });
    const [column] = wireColumn(['~~']);
    column?.wire?.bytes.fill(0xff, column.wire.bytes.lastIndexOf('~'));
    const wanted = entityKeyPrefix('test', encodeEntityKey(KEYS, ['~\ufffd']));
    expect(buildKeyPrefixes(plan, column === undefined ? [] : [column]).map(texts)).toEqual([[wanted]]);
  });

  it('are built once for views that share them', async () => {
    const { plans } = readsOver(await storeWith([]));
    const plan = plans.plan({ featureService: 'recommender', features: undefined, fullFeatureNames: false });
    const [first, second] = buildKeyPrefixes(plan, wireColumn(['a', 'b']));
    expect(second).toBe(first);
  });

  it('are refused when a value is not of its type, by entity, wherever the value came from', async () => {
    const { plans } = readsOver(await storeWith([]));
    const plan = plans.plan({ featureService: undefined, features: ['profile:segment'], fullFeatureNames: false });
    const request = encodeRequest({
      joinKeys: [
        {
          name: 'user_id',
          values: [{ val: { case: 'stringVal', value: 'a' } }, { val: { case: 'int64Val', value: 7n } }],
        },
      ],
    });
    const { joinKeys } = parseReadRequest(request);
    const refused = expect.objectContaining({
      code: 'INVALID_ARGUMENT',
      details: { problems: [expect.objectContaining({ path: 'entity 1' })] },
    });
    expect(() => buildKeyPrefixes(plan, joinKeys)).toThrow(refused);
    expect(() => buildKeyPrefixes(plan, [{ name: 'user_id', values: ['a', 7n] }])).toThrow(refused);
  });
});
