import { readFileSync } from 'node:fs';
import type { FeatureValue, JsonValue, ValueTypeName } from '@larder/registry';
import { valueFromJson } from '@larder/registry';
import fc from 'fast-check';
import { ByteWriter } from './byte-writer.js';
import type { ColumnVector } from './column-writers.js';
import { dayNumber } from './day-number.js';
import type { FeatureColumn } from './feature-values.fixture.js';
import { anyColumns, anyTimes } from './feature-values.fixture.js';
import { ChunkRowEncoder, encodeRow, encodeTombstone, writeTombstone } from './row-encoder.js';
import type { RowShape, RowTimes } from './row-encoder.js';

interface GoldenRow {
  readonly name: string;
  readonly viewVersion: number;
  readonly first: string;
  readonly second: string;
  readonly eventTimeMicros: string;
  readonly features: RowShape['features'];
  readonly values: readonly JsonValue[];
  readonly tombstone?: true;
  readonly hex: string;
}

const goldenRows = JSON.parse(
  readFileSync(new URL('../testdata/row-v1.json', import.meta.url), 'utf8'),
) as readonly GoldenRow[];
const noTimes: RowTimes = { first: 0n, second: 0n, eventTimeMicros: 0n };

function parseGolden(golden: GoldenRow): { shape: RowShape; values: FeatureValue[]; times: RowTimes } {
  const values = golden.features.map(({ type }, index) => {
    const value = valueFromJson(type, golden.values[index] ?? null);
    if (value === undefined) throw new Error(`${golden.name}: value ${index} is not a ${type}`);
    return value;
  });
  const times = {
    first: BigInt(golden.first),
    second: BigInt(golden.second),
    eventTimeMicros: BigInt(golden.eventTimeMicros),
  };
  return { shape: { version: golden.viewVersion, features: golden.features }, values, times };
}

/** A column as a chunk of DuckDB vectors carries it: typed arrays with anything where a null is, texts for json. */
function toColumn({ type, values }: FeatureColumn): ColumnVector {
  const isValid = (row: number): boolean => values[row] !== null;
  const filled = <T extends FeatureValue>(otherwise: T): T[] =>
    values.map((value) => (value === null ? otherwise : (value as T)));
  switch (type) {
    case 'bool':
      return { values: Uint8Array.from(filled(true), (value) => (value ? 1 : 0)), isValid };
    case 'int32':
      return { values: Int32Array.from(filled(77)), isValid };
    case 'date':
      return { values: Int32Array.from(filled('2000-01-01'), dayNumber), isValid };
    case 'int64':
    case 'timestamp':
      return { values: BigInt64Array.from(filled(77n)), isValid };
    case 'float32':
      return { values: Float32Array.from(filled(7.5)), isValid };
    case 'float64':
      return { values: Float64Array.from(filled(7.5)), isValid };
    case 'json':
      return { values: values.map((value) => (value === null ? null : JSON.stringify(value))) };
    case 'list<json>':
      return {
        values: values.map((value) =>
          value === null ? null : (value as readonly JsonValue[]).map((each) => JSON.stringify(each)),
        ),
      };
    default:
      return { values };
  }
}

function shapeOf(columns: readonly { readonly type: ValueTypeName }[], version = 1): RowShape {
  return { version, features: columns.map(({ type }, index) => ({ name: `f${index}`, type })) };
}

describe('row format version 1', () => {
  it.each(goldenRows)('writes the golden bytes of: $name', (golden) => {
    const { shape, values, times } = parseGolden(golden);
    const row = golden.tombstone ? encodeTombstone(shape, times) : encodeRow(shape, values, times);
    expect(row.toString('hex')).toBe(golden.hex.replaceAll(' ', ''));
  });

  it.each(goldenRows.filter((golden) => golden.tombstone === undefined))(
    'writes the same golden bytes from columns: $name',
    (golden) => {
      const { shape, values, times } = parseGolden(golden);
      const columns = shape.features.map(({ type }, index) => toColumn({ type, values: [values[index] ?? null] }));
      const writer = new ByteWriter(1);
      const bytes = new ChunkRowEncoder(shape, columns).write(writer, 0, times);
      expect(bytes).toBe(writer.offset);
      expect(writer.written().toString('hex')).toBe(golden.hex.replaceAll(' ', ''));
    },
  );

  it('has a golden row with a value of every type', () => {
    const types = new Set(goldenRows.flatMap(({ features }) => features.map(({ type }) => type)));
    expect(types.size).toBe(22);
  });
});

