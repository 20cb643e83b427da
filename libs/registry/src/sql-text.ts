/**
 * SQL as text, as far as definitions need it: a query or a filter becomes a part of larger statements, so it must be one
 * piece that ends where it seems to end. Nothing is executed or fully parsed here.
 */

interface Piece {
  readonly kind: 'code' | 'text' | 'comment';
  readonly start: number;
  readonly end: number;
  /** False for a literal or comment without its end. */
  readonly closed: boolean;
}

const MAX_LENGTH = 100_000;
const PLACEHOLDER = /\{(\w+)\}/g;
const CLOSERS: ReadonlyMap<string, string> = new Map([
  ['(', ')'],
  ['[', ']'],
  ['{', '}'],
]);

/** Names of the sources that a query reads, in order of first use: every `{name}` outside literals and comments. */
export function sourcesInQuery(query: string): string[] {
  return [...new Set([...maskSql(query).matchAll(PLACEHOLDER)].map((match) => match[1] ?? ''))];
}

/** A query with each `{name}` outside literals and comments replaced. Cost: linear. */
export function replaceSourcesInQuery(query: string, replacement: (name: string) => string): string {
  let text = '';
  let end = 0;
  for (const match of maskSql(query).matchAll(PLACEHOLDER)) {
    text += query.slice(end, match.index) + replacement(match[1] ?? '');
    end = match.index + match[0].length;
  }
  return text + query.slice(end);
}

/** What is wrong with a SQL source's query, as far as text shows it. */
export function problemsWithQuery(query: string): string[] {
  const pieces = splitSql(query);
  const problems = problemsWithSql(query, pieces);
  if (!/^\s*(\(|(select|with|from|values|pivot|unpivot)\b)/i.test(maskSql(query))) {
    problems.push('expected one SELECT');
  }
  const last = pieces.at(-1);
  if (last?.kind === 'comment' && last.closed && query.startsWith('--', last.start)) {
    problems.push('ends in a -- comment, which would swallow what follows the query');
  }
  return problems;
}

/** What is wrong with a view's filter, as far as text shows it. */
export function problemsWithFilter(filter: string): string[] {
  const pieces = splitSql(filter);
  const problems = problemsWithSql(filter, pieces);
  if (pieces.some((piece) => piece.kind === 'comment' && piece.closed)) problems.push('contains a comment');
  if (maskSql(filter).search(PLACEHOLDER) >= 0) {
    problems.push('contains a {name}, which stands for a source only in a query');
  }
  return problems;
}

function problemsWithSql(sql: string, pieces: readonly Piece[]): string[] {
  if (sql.length > MAX_LENGTH) return [`is longer than ${MAX_LENGTH} characters`];
  const code = maskSql(sql);
  if (code.trim() === '') return ['is empty'];
  const problems: string[] = [];
  if (pieces.some((piece) => !piece.closed)) problems.push('has a literal or comment without an end');
  if (code.includes(';')) problems.push('contains ";"; expected one piece of SQL without a terminator');
  if (/\?|\$\w/.test(code)) problems.push('contains a parameter (? or $1); write the value itself');
  const bracket = problemWithBrackets(code);
  if (bracket !== undefined) problems.push(bracket);
  return problems;
}

function problemWithBrackets(code: string): string | undefined {
  const open: string[] = [];
  for (const char of code) {
    const closer = CLOSERS.get(char);
    if (closer !== undefined) open.push(closer);
    else if (/[)\]}]/.test(char) && open.pop() !== char) return `has a ${char} without its opening`;
  }
  return open.length > 0 ? `lacks a ${open.at(-1)}` : undefined;
}

/** The same text with literals, quoted names and comments overwritten, position by position. */
function maskSql(sql: string): string {
  return splitSql(sql)
    .map(({ kind, start, end }) => {
      if (kind === 'code') return sql.slice(start, end);
      return (kind === 'text' ? "'" : ' ').repeat(end - start);
    })
    .join('');
}

function splitSql(sql: string): Piece[] {
  const pieces: Piece[] = [];
  let start = 0;
  const flush = (end: number): void => {
    if (end > start) pieces.push({ kind: 'code', start, end, closed: true });
  };
  for (let at = 0; at < sql.length;) {
    const special = literalAt(sql, at) ?? commentAt(sql, at);
    if (special === undefined) {
      at++;
      continue;
    }
    flush(at);
    pieces.push(special);
    start = at = special.end;
  }
  flush(sql.length);
  return pieces;
}

/** `'text'`, `E'text'`, `"name"`, `$tag$text$tag$`. A doubled quote reads as two literals side by side, which masks the same. */
function literalAt(sql: string, start: number): Piece | undefined {
  const char = sql[start];
  if (char === "'" || char === '"') {
    const escapes = char === "'" && /[eE]/.test(sql[start - 1] ?? '') && !/\w/.test(sql[start - 2] ?? '');
    return textPiece(sql, start, quoteEnd(sql, start, escapes));
  }
  if (char !== '$' || /\w/.test(sql[start - 1] ?? '')) return undefined;
  const tag = /^\$(?:[A-Za-z_]\w*)?\$/.exec(sql.slice(start, start + 66))?.[0];
  if (tag === undefined) return undefined;
  const close = sql.indexOf(tag, start + tag.length);
  return textPiece(sql, start, close < 0 ? -1 : close + tag.length);
}

function quoteEnd(sql: string, start: number, escapes: boolean): number {
  const quote = sql[start];
  for (let at = start + 1; at < sql.length; at++) {
    if (escapes && sql[at] === '\\') at++;
    else if (sql[at] === quote) {
      if (!escapes || sql[at + 1] !== quote) return at + 1;
      at++;
    }
  }
  return -1;
}

function textPiece(sql: string, start: number, end: number): Piece {
  return { kind: 'text', start, end: end < 0 ? sql.length : end, closed: end >= 0 };
}

/** `-- to the end of the line`, or nested block comments. */
function commentAt(sql: string, start: number): Piece | undefined {
  if (sql.startsWith('--', start)) {
    const length = sql.slice(start).search(/[\r\n]/);
    return { kind: 'comment', start, end: length < 0 ? sql.length : start + length, closed: true };
  }
  if (!sql.startsWith('/*', start)) return undefined;
  let depth = 0;
  for (let at = start; at < sql.length - 1; at++) {
    const pair = sql.slice(at, at + 2);
    if (pair !== '/*' && pair !== '*/') continue;
    depth += pair === '/*' ? 1 : -1;
    if (depth === 0) return { kind: 'comment', start, end: at + 2, closed: true };
    at++;
  }
  return { kind: 'comment', start, end: sql.length, closed: false };
}
