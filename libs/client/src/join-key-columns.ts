import type { FeatureValue, Problem } from '@larder/registry';
import { LarderError } from '@larder/registry';
import { valueToWire } from '@larder/serving-api';
import type { Value } from '@larder/serving-api';

/** Join keys of one entity by name. */
export type JoinKeys = Readonly<Record<string, string | number | bigint | boolean | Uint8Array | null>>;

export interface JoinKeyColumn {
  readonly name: string;
  readonly values: Value[];
}

/** Entities as the wire wants them: one column per join key. INVALID_ARGUMENT when an entity lacks a key that another has. */
export function joinKeyColumns(entities: readonly JoinKeys[]): JoinKeyColumn[] {
  const names = [...new Set(entities.flatMap((entity) => Object.keys(entity)))];
  const problems: Problem[] = [];
  const columns = names.map((name) => ({
    name,
    values: entities.map((entity, index) => {
      const value = entity[name];
      if (value === undefined) problems.push({ path: `entities[${index}].${name}`, message: 'missing join key' });
      return keyToWire(value ?? null);
    }),
  }));
  if (problems.length > 0) throw LarderError.fromProblems('join keys', problems.slice(0, 20));
  return columns;
}

/** The server knows the declared type and accepts any integer for int32, int64 and timestamp, and text for date. */
function keyToWire(value: JoinKeys[string]): Value {
  if (typeof value === 'string') return valueToWire('string', value);
  if (typeof value === 'boolean') return valueToWire('bool', value);
  if (typeof value === 'bigint' || typeof value === 'number') return valueToWire('int64', wholeNumber(value));
  return valueToWire('bytes', value satisfies FeatureValue);
}

function wholeNumber(value: number | bigint): bigint {
  if (typeof value === 'number' && !Number.isSafeInteger(value))
    throw new LarderError(
      'INVALID_ARGUMENT',
      `join key ${value}: expected a whole number; give int64 beyond 2^53 as bigint`,
    );
  return BigInt(value);
}
