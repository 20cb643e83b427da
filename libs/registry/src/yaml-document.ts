import { isMap, isNode, isScalar, LineCounter, parseDocument, visit } from 'yaml';
import type { Document } from 'yaml';
import { problemWithJson } from './json-limits.js';
import type { Problem } from './larder-error.js';
import { LarderError } from './larder-error.js';

const MAX_CHARACTERS = 5_000_000;
const MAX_ALIASES = 100;
const MAX_SYNTAX_PROBLEMS = 20;

/** A YAML 1.2 document as plain values, with a way back from a problem's path to its line. */
export interface YamlDocument {
  /** Integers beyond 2^53 are bigints, so that no digit is lost. */
  readonly value: unknown;
  /** The same problem with its file and, when it can be told, its line. */
  readonly locate: (problem: Problem) => Problem;
}

/** Throws INVALID_ARGUMENT with every problem of syntax. Unknown tags and more than 100 alias uses are problems too. */
export function parseYamlDocument(text: string, file: string): YamlDocument {
  if (text.length > MAX_CHARACTERS)
    throw failure({ path: '(document)', message: `is longer than ${MAX_CHARACTERS} characters`, file });
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, intAsBigInt: true, prettyErrors: false });
  const syntax = syntaxProblems(document, lines, file);
  if (syntax.length > 0) throw failure(...syntax);
  keepWrittenNulls(document);
  const locate = (problem: Problem): Problem => ({ ...problem, file, ...lineOf(document, lines, problem.path) });
  const value = plainValue(document, file);
  const unsafe = problemWithJson(value);
  if (unsafe !== undefined) throw failure(locate(unsafe));
  return { value, locate };
}

/** One per line and message, the first ones: a missing bracket can be missed at every end. */
function syntaxProblems({ errors, warnings }: Document, lines: LineCounter, file: string): Problem[] {
  const problems = new Map<string, Problem>();
  for (const { message, pos } of [...errors, ...warnings]) {
    const { line } = lines.linePos(pos[0]);
    problems.set(`${line} ${message}`, { path: '(syntax)', message, file, line });
  }
  return [...problems.values()].slice(0, MAX_SYNTAX_PROBLEMS);
}

function failure(...problems: readonly Problem[]): LarderError {
  return LarderError.fromProblems('definitions', problems);
}

/** `onStale: null` names a rule; the word is read as text there. */
function keepWrittenNulls(document: Document): void {
  visit(document, {
    Pair: (_key, { key, value }) => {
      if (isScalar(key) && key.value === 'onStale' && isScalar(value) && value.source === 'null') value.value = 'null';
    },
  });
}

function plainValue(document: Document, file: string): unknown {
  try {
    return document.toJS({
      maxAliasCount: MAX_ALIASES,
      reviver: (_key: unknown, value: unknown) => smallNumber(value),
    });
  } catch (error) {
    throw failure({ path: '(document)', message: error instanceof Error ? error.message : String(error), file });
  }
}

function smallNumber(value: unknown): unknown {
  return typeof value === 'bigint' && Number.isSafeInteger(Number(value)) ? Number(value) : value;
}

/** The line of the key or list element at the path, or of the nearest thing around it. */
function lineOf(document: Document, lines: LineCounter, path: string): { line?: number } {
  const parts = path.split('.').map((part) => (/^\d+$/.test(part) ? Number(part) : part));
  for (let length = parts.length; length > 0; length--) {
    const node = nodeAt(document, parts.slice(0, length));
    if (isNode(node) && node.range) return { line: lines.linePos(node.range[0]).line };
  }
  return {};
}

/** The key at the path when it is in a mapping, else the value. */
function nodeAt(document: Document, path: readonly (string | number)[]): unknown {
  const parent: unknown = path.length === 1 ? document.contents : document.getIn(path.slice(0, -1), true);
  if (!isMap(parent)) return document.getIn(path, true);
  return parent.items.find(({ key }) => isScalar(key) && key.value === path.at(-1))?.key;
}
