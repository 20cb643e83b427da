import type { ErrorCode } from '@larder/registry';
import { isLarderError, LarderError } from '@larder/registry';

/**
 * DuckDB's errors as Larder's. The first line of DuckDB's message names file, column or value and is passed on where the caller's
 * definitions, data or paths are at fault; the rest (its copy of the SQL) is kept as the cause.
 */
const RULES: readonly { readonly pattern: RegExp; readonly code: ErrorCode; readonly prefix: string }[] = [
  { pattern: /^IO Error: No files found/, code: 'FAILED_PRECONDITION', prefix: 'missing file' },
  { pattern: /^Permission Error/, code: 'PERMISSION_DENIED', prefix: 'outside the allowed directories' },
  {
    pattern: /^Out of Memory Error/,
    code: 'RESOURCE_EXHAUSTED',
    prefix: 'the query needs more memory than it is allowed',
  },
  {
    pattern: /^(Conversion|Invalid Input|Out of Range|Mismatch Type) Error/,
    code: 'FAILED_PRECONDITION',
    prefix: 'a value cannot be read as declared',
  },
  {
    pattern: /^(Binder|Catalog|Parser|Syntax|Not implemented|Parameter Not Resolved) Error/,
    code: 'FAILED_PRECONDITION',
    prefix: 'the query does not fit its sources',
  },
  { pattern: /^(IO|HTTP) Error/, code: 'UNAVAILABLE', prefix: 'a file cannot be read or written' },
];

/** Any error of a query as a `LarderError`; what no rule knows is INTERNAL. */
export function fromDuckDbError(error: unknown): LarderError {
  if (isLarderError(error)) return error;
  const message = messageOf(error);
  const rule = RULES.find(({ pattern }) => pattern.test(message));
  if (rule === undefined) return new LarderError('INTERNAL', 'the query failed', {}, { cause: error });
  return new LarderError(rule.code, `${rule.prefix}: ${firstLine(message)}`, {}, { cause: error });
}

/** DuckDB's errors are made by native code, in test runners with an `Error` of another realm: `instanceof` does not know them. */
function messageOf(error: unknown): string {
  return typeof error === 'object' && error !== null && 'message' in error ? String(error.message) : String(error);
}

function firstLine(message: string): string {
  const line = message.split('\n', 1)[0] ?? message;
  return line.replace(/^[A-Za-z ]+ Error: /, '');
}
