import { isLarderError, LarderError } from '@larder/registry';
import { errorCode, errorText } from '../error-code.js';

/** SQLSTATE: serialization failure, deadlock, lock not available. */
const CONFLICTS = new Set(['40001', '40P01', '55P03']);
/** SQLSTATE classes: connection exception, insufficient resources, operator intervention. */
const GONE_CLASSES = new Set(['08', '53', '57']);
const SQLSTATE = /^[0-9A-Z]{5}$/;
/** Names of the system's errors have five letters or more, starting like this. */
const SYSTEM_ERROR = /^E[A-Z]/;

/**
 * What a driver threw, by what the caller can do about it: ABORTED, UNAVAILABLE, or the error itself when a statement is
 * wrong. An error that the database did not give a SQLSTATE never came from it: the connection is gone.
 */
export function fromDriverError(error: unknown, database: string): unknown {
  if (isLarderError(error)) return error;
  const code = errorCode(error) ?? '';
  if (CONFLICTS.has(code)) {
    return new LarderError('ABORTED', 'another change was in the way; try again', {}, { cause: error });
  }
  const isFromDatabase = SQLSTATE.test(code) && !SYSTEM_ERROR.test(code);
  if (isFromDatabase && !GONE_CLASSES.has(code.slice(0, 2))) return error;
  const reason = code === '' ? errorText(error) : code;
  return new LarderError('UNAVAILABLE', `${database} does not answer (${reason})`, {}, { cause: error });
}

/** Runs one call of a driver and translates what it throws. */
export async function callDriver<T>(database: string, call: () => Promise<T>): Promise<T> {
  try {
    return await call();
  } catch (error) {
    throw fromDriverError(error, database);
  }
}
