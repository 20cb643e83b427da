import { SyntaxProblem } from './syntax.js';

/** What stands between the quotes, and where it begins. */
export interface QuotedBody {
  readonly text: string;
  readonly at: number;
  readonly isRaw: boolean;
}

const ESCAPE = /\\(?:([abfnrtv\\?"'`])|[xX]([0-9a-fA-F]{2})|u([0-9a-fA-F]{4})|U([0-9a-fA-F]{8})|([0-3][0-7]{2}))?/g;
const LETTERS: ReadonlyMap<string, string> = new Map([
  ['a', '\u0007'],
  ['b', '\b'],
  ['f', '\f'],
  ['n', '\n'],
  ['r', '\r'],
  ['t', '\t'],
  ['v', '\v'],
]);

/** The text of a string literal. Throws `SyntaxProblem` for an escape that is none and for half a surrogate pair. */
export function readTextLiteral(body: QuotedBody): string {
  const text = unescape(body, (code, offset) => {
    if (code > 0x10ffff || (code >= 0xd800 && code <= 0xdfff)) {
      throw new SyntaxProblem(body.at + offset, 'this escape is not a Unicode character');
    }
    return String.fromCodePoint(code);
  });
  if (/\p{Surrogate}/u.test(text)) throw new SyntaxProblem(body.at, 'text with half a surrogate pair');
  return text;
}

/** The bytes of a bytes literal: text as UTF-8, `\xff` and `\377` as the byte itself. Throws `SyntaxProblem`. */
export function readBytesLiteral(body: QuotedBody): Uint8Array {
  const bytes: number[] = [];
  let from = 0;
  const encoder = new TextEncoder();
  const { text } = body;
  if (!body.isRaw) {
    unescape(body, (code, offset, length) => {
      if (text[offset + 1] === 'u' || text[offset + 1] === 'U') {
        throw new SyntaxProblem(body.at + offset, String.raw`bytes have no \u escape; write \x..`);
      }
      bytes.push(...encoder.encode(text.slice(from, offset)), code);
      from = offset + length;
      return '';
    });
  }
  return Uint8Array.from([...bytes, ...encoder.encode(text.slice(from))]);
}

function unescape(
  { text, at, isRaw }: QuotedBody,
  character: (code: number, offset: number, length: number) => string,
): string {
  if (isRaw) return text;
  return text.replace(ESCAPE, (escape: string, ...groups: unknown[]) => {
    const [letter, x, u, long, octal] = groups
      .slice(0, 5)
      .map((group) => (typeof group === 'string' ? group : undefined));
    const offset = Number(groups[5]);
    if (letter !== undefined) return character((LETTERS.get(letter) ?? letter).charCodeAt(0), offset, escape.length);
    const hex = x ?? u ?? long;
    if (hex === undefined && octal === undefined) {
      throw new SyntaxProblem(at + offset, 'a \\ that begins no escape; write \\\\, or r"…" for text without escapes');
    }
    const code = hex === undefined ? Number.parseInt(octal ?? '', 8) : Number.parseInt(hex, 16);
    return character(code, offset, escape.length);
  });
}
