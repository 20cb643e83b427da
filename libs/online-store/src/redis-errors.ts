import type { ErrorCode } from '@larder/registry';
import { LarderError } from '@larder/registry';

/** What the first word of an error reply means for whoever sent the command; every other word is a command Redis will never accept. */
const CODES: Readonly<Record<string, ErrorCode>> = {
  OOM: 'RESOURCE_EXHAUSTED',
  LOADING: 'UNAVAILABLE',
  BUSY: 'UNAVAILABLE',
  READONLY: 'UNAVAILABLE',
  MASTERDOWN: 'UNAVAILABLE',
  NOREPLICAS: 'UNAVAILABLE',
  MISCONF: 'UNAVAILABLE',
  CLUSTERDOWN: 'UNAVAILABLE',
  TRYAGAIN: 'UNAVAILABLE',
};

/**
 * An error reply (without its leading `-`) as an error: RESOURCE_EXHAUSTED when Redis is full, UNAVAILABLE when it will
 * answer later, FAILED_PRECONDITION when it never will: wrong login or database, a key of another type, a missing command.
 */
export function replyError(where: string, reply: string): LarderError {
  const word = reply.split(' ', 1)[0] ?? '';
  const code = CODES[word] ?? 'FAILED_PRECONDITION';
  const reason =
    word === 'OOM' ? `is out of memory (its maxmemory is reached): ${reply}` : `refused a command: ${reply}`;
  return new LarderError(code, `Redis at ${where} ${reason}`, { reply: word });
}

/** UNAVAILABLE: the connection is gone, or there was none. */
export function connectionError(where: string, reason: string, cause?: unknown): LarderError {
  return new LarderError('UNAVAILABLE', `Redis at ${where}: ${reason}`, {}, { cause });
}

/** The same error as UNAVAILABLE, for readers, to whom every failure of the store is the same. */
export function asUnavailable(error: unknown): LarderError {
  const known = LarderError.from(error);
  return known.code === 'UNAVAILABLE' ? known : new LarderError('UNAVAILABLE', known.message, {}, { cause: error });
}