describe('ChunkRowEncoder', () => {
  it('writes what encodeRow writes, for any view, whatever the buffer has room for', () => {
    const ROWS = 4;
    const anyChunk = fc.record({
      columns: anyColumns(ROWS),
      times: fc.array(anyTimes, { minLength: ROWS, maxLength: ROWS }),
      room: fc.integer({ min: 1, max: 200 }),
    });
    fc.assert(
      fc.property(anyChunk, ({ columns, times, room }) => {
        const shape = shapeOf(columns);
        const writer = new ByteWriter(room);
        const encoder = new ChunkRowEncoder(shape, columns.map(toColumn));
        const expected = times.map((each, row) =>
          encodeRow(
            shape,
            columns.map(({ values }) => values[row] ?? null),
            each,
          ),
        );
        const lengths = times.map((each, row) => encoder.write(writer, row, each));
        expect(lengths).toEqual(expected.map((row) => row.length));
        expect(writer.written().equals(Buffer.concat(expected))).toBe(true);
      }),
      { numRuns: 300 },
    );
  });

  it('counts missing elements of JavaScript columns as nulls, also without isValid', () => {
    const shape = shapeOf([{ type: 'string' }, { type: 'list<int64>' }]);
    const columns: ColumnVector[] = [{ values: [null, 'x'], isValid: () => true }, { values: [[1n], null] }];
    const encoder = new ChunkRowEncoder(shape, columns);
    for (const [row, values] of [
      [null, [1n]],
      ['x', null],
    ].entries()) {
      const writer = new ByteWriter(64);
      encoder.write(writer, row, noTimes);
      expect(writer.written()).toEqual(encodeRow(shape, values, noTimes));
    }
  });

  it('names the feature whose value has another type and leaves the writer as it was', () => {
    const shape: RowShape = {
      version: 1,
      features: [
        { name: 'age', type: 'int64' },
        { name: 'tags', type: 'list<string>' },
      ],
    };
    const encoder = new ChunkRowEncoder(shape, [{ values: BigInt64Array.of(1n, 2n) }, { values: [['a'], ['b', 7]] }]);
    const writer = new ByteWriter(8);
    encoder.write(writer, 0, noTimes);
    const before = Buffer.from(writer.written());
    expect(() => encoder.write(writer, 1, noTimes)).toThrow(
      expect.objectContaining({
        code: 'INVALID_ARGUMENT',
        message: 'feature tags: element 1: expected string, got the number 7',
      }),
    );
    expect(writer.written()).toEqual(before);
  });

  it('refuses another number of columns than features, and versions that two bytes cannot hold', () => {
    const shape = shapeOf([{ type: 'int64' }]);
    const column = { values: BigInt64Array.of(1n) };
    expect(() => new ChunkRowEncoder(shape, [])).toThrow(/0 columns for 1 features/);
    expect(() => new ChunkRowEncoder(shape, [column, column])).toThrow(/2 columns for 1 features/);
    for (const version of [0, 65_536, 1.5])
      expect(() => new ChunkRowEncoder({ ...shape, version }, [column])).toThrow(/is not 1 to 65535/);
  });
});

describe('encodeRow', () => {
  it('lists every value that is not of its type', () => {
    const shape: RowShape = {
      version: 1,
      features: [
        { name: 'a', type: 'int32' },
        { name: 'b', type: 'string' },
        { name: 'c', type: 'date' },
      ],
    };
    const encode = () => encodeRow(shape, [2 ** 31, 'fine', '2026-02-30'], noTimes);
    expect(encode).toThrow(/a: expected int32, got the number 2147483648\n.*c: not a (time|date)/);
    expect(encode).toThrow(expect.objectContaining({ code: 'INVALID_ARGUMENT' }));
  });

  it('refuses too few or too many values, and times that are no int64', () => {
    const shape = shapeOf([{ type: 'int64' }]);
    expect(() => encodeRow(shape, [], noTimes)).toThrow(/0 values for 1 features/);
    expect(() => encodeRow(shape, [1n, 2n], noTimes)).toThrow(/2 values for 1 features/);
    expect(() => encodeRow(shape, [1n], { ...noTimes, second: 2n ** 63n })).toThrow(
      /9223372036854775808 is not an int64/,
    );
    expect(() => encodeTombstone({ version: 1 }, { ...noTimes, first: -(2n ** 63n) - 1n })).toThrow(/is not an int64/);
    expect(() => encodeTombstone({ version: 65_536 }, noTimes)).toThrow(/is not 1 to 65535/);
  });

  it('gives bytes of its own that later rows do not change', () => {
    const shape = shapeOf([{ type: 'int64' }]);
    const one = encodeRow(shape, [1n], noTimes);
    const copy = Buffer.from(one);
    encodeRow(shape, [2n], noTimes);
    expect(one).toEqual(copy);
  });
});

describe('writeTombstone', () => {
  it('appends what encodeTombstone gives, also when the buffer has no room left', () => {
    fc.assert(
      fc.property(anyTimes, fc.integer({ min: 1, max: 65_535 }), (times, version) => {
        const writer = new ByteWriter(3);
        writer.bytes(Uint8Array.of(1, 2, 3));
        const bytes = writeTombstone(writer, { version }, times);
        expect(writer.written().subarray(3)).toEqual(encodeTombstone({ version }, times));
        expect(bytes).toBe(29);
      }),
    );
  });
});
