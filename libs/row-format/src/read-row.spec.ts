import type { FeatureValue, ValueTypeName } from '@larder/registry';
import fc from 'fast-check';
import { anyColumns, anyTimes } from './feature-values.fixture.js';
import { entryBounds, isNullEntry, VALUES_OFFSET } from './read-row.js';
import { encodeRow } from './row-encoder.js';
import { encodeValueEntry } from './value-writers.js';

const anyRow = fc.record({ columns: anyColumns(1), times: anyTimes }).map(({ columns, times }) => {
  const cells = columns.map(({ type, values }): { type: ValueTypeName; value: FeatureValue } => ({
    type,
    value: values[0] ?? null,
  }));
  const shape = { version: 1, features: cells.map(({ type }, index) => ({ name: `f${index}`, type })) };
  return {
    cells,
    row: encodeRow(
      shape,
      cells.map(({ value }) => value),
      times,
    ),
  };
});

describe('entryBounds', () => {
  it('finds the entry of every value and nothing else', () => {
    fc.assert(
      fc.property(anyRow, ({ cells, row }) => {
        const bounds = entryBounds(row, cells.length);
        expect(bounds[0]).toBe(VALUES_OFFSET);
        expect(bounds.at(-1)).toBe(row.length);
        const entries = cells.map((_, index) => row.subarray(bounds[index], bounds[index + 1]).toString('hex'));
        expect(entries).toEqual(cells.map(({ type, value }) => encodeValueEntry(type, value).toString('hex')));
      }),
      { numRuns: 300 },
    );
  });

  it('tells nulls from every other value', () => {
    fc.assert(
      fc.property(anyRow, ({ cells, row }) => {
        const bounds = entryBounds(row, cells.length);
        const nulls = cells.map((_, index) => isNullEntry(row, bounds[index] ?? 0, bounds[index + 1] ?? 0));
        expect(nulls).toEqual(cells.map(({ value }) => value === null));
      }),
    );
  });

  it('finds the first entries when asked for fewer', () => {
    fc.assert(
      fc.property(anyRow, ({ cells, row }) => {
        const all = entryBounds(row, cells.length);
        for (let count = 0; count <= cells.length; count++)
          expect(entryBounds(row, count)).toEqual(all.slice(0, count + 1));
      }),
      { numRuns: 30 },
    );
  });

  it('refuses a row with fewer values than asked for, or one that was cut short', () => {
    fc.assert(
      fc.property(anyRow, fc.nat(), ({ cells, row }, cut) => {
        expect(() => entryBounds(row, cells.length + 1)).toThrow(RangeError);
        fc.pre(cells.length > 0);
        expect(() =>
          entryBounds(row.subarray(0, VALUES_OFFSET + (cut % (row.length - VALUES_OFFSET))), cells.length),
        ).toThrow(RangeError);
      }),
    );
  });

  it('refuses bytes that are no entries', () => {
    const row = Buffer.concat([Buffer.alloc(VALUES_OFFSET), Buffer.from('1002', 'hex')]);
    expect(() => entryBounds(row, 1)).toThrow('row has no value of feature 0 of 1');
    const endless = Buffer.concat([Buffer.alloc(VALUES_OFFSET), Buffer.from([0x0a]), Buffer.alloc(2000, 0xff)]);
    expect(() => entryBounds(endless, 1)).toThrow(RangeError);
  });
});
