import type { FeatureValue, ScalarTypeName, ValueTypeName } from '@larder/registry';
import { LarderError, listElementType } from '@larder/registry';
import { EvaluationError } from './evaluation-error.js';
import type { ScalarForms, ScalarType, Value } from './types.js';

type Reader = (value: unknown) => Value | undefined;

const isInt32 = (value: unknown): value is number =>
  typeof value === 'number' && value >= -(2 ** 31) && value < 2 ** 31 && Number.isInteger(value);
const ofKind =
  (kind: 'boolean' | 'number' | 'string'): Reader =>
  (value) =>
    typeof value === kind ? (value as boolean | number | string) : undefined;

/** A feature's value as expressions hold it; undefined when it is not one of the type. */
const READERS: ReadonlyMap<ScalarTypeName, Reader> = new Map<ScalarTypeName, Reader>([
  ['bool', ofKind('boolean')],
  ['int32', (value) => (isInt32(value) ? BigInt(value) : undefined)],
  ['int64', readInt64],
  ['float32', ofKind('number')],
  ['float64', ofKind('number')],
  ['string', ofKind('string')],
  ['bytes', (value) => (value instanceof Uint8Array ? value : undefined)],
  ['timestamp', (value) => (typeof value === 'bigint' ? value : undefined)],
  ['date', (value) => (typeof value === 'string' && /^\d{4}-\d{2}-\d{2}$/.test(value) ? value : undefined)],
]);

function readInt64(value: unknown): bigint | undefined {
  if (typeof value === 'bigint') return BigInt.asIntN(64, value) === value ? value : undefined;
  return Number.isSafeInteger(value) ? BigInt(value as number) : undefined;
}

/** How an input's values are read, chosen once per expression. Throws INVALID_ARGUMENT that names the input. */
export function inputReader(name: string, type: ValueTypeName): (value: FeatureValue | undefined) => Value {
  const element = listElementType(type);
  const scalar = READERS.get(element ?? (type as ScalarTypeName)) ?? (() => undefined);
  const read = element === undefined ? scalar : listReader(scalar);
  return (value) => {
    const known = value === null ? null : read(value);
    if (known === undefined) {
      throw new LarderError('INVALID_ARGUMENT', `input ${name}: expected ${type}, got ${kindOf(value)}`);
    }
    return known;
  };
}

function listReader(readElement: Reader): Reader {
  return (value) => {
    if (!Array.isArray(value)) return undefined;
    const elements: Value[] = [];
    for (const each of value as readonly unknown[]) {
      const element = readElement(each);
      if (element === undefined) return undefined;
      elements.push(element);
    }
    return elements;
  };
}

function kindOf(value: unknown): string {
  if (value === undefined) return 'no value; an unknown one is null';
  return Array.isArray(value) ? 'a list with other elements' : typeof value;
}

type Writer = (value: NonNullable<Value>) => NonNullable<Value> | number;

/** int32 and float32 are narrower than what expressions compute with. */
const WRITERS: ReadonlyMap<string, Writer> = new Map<string, Writer>([
  ['int32', (value) => int32(value as bigint)],
  ['float32', (value) => float32(value as number)],
]);

function int32(value: bigint): number {
  if (BigInt.asIntN(32, value) !== value) throw new EvaluationError('overflow', 'int32');
  return Number(value);
}

/** The nearest float32; a number that only rounds to infinity is not one. */
function float32(value: number): number {
  const rounded = Math.fround(value);
  if (!Number.isFinite(rounded) && Number.isFinite(value)) throw new EvaluationError('overflow', 'float32');
  return rounded;
}

/** How results become feature values, chosen once per expression. Throws `overflow`. */
export function outputWriter(type: ValueTypeName): (value: Value) => FeatureValue {
  const element = listElementType(type);
  const write = WRITERS.get(element ?? type);
  if (write === undefined) return (value) => value as FeatureValue;
  if (element === undefined) return (value) => (value === null ? null : (write(value) as FeatureValue));
  return (value) =>
    Array.isArray(value)
      ? ((value as readonly NonNullable<ScalarForms[ScalarType]>[]).map(write) as FeatureValue)
      : null;
}
