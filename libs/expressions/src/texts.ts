import { EvaluationError } from './evaluation-error.js';

// Positions and sizes of text count code points, as CEL has it.

const SURROGATE = /[\ud800-\udfff]/;

/** Code points of the text. */
export function textSize(text: string): number {
  if (!SURROGATE.test(text)) return text.length;
  let size = text.length;
  for (let at = 0; at < text.length - 1; at++) if (isPair(text, at)) size--;
  return size;
}

function isPair(text: string, at: number): boolean {
  return (text.charCodeAt(at) & 0xfc00) === 0xd800 && (text.charCodeAt(at + 1) & 0xfc00) === 0xdc00;
}

/** Negative, 0 or positive, by code points: what a byte-wise comparison of UTF-8 says, unlike `<` on strings. */
export function compareText(a: string, b: string): number {
  if (a === b) return 0;
  const length = Math.min(a.length, b.length);
  for (let at = 0; at < length; at++) {
    const [left, right] = [a.charCodeAt(at), b.charCodeAt(at)];
    if (left === right) continue;
    return left >= 0xd800 && right >= 0xd800 ? rank(left) - rank(right) : left - right;
  }
  return a.length - b.length;
}

/** Surrogates stand for code points above all other units. */
function rank(unit: number): number {
  return unit <= 0xdfff ? unit + 0x10000 : unit;
}

/** From `start` to before `end`; throws `index out of range`. */
export function substring(text: string, start: bigint, end?: bigint): string {
  const points = SURROGATE.test(text) ? Array.from(text) : undefined;
  const size = points?.length ?? text.length;
  const [from, to] = [Number(start), end === undefined ? size : Number(end)];
  if (from < 0 || from > to || to > size) throw new EvaluationError('index out of range', 'substring');
  return points?.slice(from, to).join('') ?? text.slice(from, to);
}

/** The parts between separators; an empty separator gives each character. */
export function split(text: string, separator: string): string[] {
  return separator === '' ? Array.from(text) : text.split(separator);
}

export function lowerAscii(text: string): string {
  return text.replace(/[A-Z]+/g, (letters) => letters.toLowerCase());
}

export function upperAscii(text: string): string {
  return text.replace(/[a-z]+/g, (letters) => letters.toUpperCase());
}

/** Byte by byte. */
export function compareBytes(a: Uint8Array, b: Uint8Array): number {
  const length = Math.min(a.length, b.length);
  for (let at = 0; at < length; at++) {
    const difference = (a[at] ?? 0) - (b[at] ?? 0);
    if (difference !== 0) return difference;
  }
  return a.length - b.length;
}

export function joinBytes(a: Uint8Array, b: Uint8Array): Uint8Array {
  const joined = new Uint8Array(a.length + b.length);
  joined.set(a);
  joined.set(b, a.length);
  return joined;
}

const WHITE_SPACE = /\p{White_Space}/u;

/** Without Unicode's white space at both ends; `String.trim` has another list. */
export function trim(text: string): string {
  let [start, end] = [0, text.length];
  while (start < end && WHITE_SPACE.test(text.charAt(start))) start++;
  while (end > start && WHITE_SPACE.test(text.charAt(end - 1))) end--;
  return text.slice(start, end);
}
