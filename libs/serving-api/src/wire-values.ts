import type { MessageInitShape } from '@bufbuild/protobuf';
import { create } from '@bufbuild/protobuf';
import type { FeatureValue, JsonValue, ScalarTypeName, ScalarValues, ValueTypeName } from '@larder/registry';
import { instantFromMicros, LarderError, listElementType, parseInstant } from '@larder/registry';
import type { Value } from './gen/larder/serving/v1/value_pb.js';
import { ValueSchema } from './gen/larder/serving/v1/value_pb.js';

/** Values on the wire ↔ feature values. The siblings are `duckdb-values.ts` (offline store) and the row format's writers. */

type WireVal = Value['val'];
type WireCase = Exclude<WireVal['case'], undefined>;

const DAY_MILLIS = 86_400_000;

const SCALAR_CASE: Readonly<Record<ScalarTypeName, WireCase>> = {
  bool: 'boolVal',
  int32: 'int32Val',
  int64: 'int64Val',
  float32: 'floatVal',
  float64: 'doubleVal',
  string: 'stringVal',
  bytes: 'bytesVal',
  timestamp: 'timestampMicrosVal',
  date: 'dateDaysVal',
  decimal: 'decimalVal',
  json: 'jsonVal',
};

const LIST_CASE: Readonly<Record<ScalarTypeName, WireCase>> = {
  bool: 'boolListVal',
  int32: 'int32ListVal',
  int64: 'int64ListVal',
  float32: 'floatListVal',
  float64: 'doubleListVal',
  string: 'stringListVal',
  bytes: 'bytesListVal',
  timestamp: 'timestampMicrosListVal',
  date: 'dateDaysListVal',
  decimal: 'decimalListVal',
  json: 'jsonListVal',
};

/** A wire value as a feature value; a value without a field is null. */
export function valueFromWire(value: Value): FeatureValue {
  const { val } = value;
  switch (val.case) {
    case undefined:
      return null;
    case 'jsonVal':
      return JSON.parse(val.value) as JsonValue;
    case 'timestampMicrosVal':
      return instantFromMicros(val.value);
    case 'dateDaysVal':
      return dateText(val.value);
    case 'timestampMicrosListVal':
      return val.value.val.map(instantFromMicros);
    case 'dateDaysListVal':
      return val.value.val.map(dateText);
    case 'jsonListVal':
      return val.value.val.map((text) => JSON.parse(text) as JsonValue);
    case 'bytesListVal':
    case 'stringListVal':
    case 'int32ListVal':
    case 'int64ListVal':
    case 'doubleListVal':
    case 'floatListVal':
    case 'boolListVal':
    case 'decimalListVal':
      return val.value.val;
    default:
      return val.value;
  }
}

/** A feature value as a wire value of its declared type. INVALID_ARGUMENT when it is of another type. */
export function valueToWire(type: ValueTypeName, value: FeatureValue): Value {
  if (value === null) return create(ValueSchema);
  const element = listElementType(type);
  if (element === undefined) {
    const scalar = type as ScalarTypeName;
    return wireValue(SCALAR_CASE[scalar], scalarToWire(scalar, value as ScalarValues[ScalarTypeName]));
  }
  if (!Array.isArray(value)) throw new LarderError('INVALID_ARGUMENT', `expected a ${type}, got ${typeof value}`);
  return wireValue(LIST_CASE[element], {
    val: value.map((each: ScalarValues[ScalarTypeName]) => scalarToWire(element, each)),
  });
}

function wireValue(name: WireCase, value: unknown): Value {
  return create(ValueSchema, { val: { case: name, value } } as MessageInitShape<typeof ValueSchema>);
}

const EXPECTED: Readonly<Record<ScalarTypeName, readonly string[]>> = {
  bool: ['boolean'],
  int32: ['number'],
  int64: ['bigint', 'number'],
  float32: ['number'],
  float64: ['number'],
  string: ['string'],
  bytes: ['object'],
  timestamp: ['bigint', 'string'],
  date: ['string'],
  decimal: ['string'],
  json: ['object', 'string', 'number', 'boolean'],
};

function scalarToWire(type: ScalarTypeName, value: ScalarValues[ScalarTypeName]): unknown {
  if (!EXPECTED[type].includes(typeof value))
    throw new LarderError('INVALID_ARGUMENT', `expected a ${type}, got ${typeof value}`);
  if (type === 'json') return JSON.stringify(value);
  if (type === 'int64') return BigInt(value as bigint | number);
  if (type === 'timestamp') return typeof value === 'string' ? parseInstant(value) : value;
  if (type === 'date' && typeof value === 'string') return Number(parseInstant(value) / 1000n) / DAY_MILLIS;
  return value;
}

function dateText(days: number): string {
  return new Date(days * DAY_MILLIS).toISOString().slice(0, 10);
}
