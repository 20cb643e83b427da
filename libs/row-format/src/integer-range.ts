import type { FeatureValue } from '@larder/registry';

type IntegerTypeName = 'int32' | 'int64' | 'timestamp';

const INT32_LIMIT = 2_147_483_648;
const INT64_LIMIT = 9_223_372_036_854_775_808n;

/** True for an integer, as a bigint or a safe number, that the type can hold. */
export function integerInRange(type: IntegerTypeName, value: FeatureValue): value is number | bigint {
  if (typeof value === 'number') return Number.isSafeInteger(value) && (type !== 'int32' || fitsInt32(value));
  if (typeof value !== 'bigint') return false;
  return type === 'int32' ? fitsInt32(value) : value >= -INT64_LIMIT && value < INT64_LIMIT;
}

function fitsInt32(value: number | bigint): boolean {
  return value >= -INT32_LIMIT && value < INT32_LIMIT;
}
