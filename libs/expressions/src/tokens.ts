import { readBytesLiteral, readTextLiteral } from './quoted-literals.js';
import { SyntaxProblem } from './syntax.js';
import type { ScalarType, Value } from './types.js';

export type Token =
  | { readonly kind: 'sign' | 'name'; readonly text: string; readonly at: number }
  | {
      readonly kind: 'literal';
      readonly text: string;
      readonly type: ScalarType;
      readonly value: Value;
      readonly at: number;
    }
  | { readonly kind: 'end'; readonly text: string; readonly at: number };

const SPACE = /(?:[\t\n\f\r ]+|\/\/[^\r\n]*)+/y;
const NAME = /[_a-zA-Z][_a-zA-Z0-9]*/y;
const NUMBER = /0x[0-9a-fA-F]+|(?:\d+\.\d+|\.\d+|\d+)(?:[eE][+-]?\d+)?/y;
const QUOTE = /(?:[rR][bB]?|[bB][rR]?)?("""|'''|"|')/y;
const SIGN = /&&|\|\||[<>=!]=|[-+*/%<>!?:.,()[\]]/y;

const HINTS: ReadonlyMap<string, string> = new Map([
  ['=', '; equality is ==, and an expression assigns nothing'],
  ['&', '; "and" is &&'],
  ['|', '; "or" is ||'],
  ['{', '; expressions have no maps and no messages'],
  ['`', '; quote text with " or \''],
  [';', '; an expression is one value, not statements'],
]);

/** The tokens of a text, the last one its end. Throws `SyntaxProblem`. Takes time in proportion to the text. */
export function readTokens(text: string): Token[] {
  const tokens: Token[] = [];
  for (let at = skipSpace(text, 0); at < text.length;) {
    const token = readToken(text, at);
    tokens.push(token);
    at = skipSpace(text, at + token.text.length);
  }
  return [...tokens, { kind: 'end', text: '', at: text.length }];
}

function skipSpace(text: string, at: number): number {
  return at + (match(SPACE, text, at)?.[0].length ?? 0);
}

function match(pattern: RegExp, text: string, at: number): RegExpExecArray | null {
  pattern.lastIndex = at;
  return pattern.exec(text);
}

function readToken(text: string, at: number): Token {
  const quote = match(QUOTE, text, at);
  if (quote !== null) return quotedToken(text, at, quote);
  const name = match(NAME, text, at)?.[0];
  if (name !== undefined) return { kind: 'name', text: name, at };
  const number = match(NUMBER, text, at)?.[0];
  if (number !== undefined) return numberToken(text, at, number);
  const sign = match(SIGN, text, at)?.[0];
  if (sign !== undefined) return { kind: 'sign', text: sign, at };
  const char = String.fromCodePoint(text.codePointAt(at) ?? 0);
  throw new SyntaxProblem(at, `unexpected ${JSON.stringify(char)}${HINTS.get(char) ?? ''}`);
}

function numberToken(source: string, at: number, text: string): Token {
  const next = source[at + text.length] ?? '';
  if (/[uU]/.test(next)) throw new SyntaxProblem(at, 'expressions have no unsigned integers; leave the u out');
  if (/\w/.test(next)) throw new SyntaxProblem(at, `not a number: ${shorten(text + next)}`);
  if (/^0x|^\d+$/.test(text)) return { kind: 'literal', text, type: 'int', value: BigInt(text), at };
  const value = Number(text);
  if (!Number.isFinite(value)) throw new SyntaxProblem(at, `${shorten(text)} is too large for a double`);
  return { kind: 'literal', text, type: 'double', value, at };
}

function quotedToken(source: string, at: number, [opening, quote = '']: RegExpExecArray): Token {
  const prefix = opening.slice(0, opening.length - quote.length).toLowerCase();
  const isRaw = prefix.includes('r');
  const start = at + opening.length;
  const end = closingQuote(source, start, { quote, isRaw });
  if (end === undefined) throw new SyntaxProblem(at, `text without its closing ${quote}`);
  const body = { text: source.slice(start, end), at: start, isRaw };
  const text = source.slice(at, end + quote.length);
  return prefix.includes('b')
    ? { kind: 'literal', text, type: 'bytes', value: readBytesLiteral(body), at }
    : { kind: 'literal', text, type: 'string', value: readTextLiteral(body), at };
}

function closingQuote(
  source: string,
  start: number,
  { quote, isRaw }: { quote: string; isRaw: boolean },
): number | undefined {
  for (let at = start; at < source.length; at++) {
    const char = source[at];
    if (source.startsWith(quote, at)) return at;
    if (quote.length === 1 && (char === '\n' || char === '\r')) return undefined;
    if (char === '\\' && !isRaw) at++;
  }
  return undefined;
}

function shorten(text: string): string {
  return text.length <= 40 ? text : `${text.slice(0, 40)}…`;
}
