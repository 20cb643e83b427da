import type { FeatureValue, Instant } from '@larder/registry';
import { instantFromMicros } from '@larder/registry';
import { decodeResponse, Status, valueFromWire } from '@larder/serving-api';
import type { ReadRequest } from '@larder/serving-api';
import { now, readsOver, storeWith } from './testing/serving-fixture.js';
import type { StoredRow } from './testing/serving-fixture.js';

type Answer = { status: string | undefined; value: FeatureValue; eventTime: bigint | undefined };

function request(
  features: string[] | string,
  joinKeys: Record<string, FeatureValue[]>,
  options: Partial<ReadRequest> = {},
): ReadRequest {
  const selection =
    typeof features === 'string'
      ? { featureService: features, features: undefined }
      : { featureService: undefined, features };
  return {
    project: '',
    fullFeatureNames: false,
    maxAgeMicros: undefined,
    joinKeys: Object.entries(joinKeys).map(([name, values]) => ({ name, values })),
    ...selection,
    ...options,
  };
}

async function read(
  rows: readonly StoredRow[],
  what: ReadRequest,
  missing: string[] = [],
): Promise<Record<string, Answer>[]> {
  const { reads } = readsOver(await storeWith(rows, missing));
  const response = decodeResponse((await reads.read(what, undefined)).bytes);
  return response.entities.map((entity) =>
    Object.fromEntries(
      (response.metadata?.views ?? []).flatMap(({ featureNames }, view) =>
        featureNames.map((name, index) => {
          const row = entity.views[view];
          const status = row?.valueStatuses[index] ?? row?.status ?? 0;
          return [
            name,
            {
              status: Status[status],
              value: valueFromWire(
                row?.values[index] ?? { $typeName: 'larder.serving.v1.Value', val: { case: undefined } },
              ),
              eventTime: row?.eventTimeMicros,
            },
          ];
        }),
      ),
    ),
  );
}

const hour = 3_600_000_000n;
const ago = (micros: bigint): Instant => instantFromMicros(now - micros);
const segment = ['profile:segment', 'profile:score', 'profile:visits'];

