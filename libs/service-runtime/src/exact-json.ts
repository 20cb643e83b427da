import { parse, stringify } from 'lossless-json';

/** JSON in which an int64 keeps its digits: integers beyond 2^53 are read as bigint, and bigints are written as number literals. */

/** Throws SyntaxError when the text is not JSON, also for a key given twice with different values. */
export function parseExactJson(text: string): unknown {
  return parse(text, undefined, numberFromText);
}

/** NaN and infinities, which JSON has no numbers for, are written as text. */
export function exactJsonText(value: unknown): string {
  return (
    stringify(value, (_key, each) => (typeof each === 'number' && !Number.isFinite(each) ? String(each) : each)) ??
    'null'
  );
}

function numberFromText(text: string): number | bigint {
  const number = Number(text);
  return /^-?\d+$/.test(text) && !Number.isSafeInteger(number) ? BigInt(text) : number;
}
