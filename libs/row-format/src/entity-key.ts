import type { FeatureValue, JoinKeySpec, JoinKeyTypeName } from '@larder/registry';
import { isLarderError, LarderError } from '@larder/registry';
import { dayNumber } from './day-number.js';
import { integerInRange } from './integer-range.js';

/**
 * Entity keys: readable, canonical, typed text, the same for every view of an entity. See docs/formats/redis.md.
 *
 * Join keys are sorted by name; each value is a type letter and its text, with `% , : { }` percent-escaped, joined by `,`:
 * user_id "8a2f" → `s8a2f`; origin "SFO", destination "LAX" → `sLAX,sSFO`.
 */

const LETTERS: Readonly<Record<JoinKeyTypeName, string>> = {
  string: 's',
  int32: 'i',
  int64: 'i',
  bool: 'b',
  timestamp: 't',
  date: 'd',
  bytes: 'x',
};
const ESCAPES: Readonly<Record<string, string>> = { '%': '%25', ',': '%2C', ':': '%3A', '{': '%7B', '}': '%7D' };
/** What separates the parts of a key, and halves of characters beyond U+FFFF. Most keys have neither: one test for both. */
const NEEDS_CARE = /[%,:{}\ud800-\udfff]/;
const LONE_SURROGATE = /\p{Surrogate}/u;

/**
 * The text of one join key's value, type letter included.
 *
 * INVALID_ARGUMENT names the key when the value is null, of another type or out of its type's range, or a string with a
 * surrogate that has no partner: such a string has no UTF-8 form, and two of them would share one key.
 */
export function encodeJoinKey(key: JoinKeySpec, value: FeatureValue): string {
  return LETTERS[key.type] + joinKeyText(key, value);
}

/** The entity key of values given in the order of `keys`, which is sorted by name. Throws what `encodeJoinKey` throws. */
export function encodeEntityKey(keys: readonly JoinKeySpec[], values: readonly FeatureValue[]): string {
  const [first] = keys;
  if (first === undefined) return '';
  let text = encodeJoinKey(first, values[0] ?? null);
  for (let index = 1; index < keys.length; index++) {
    text += `,${encodeJoinKey(keys[index] as JoinKeySpec, values[index] ?? null)}`;
  }
  return text;
}

function joinKeyText(key: JoinKeySpec, value: FeatureValue): string {
  switch (key.type) {
    case 'string':
      if (typeof value === 'string') return NEEDS_CARE.test(value) ? carefulText(key, value) : value;
      break;
    case 'int32':
    case 'int64':
    case 'timestamp':
      if (integerInRange(key.type, value)) return value.toString();
      break;
    case 'bool':
      if (typeof value === 'boolean') return value ? '1' : '0';
      break;
    case 'date':
      if (typeof value === 'string') return dayText(key, value);
      break;
    case 'bytes':
      if (value instanceof Uint8Array) return Buffer.from(value.buffer, value.byteOffset, value.length).toString('hex');
  }
  throw unfit(key, describe(value));
}

function carefulText(key: JoinKeySpec, value: string): string {
  if (LONE_SURROGATE.test(value))
    throw unfit(key, 'a string that is not valid Unicode (a surrogate without its partner)');
  return escapeText(value);
}

function dayText(key: JoinKeySpec, value: string): string {
  try {
    return dayNumber(value).toString();
  } catch (error) {
    throw unfit(key, isLarderError(error) ? error.message : String(error));
  }
}

function unfit(key: JoinKeySpec, found: string): LarderError {
  return new LarderError('INVALID_ARGUMENT', `join key ${key.name}: expected ${key.type}, got ${found}`);
}

function describe(value: FeatureValue): string {
  if (value === null) return 'null';
  return typeof value === 'bigint' || typeof value === 'number' ? `the number ${value}` : `a ${typeof value}`;
}

/** Percent-escapes what separates the parts of a key. */
export function escapeText(text: string): string {
  return text.replace(/[%,:{}]/g, (char) => ESCAPES[char] ?? char);
}

/** The values of an entity key, as text by join key name; for people and for `larder verify`. */
export function readEntityKey(keys: readonly JoinKeySpec[], text: string): Record<string, string> {
  const parts = text.split(',');
  return Object.fromEntries(keys.map((key, index) => [key.name, decodeURIComponent((parts[index] ?? '').slice(1))]));
}
