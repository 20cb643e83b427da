import type { ColumnVector } from '@larder/offline-store';
import type { FeatureValue, JoinKeySpec, JoinKeyTypeName } from '@larder/registry';
import { LarderError } from '@larder/registry';
import { encodeEntityKey } from '@larder/row-format';

const DAY_MILLIS = 86_400_000;

/** The entity key of a row of the chunk, or undefined when a join key is null. */
export type EntityKeyOfRow = (row: number) => string | undefined;

/** Reads entity keys from the join key columns of one chunk, sorted by name; types are decided here, once. */
export function entityKeyReader(keys: readonly JoinKeySpec[], columns: readonly ColumnVector[]): EntityKeyOfRow {
  const readers = keys.map(({ type, name }, index) => keyReader(type, columns[index] ?? missingColumn(name)));
  const nullTests = columns.slice(0, keys.length).flatMap((column) => column.isValid ?? []);
  const values: FeatureValue[] = keys.map(() => null);
  const [first] = readers;
  const read = (row: number): string => {
    for (let index = 0; index < readers.length; index++) values[index] = readers[index]?.(row) ?? null;
    return encodeEntityKey(keys, values);
  };
  if (first === undefined) throw new LarderError('INTERNAL', 'a view has at least one join key');
  return nullTests.length === 0 ? read : (row) => (nullTests.every((isValid) => isValid(row)) ? read(row) : undefined);
}

/** A join key's value as the row format takes it: truth values and days come out of DuckDB as numbers. */
function keyReader(type: JoinKeyTypeName, { values }: ColumnVector): (row: number) => FeatureValue {
  if (type === 'bool') return (row) => values[row] === 1;
  if (type === 'date') return (row) => new Date(Number(values[row]) * DAY_MILLIS).toISOString().slice(0, 10);
  return (row) => values[row] ?? null;
}

function missingColumn(name: string): never {
  throw new LarderError('INTERNAL', `the query has no column of join key ${name}`);
}
