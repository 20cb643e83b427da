import { isLarderError, LarderError } from '@larder/registry';
import { errorCode, errorText } from '../error-code.js';

/** SQLSTATE: serialization failure, deadlock, lock not available. */
const CONFLICTS = new Set(['40001', '40P01', '55P03']);
/** SQLSTATE classes: connection exception, insufficient resources, operator intervention. */
const GONE_CLASSES = new Set(['08', '53', '57']);
const NETWORK_CODES = new Set([
  'ECONNREFUSED',
  'ECONNRESET',
  'ENOTFOUND',
  'ETIMEDOUT',
  'EPIPE',
  'EHOSTUNREACH',
  'EAI_AGAIN',
  'ENOENT',
]);
const GONE_MESSAGE =
  /timeout exceeded when trying to connect|connection terminated|client was closed|after calling end on the pool|PGlite is clos/i;

/** A driver's error by what the caller can do about it; what is neither a conflict nor an outage is passed on as it is. */
export function fromDatabaseError(error: unknown, database: string): unknown {
  if (isLarderError(error)) return error;
  const code = errorCode(error) ?? '';
  const text = errorText(error);
  if (CONFLICTS.has(code))
    return new LarderError('ABORTED', 'another change was in the way; try again', {}, { cause: error });
  const isGone = GONE_CLASSES.has(code.slice(0, 2)) || NETWORK_CODES.has(code) || GONE_MESSAGE.test(text);
  if (!isGone) return error;
  return new LarderError('UNAVAILABLE', `${database} does not answer (${code || text})`, {}, { cause: error });
}
