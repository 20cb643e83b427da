import { ERROR_CODES, LarderError } from '@larder/registry';
import type { ErrorCode } from '@larder/registry';
import type { JobError } from './job-record.js';

/** What a run's abort signal carries as its reason. */
export type StopReason = 'cancelled' | 'draining' | 'lock-lost';

/** The error that ends a run which was told to stop. `draining` and `lock-lost` runs start again elsewhere. */
export class RunStopped extends LarderError {
  constructor(readonly reason: StopReason) {
    super('ABORTED', STOP_MESSAGES[reason]);
  }
}

const STOP_MESSAGES: Readonly<Record<StopReason, string>> = {
  cancelled: 'the job was cancelled',
  draining: 'the worker is shutting down; the job starts again on another one',
  'lock-lost': 'the worker lost its claim on the view; the job starts again',
};

/** Any thrown value as what callers may see: an internal error keeps its cause to itself. */
export function toJobError(error: unknown): JobError {
  const { code, message } = LarderError.from(error);
  return code === 'INTERNAL' ? { code, message: 'internal error; the worker has logged its cause' } : { code, message };
}

/** `CODE: message`, the text that a failed job is stored with. */
export function jobErrorText({ code, message }: JobError): string {
  return `${code}: ${message}`;
}

/** Reads `jobErrorText`; any other text (BullMQ has a few of its own) is the message of an INTERNAL error. */
export function parseJobError(text: string): JobError {
  const match = /^([A-Z_]+): ([\s\S]*)$/.exec(text);
  const [, code = '', message = ''] = match ?? [];
  return code in ERROR_CODES ? { code: code as ErrorCode, message } : { code: 'INTERNAL', message: text };
}
