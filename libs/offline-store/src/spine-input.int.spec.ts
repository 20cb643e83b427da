import { writeFile, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { JoinKeySpec } from '@larder/registry';
import { isLarderError, parseInstant } from '@larder/registry';
import type { OfflineFixture } from './testing/offline-fixture.js';
import { at, openOfflineFixture } from './testing/offline-fixture.js';
import { openSpine } from './spine-input.js';
import type { SpineInput } from './spine-input.js';

const KEYS: readonly JoinKeySpec[] = [
  { name: 'user', type: 'int64' },
  { name: 'code', type: 'string' },
];

let fixture: OfflineFixture;
beforeAll(async () => (fixture = await openOfflineFixture()));
afterAll(() => fixture.close());

async function rowsOf(input: SpineInput, joinKeys = KEYS): Promise<unknown> {
  const spine = await openSpine(fixture.store, input, { joinKeys });
  try {
    const { rows, columns } = await fixture.store.readRows(spine.relation.sql);
    const { rows: count, minTime, maxTime } = spine.relation;
    return { columns: columns.map((each) => `${each.name} ${each.type}`), rows, count, minTime, maxTime };
  } finally {
    await spine.close();
  }
}

async function problemsOf(input: SpineInput, joinKeys = KEYS): Promise<readonly string[]> {
  const error: unknown = await openSpine(fixture.store, input, { joinKeys }).catch((each: unknown) => each);
  return isLarderError(error) && error.code === 'INVALID_ARGUMENT'
    ? (error.details.problems ?? []).map((each) => `${each.path}: ${each.message}`)
    : [String(error)];
}

async function csv(name: string, text: string): Promise<SpineInput> {
  await writeFile(join(fixture.directory, name), text);
  return { kind: 'csv', path: name };
}

const JANUARY = parseInstant('2024-01-01');
const FEBRUARY = parseInstant('2024-02-01T00:00:00.000001Z');

describe('rows', () => {
  it('keep every digit of keys, and other columns as they came', async () => {
    const input: SpineInput = {
      kind: 'rows',
      rows: [
        {
          user: '9223372036854775807',
          code: '007',
          event_timestamp: '2024-02-01T01:00:00.000001+01:00',
          n: 1,
          x: 1,
          o: [1],
          big: 9007199254740993n,
        },
        { user: 5, code: null, event_timestamp: '2024-01-01', n: 2, x: 0.5, o: 'text', b: true },
        { user: 9007199254740993n, event_timestamp: '2024-01-01', n: null },
      ],
    };
    expect(await rowsOf(input)).toEqual({
      columns: [
        'user int64',
        'code string',
        'event_timestamp timestamp',
        'n int64',
        'x float64',
        'o json',
        'big int64',
        'b bool',
      ],
      rows: [
        [9223372036854775807n, '007', FEBRUARY, 1n, 1, '[1]', 9007199254740993n, null],
        [5n, null, JANUARY, 2n, 0.5, '"text"', null, true],
        [9007199254740993n, null, JANUARY, null, null, null, null, null],
      ],
      count: 3,
      minTime: JANUARY,
      maxTime: FEBRUARY,
    });
    expect(await readdir(join(fixture.store.temporaryDirectory, 'spines'))).toEqual([]);
  });

  it('carry keys of every type', async () => {
    const keys: readonly JoinKeySpec[] = [
      { name: 'b', type: 'bool' },
      { name: 'i', type: 'int32' },
      { name: 'y', type: 'bytes' },
      { name: 't', type: 'timestamp' },
      { name: 'd', type: 'date' },
    ];
    const rows = [
      { b: true, i: -5, y: 'AAE=', t: '1969-12-31T23:59:59.999999Z', d: '1969-12-31', event_timestamp: '2024-01-01' },
    ];
    expect(await rowsOf({ kind: 'rows', rows }, keys)).toMatchObject({
      rows: [[true, -5, Uint8Array.of(0, 1), -1n, '1969-12-31', JANUARY]],
    });
  });

  it('are refused with every problem of every row', async () => {
    const rows = [
      { user: 1.5, code: 'a', event_timestamp: '2024-01-01' },
      { user: 'x', code: 7, event_timestamp: null },
      { user: 1, code: 'a', event_timestamp: 'soon' },
    ];
    expect(await problemsOf({ kind: 'rows', rows })).toEqual([
      'spine[0].user: 1.5 is no int64',
      'spine[1].user: "x" is no int64',
      'spine[1].code: 7 is no string',
      'spine[1].event_timestamp: null is no ISO 8601 time',
      'spine[2].event_timestamp: "soon" is no ISO 8601 time',
    ]);
    expect(await problemsOf({ kind: 'rows', rows: [{ id: 1 }] })).toEqual([
      'spine.event_timestamp: is missing; the spine has id',
      'spine.user: is missing; the spine has id',
      'spine.code: is missing; the spine has id',
    ]);
    expect(await problemsOf({ kind: 'rows', rows: [] })).toEqual(['spine: has no rows']);
  });
});

describe('a CSV file', () => {
  it('has keys of their declared types, whatever they look like, and zoned times', async () => {
    const input = await csv(
      'good.csv',
      'code,user,event_timestamp,label\n007,12,2024-01-01 00:00:00,1.5\n,9223372036854775807,2024-02-01T02:00:00.000001+02:00,\n',
    );
    expect(await rowsOf(input)).toMatchObject({
      columns: ['code string', 'user int64', 'event_timestamp timestamp', 'label float64'],
      rows: [
        ['007', 12n, JANUARY, 1.5],
        [null, 9223372036854775807n, FEBRUARY, null],
      ],
    });
  });

  it('is refused with every kind of problem', async () => {
    expect(
      await problemsOf(await csv('bad.csv', 'user,code,event_timestamp\n1.5,a,2024-01-01\n2e3,a,tomorrow\n')),
    ).toEqual([
      'spine.user: 2 values are no int64, such as "1.5"',
      'spine.event_timestamp: 1 value is no time, such as "tomorrow"',
    ]);
    expect(await problemsOf(await csv('short.csv', 'user,other\n1,2\n'))).toEqual([
      'spine.event_timestamp: is missing; the spine has user, other',
      'spine.code: is missing; the spine has user, other',
    ]);
    expect(await problemsOf(await csv('timeless.csv', 'user,code,event_timestamp\n1,a,\n'))).toEqual([
      'spine.event_timestamp: 1 row has no time',
    ]);
    expect((await problemsOf({ kind: 'csv', path: 'absent.csv' }))[0]).toMatch(
      /^spine: missing file: No files found that match the pattern /,
    );
  });
});

describe('a Parquet file', () => {
  it('is taken as it is', async () => {
    await fixture.write(
      'spine.parquet',
      [
        { name: 'user', type: 'INTEGER' },
        { name: 'code', type: 'VARCHAR' },
        { name: 'event_timestamp', type: 'TIMESTAMPTZ' },
      ],
      [[1, 'a', at('2024-01-01')]],
    );
    expect(await rowsOf({ kind: 'parquet', path: 'spine.parquet' })).toMatchObject({
      columns: ['user int32', 'code string', 'event_timestamp timestamp'],
      rows: [[1, 'a', JANUARY]],
      count: 1,
    });
  });

  it('is refused where a key or the time has another type', async () => {
    await fixture.write(
      'wrong.parquet',
      [
        { name: 'user', type: 'DOUBLE' },
        { name: 'code', type: 'BIGINT' },
        { name: 'event_timestamp', type: 'VARCHAR' },
      ],
      [],
    );
    expect(await problemsOf({ kind: 'parquet', path: 'wrong.parquet' })).toEqual([
      'spine.event_timestamp: is VARCHAR; expected a timestamp or a date',
      'spine.user: is DOUBLE; expected int64',
      'spine.code: is BIGINT; expected string',
    ]);
    await fixture.write(
      'range.parquet',
      [
        { name: 'user', type: 'UBIGINT' },
        { name: 'event_timestamp', type: 'TIMESTAMP' },
      ],
      [['18446744073709551615', at('2024-01-01')]],
    );
    expect(await problemsOf({ kind: 'parquet', path: 'range.parquet' }, KEYS.slice(0, 1))).toEqual([
      'spine.user: 1 value is no int64, such as "18446744073709551615"',
    ]);
  });
});

it('keeps the order of many rows', async () => {
  const rows = Array.from({ length: 60_000 }, (_, place) => ({
    place,
    user: place % 7,
    event_timestamp: '2024-01-01',
    filler: 'x'.repeat(100),
  }));
  const spine = await openSpine(fixture.store, { kind: 'rows', rows }, { joinKeys: KEYS.slice(0, 1) });
  const { rows: wrong } = await fixture.store.readRows(
    `SELECT count(*) FILTER (WHERE number <> place + 1) FROM (SELECT row_number() OVER () AS number, place FROM (${spine.relation.sql}))`,
  );
  await spine.close();
  expect(wrong).toEqual([[0n]]);
});

it('keeps the order of a file of many row groups', async () => {
  const path = join(fixture.directory, 'long.parquet');
  await fixture.store.writeParquet(
    "SELECT range AS place, range % 7 AS user, TIMESTAMP '2024-01-01' AS event_timestamp FROM range(500000)",
    path,
  );
  const spine = await openSpine(fixture.store, { kind: 'parquet', path }, { joinKeys: KEYS.slice(0, 1) });
  const { rows } = await fixture.store.readRows(
    `SELECT count(*) FILTER (WHERE number <> place + 1) FROM (SELECT row_number() OVER () AS number, place FROM (${spine.relation.sql}))`,
  );
  expect(rows).toEqual([[0n]]);
});
