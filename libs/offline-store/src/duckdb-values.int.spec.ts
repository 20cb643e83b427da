import type { FeatureValue } from '@larder/registry';
import type { OfflineFixture } from './testing/offline-fixture.js';
import { openOfflineFixture } from './testing/offline-fixture.js';

/** SQL of each type's edge values and what they are in TypeScript: the list that every converter of values is tested with. */
const CASES: readonly (readonly [string, readonly string[], readonly FeatureValue[]])[] = [
  ['BOOLEAN', ['true', 'false', 'NULL'], [true, false, null]],
  ['INTEGER', ['2147483647', '-2147483648', 'NULL', '0'], [2147483647, -2147483648, null, 0]],
  [
    'BIGINT',
    ['9223372036854775807', '-9223372036854775808', 'NULL', '9007199254740993'],
    [9223372036854775807n, -9223372036854775808n, null, 9007199254740993n],
  ],
  ['FLOAT', ['1.5', "'nan'", "'-inf'", 'NULL'], [1.5, Number.NaN, Number.NEGATIVE_INFINITY, null]],
  [
    'DOUBLE',
    ["'nan'", "'inf'", "'-inf'", "'-0.0'", '0', "'5e-324'", 'NULL'],
    [Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, -0, 0, 5e-324, null],
  ],
  ['VARCHAR', ["''", "'🥕 und ü'", `'${'long '.repeat(10)}'`, 'NULL'], ['', '🥕 und ü', 'long '.repeat(10), null]],
  [
    'BLOB',
    ["unhex('')", "unhex('00ff')", "unhex('000102030405060708090a0b0c0d0e0f')", 'NULL'],
    [new Uint8Array(0), Uint8Array.of(0, 255), Uint8Array.from({ length: 16 }, (_, index) => index), null],
  ],
  [
    'TIMESTAMP',
    ["'1969-12-31 23:59:59.999999'", "'0001-01-01'", "'9999-12-31 23:59:59.999999'", 'NULL'],
    [-1n, -62_135_596_800_000_000n, 253_402_300_799_999_999n, null],
  ],
  ['TIMESTAMPTZ', ["'1970-01-01 00:00:00+02'", 'NULL'], [-7_200_000_000n, null]],
  ['DATE', ["'1969-12-31'", "'0001-01-01'", "'2024-02-29'", 'NULL'], ['1969-12-31', '0001-01-01', '2024-02-29', null]],
  [
    'DECIMAL(38,2)',
    ['123456789012345678901234567890123456.78', '-0.10', 'NULL'],
    ['123456789012345678901234567890123456.78', '-0.10', null],
  ],
  ['JSON', [`'{"a": [1, null]}'`, "'null'", 'NULL'], ['{"a": [1, null]}', 'null', null]],
  ['BIGINT[]', ['[9223372036854775807, -1]', '[]', 'NULL'], [[9223372036854775807n, -1n], [], null]],
  ['TIMESTAMP[]', ["['1969-12-31 23:59:59.999999'::TIMESTAMP]"], [[-1n]]],
  ['DATE[]', ["['1969-12-31'::DATE]"], [['1969-12-31']]],
  ['VARCHAR[]', ["['', '🥕']"], [['', '🥕']]],
  ['DOUBLE[]', ["['nan'::DOUBLE, 1.5]"], [[Number.NaN, 1.5]]],
  ['BOOLEAN[]', ['[true, false]'], [[true, false]]],
];

let fixture: OfflineFixture;
beforeAll(async () => (fixture = await openOfflineFixture()));
afterAll(() => fixture.close());

function query(type: string, values: readonly string[]): string {
  return `SELECT CAST(v AS ${type}) AS v FROM (VALUES ${values.map((value, index) => `(${index}, CAST(${value} AS ${type}))`).join(', ')}) AS t(i, v) ORDER BY i`;
}

describe.each(CASES)('%s', (type, values, expected) => {
  it('is read exactly as rows', async () => {
    const { rows } = await fixture.store.readRows(query(type, values));
    expect(rows.map((row) => row[0])).toEqual(expected);
  });

  it('is read exactly as columns', async () => {
    const seen: FeatureValue[] = [];
    for await (const { rows, columns } of fixture.store.streamColumns(query(type, values))) {
      const [column] = columns;
      for (let row = 0; row < rows; row++)
        seen.push(column?.isValid?.(row) === false ? null : ((column?.values[row] ?? null) as FeatureValue));
    }
    expect(seen.map((value) => asRowValue(type, value))).toEqual(expected);
  });
});

/** Columns hold booleans as 0 and 1 and dates as days. */
function asRowValue(type: string, value: FeatureValue): FeatureValue {
  if (value === null) return null;
  if (type === 'BOOLEAN') return value === 1;
  return type === 'DATE' ? new Date(Number(value) * 86_400_000).toISOString().slice(0, 10) : value;
}

it('gives fixed-size types as typed arrays, and validity only where there are nulls', async () => {
  const sql =
    "SELECT true AS b, 1::INTEGER AS i, 1::BIGINT AS l, 1::FLOAT AS f, 1::DOUBLE AS d, make_timestamp(1) AS t, DATE '1970-01-02' AS y, CASE WHEN range < 70 THEN range END AS n FROM range(5000)";
  const chunks = [];
  for await (const chunk of fixture.store.streamColumns(sql)) chunks.push(chunk);
  expect(chunks[0]?.columns.map(({ values }) => values.constructor.name)).toEqual([
    'Uint8Array',
    'Int32Array',
    'BigInt64Array',
    'Float32Array',
    'Float64Array',
    'BigInt64Array',
    'Int32Array',
    'BigInt64Array',
  ]);
  expect(chunks[0]?.columns.map(({ isValid }) => isValid !== undefined)).toEqual([
    false,
    false,
    false,
    false,
    false,
    false,
    false,
    true,
  ]);
  expect(chunks.reduce((rows, chunk) => rows + chunk.rows, 0)).toBe(5000);
  const nulls = chunks.map(
    ({ rows, columns }) =>
      Array.from({ length: rows }, (_, row) => columns[7]?.isValid?.(row)).filter((valid) => valid === true).length,
  );
  expect(nulls.reduce((a, b) => a + b, 0)).toBe(70);
});