describe('reading online features', () => {
  it('answers PRESENT with values and event time', async () => {
    const [row] = await read(
      [{ view: 'profile', keys: ['a'], values: ['power', 1.5, 2n ** 62n] }],
      request(segment, { user_id: ['a'] }),
    );
    expect(row).toEqual({
      segment: { status: 'PRESENT', value: 'power', eventTime: ago(60_000_000n) },
      score: { status: 'PRESENT', value: 1.5, eventTime: ago(60_000_000n) },
      visits: { status: 'PRESENT', value: 2n ** 62n, eventTime: ago(60_000_000n) },
    });
  });

  it('answers NULL_VALUE with the default for a null, value by value', async () => {
    const [row] = await read(
      [{ view: 'profile', keys: ['a'], values: [null, 0, null] }],
      request(segment, { user_id: ['a'] }),
    );
    expect(row?.['segment']).toMatchObject({ status: 'NULL_VALUE', value: 'none' });
    expect(row?.['score']).toMatchObject({ status: 'PRESENT', value: 0 });
    expect(row?.['visits']).toMatchObject({ status: 'NULL_VALUE', value: null });
  });

  it('answers NOT_FOUND with the default for an entity without a row', async () => {
    const [row] = await read([], request(['profile:segment', 'profile:score'], { user_id: ['nobody'] }));
    expect(row).toEqual({
      segment: { status: 'NOT_FOUND', value: 'none', eventTime: undefined },
      score: { status: 'NOT_FOUND', value: null, eventTime: undefined },
    });
  });

  it('answers UNAVAILABLE, never NOT_FOUND, while the view has no generation, and serves the rest', async () => {
    const [row] = await read(
      [{ view: 'profile', keys: ['a'], values: ['power', 1, 1n] }],
      request(['profile:score', 'counts:watch_count'], { user_id: ['a'] }),
      ['counts'],
    );
    expect(row).toMatchObject({
      score: { status: 'PRESENT', value: 1 },
      watch_count: { status: 'UNAVAILABLE', value: null },
    });
  });

  it('keeps request order for features, also when it is not the stored order', async () => {
    const [row] = await read(
      [{ view: 'profile', keys: ['a'], values: ['power', 1.5, 7n] }],
      request(['profile:visits', 'profile:segment'], { user_id: ['a'] }),
    );
    expect(Object.entries(row ?? {}).map(([name, { value }]) => [name, value])).toEqual([
      ['visits', 7n],
      ['segment', 'power'],
    ]);
  });

  it('answers in request order, with repeated and unsorted keys', async () => {
    const rows = ['a', 'b', 'c'].map((key) => ({ view: 'profile', keys: [key], values: [key, 1, 1n] }));
    const answers = await read(rows, request(['profile:segment'], { user_id: ['c', 'a', 'zzz', 'a', 'b'] }));
    expect(answers.map((each) => each['segment']?.value)).toEqual(['c', 'a', 'none', 'a', 'b']);
  });

  it('counts ttl with equality included', async () => {
    const rows = [
      { view: 'profile', keys: ['edge'], values: ['x', 1, 1n], time: ago(24n * hour) },
      { view: 'profile', keys: ['over'], values: ['x', 1, null], time: ago(24n * hour + 1n) },
    ];
    const answers = await read(rows, request(['profile:segment', 'profile:visits'], { user_id: ['edge', 'over'] }));
    expect(
      answers.map((each) => [
        each['segment']?.status,
        each['segment']?.value,
        each['visits']?.status,
        each['visits']?.value,
      ]),
    ).toEqual([
      ['PRESENT', 'x', 'PRESENT', 1n],
      ['OUTSIDE_MAX_AGE', 'x', 'OUTSIDE_MAX_AGE', null],
    ]);
  });

  it('takes the smaller of ttl and the request’s max age', async () => {
    const rows = [{ view: 'profile', keys: ['a'], values: ['x', 1, 1n], time: ago(2n * hour) }];
    const [row] = await read(rows, request(['profile:segment'], { user_id: ['a'] }, { maxAgeMicros: Number(hour) }));
    expect(row?.['segment']).toMatchObject({ status: 'OUTSIDE_MAX_AGE', value: 'x', eventTime: ago(2n * hour) });
  });

  it('follows the view’s onStale: null and default', async () => {
    const rows = ['cleared', 'fallback'].map((view) => ({ view, keys: ['a'], values: ['old'], time: ago(2n * hour) }));
    const [row] = await read(rows, request(['cleared:mood', 'fallback:tone'], { user_id: ['a'] }));
    expect(row).toMatchObject({
      mood: { status: 'OUTSIDE_MAX_AGE', value: null },
      tone: { status: 'OUTSIDE_MAX_AGE', value: 'plain' },
    });
  });

  it('fails the call when the view says so', async () => {
    const rows = [{ view: 'strict', keys: ['a'], values: [1n], time: ago(2n * hour) }];
    await expect(read(rows, request(['strict:level'], { user_id: ['a'] }))).rejects.toMatchObject({
      code: 'FAILED_PRECONDITION',
      message: expect.stringContaining('strict'),
    });
  });

  it('reads one view in two roles and composite keys, never confusing (a,b) with (b,a)', async () => {
    const rows = [
      { view: 'departures', keys: ['SFO'], values: [10n] },
      { view: 'departures', keys: ['LAX'], values: [20n] },
      { view: 'delays', keys: ['LAX', 'SFO'], values: [5n] },
    ];
    const answers = await read(
      rows,
      request('flight', { origin: ['SFO', 'LAX'], destination: ['LAX', 'SFO'] }, { fullFeatureNames: true }),
    );
    expect(
      answers.map((each) => Object.fromEntries(Object.entries(each).map(([name, { value }]) => [name, value]))),
    ).toEqual([
      { origin_airport__departures: 10n, destination_airport__departures: 20n, delays__delay: 5n },
      { origin_airport__departures: 20n, destination_airport__departures: 10n, delays__delay: null },
    ]);
  });

  it('treats a null join key as an entity without rows', async () => {
    const answers = await read(
      [{ view: 'profile', keys: [''], values: ['empty', 1, 1n] }],
      request(['profile:segment'], { user_id: [null, ''] }),
    );
    expect(answers.map((each) => each['segment']?.status)).toEqual(['NOT_FOUND', 'PRESENT']);
  });

  it('names every problem of the join keys at once', async () => {
    await expect(
      read([], request(['profile:segment', 'delays:delay'], { user_id: ['a', 'b'], origin: ['x'], extra: ['y', 'z'] })),
    ).rejects.toMatchObject({
      code: 'INVALID_ARGUMENT',
      details: {
        problems: [
          { path: 'destination' },
          { path: 'extra' },
          { path: 'join_keys', message: expect.stringContaining('origin has 1') },
        ],
      },
    });
  });

  it.each([
    ['an unknown feature', ['profile:segmnt'], 'did you mean profile:segment'],
    ['an unknown view', ['profil:segment'], 'did you mean profile'],
    ['a malformed reference', ['segment'], 'expected view:feature'],
    ['colliding short names', ['profile:segment', 'profile:segment'], 'twice'],
  ])('refuses %s', async (_what, features, message) => {
    await expect(read([], request(features, { user_id: ['a'] }))).rejects.toMatchObject({
      code: 'INVALID_ARGUMENT',
      message: expect.stringContaining(message),
    });
  });

  it('refuses a key of the wrong type, no entity and too many', async () => {
    await expect(read([], request(['profile:segment'], { user_id: [7] }))).rejects.toMatchObject({
      code: 'INVALID_ARGUMENT',
      message: expect.stringContaining('user_id'),
    });
    await expect(read([], request(['profile:segment'], { user_id: [] }))).rejects.toMatchObject({
      code: 'INVALID_ARGUMENT',
    });
    await expect(
      read([], request(['profile:segment'], { user_id: Array.from({ length: 5001 }, () => 'a') })),
    ).rejects.toMatchObject({ code: 'INVALID_ARGUMENT', message: expect.stringContaining('5000') });
  });

  it('refuses an unknown service and project', async () => {
    await expect(read([], request('recomender', { user_id: ['a'] }))).rejects.toMatchObject({
      code: 'NOT_FOUND',
      message: expect.stringContaining('did you mean recommender'),
    });
    await expect(read([], request('recommender', { user_id: ['a'] }, { project: 'other' }))).rejects.toMatchObject({
      code: 'NOT_FOUND',
    });
  });

  it('answers UNAVAILABLE for every view when the store fails', async () => {
    const store = await storeWith([]);
    const { reads } = readsOver({
      ...store,
      describe: 'broken',
      read: async () => Promise.reject(Object.assign(new Error('down'), { name: 'LarderError', code: 'UNAVAILABLE' })),
    } as typeof store);
    const response = decodeResponse((await reads.read(request('recommender', { user_id: ['a'] }), undefined)).bytes);
    expect(response.entities[0]?.views.map((view) => view.status)).toEqual([Status.UNAVAILABLE, Status.UNAVAILABLE]);
  });

  it('answers UNAVAILABLE in time when the deadline comes before the store', async () => {
    const store = await storeWith([]);
    const { reads } = readsOver({
      ...store,
      describe: 'slow',
      read: async () => new Promise(() => undefined),
    } as typeof store);
    const response = decodeResponse(
      (await reads.read(request('recommender', { user_id: ['a'] }), Date.now() + 20)).bytes,
    );
    expect(response.entities[0]?.views[0]?.status).toBe(Status.UNAVAILABLE);
  });

  it('says in the metadata what was read', async () => {
    const { reads } = readsOver(await storeWith([]));
    const { metadata } = decodeResponse(
      (await reads.read(request('recommender', { user_id: ['a'] }), undefined)).bytes,
    );
    expect(metadata).toMatchObject({
      snapshotVersion: 1,
      views: [
        { name: 'profile', featureNames: ['segment'], viewVersion: 1, generation: 1 },
        { name: 'counts', featureNames: ['watch_count'] },
      ],
    });
  });
});
