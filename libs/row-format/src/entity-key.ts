import type { FeatureValue, JoinKeySpec, JoinKeyTypeName } from '@larder/registry';
import { LarderError, parseInstant } from '@larder/registry';

/**
 * Entity keys: readable, canonical, typed text, the same for every view of an entity. See docs/formats/redis.md.
 *
 * Join keys are sorted by name; each value is a type letter and its text, with `% , : { }` percent-escaped, joined by `,`:
 * user_id "8a2f" → `s8a2f`; origin "SFO", destination "LAX" → `sLAX,sSFO`.
 */

const LETTERS: Readonly<Record<JoinKeyTypeName, string>> = { string: 's', int32: 'i', int64: 'i', bool: 'b', timestamp: 't', date: 'd', bytes: 'x' };
const NEEDS_ESCAPE = /[%,:{}]/;
const ESCAPES: Readonly<Record<string, string>> = { '%': '%25', ',': '%2C', ':': '%3A', '{': '%7B', '}': '%7D' };
const DAY_MILLIS = 86_400_000;

/** The text of one join key's value, type letter included. INVALID_ARGUMENT names the key when the value is null or of another type. */
export function encodeJoinKey(key: JoinKeySpec, value: FeatureValue): string {
  return LETTERS[key.type] + joinKeyText(key, value);
}

/** The entity key of values given in the order of `keys`, which is sorted by name. */
export function encodeEntityKey(keys: readonly JoinKeySpec[], values: readonly FeatureValue[]): string {
  let text = '';
  for (const [index, key] of keys.entries()) text += (index === 0 ? '' : ',') + encodeJoinKey(key, values[index] ?? null);
  return text;
}

function joinKeyText(key: JoinKeySpec, value: FeatureValue): string {
  switch (key.type) {
    case 'string':
      if (typeof value === 'string') return escapeText(value);
      break;
    case 'int32':
    case 'int64':
    case 'timestamp':
      if (typeof value === 'bigint') return value.toString();
      if (typeof value === 'number' && Number.isSafeInteger(value)) return value.toString();
      break;
    case 'bool':
      if (typeof value === 'boolean') return value ? '1' : '0';
      break;
    case 'date':
      if (typeof value === 'string') return dayNumber(value).toString();
      break;
    case 'bytes':
      if (value instanceof Uint8Array) return Buffer.from(value.buffer, value.byteOffset, value.length).toString('hex');
  }
  throw new LarderError('INVALID_ARGUMENT', `join key ${key.name}: expected a ${key.type}, got ${value === null ? 'null' : typeof value}`);
}

/** Percent-escapes what separates the parts of a key. */
export function escapeText(text: string): string {
  return NEEDS_ESCAPE.test(text) ? text.replace(/[%,:{}]/g, (char) => ESCAPES[char] ?? char) : text;
}

/** Days since 1970-01-01 of a `YYYY-MM-DD`. */
export function dayNumber(text: string): number {
  return Number(parseInstant(text) / 1000n) / DAY_MILLIS;
}

/** The values of an entity key, as text by join key name; for people and for `larder verify`. */
export function readEntityKey(keys: readonly JoinKeySpec[], text: string): Record<string, string> {
  const parts = text.split(',');
  return Object.fromEntries(keys.map((key, index) => [key.name, decodeURIComponent((parts[index] ?? '').slice(1))]));
}
