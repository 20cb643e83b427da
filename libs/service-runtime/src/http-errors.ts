import { ERROR_CODES, isLarderError, LarderError } from '@larder/registry';
import type { ErrorCode } from '@larder/registry';
import type { ErrorRequestHandler, Request, RequestHandler, Response } from 'express';
import type { Logger } from './logger.js';
import { requestIdOf } from './request-id.js';

/** The body of every answer that is an error. */
export interface ErrorBody {
  readonly error: {
    readonly code: ErrorCode;
    readonly message: string;
    readonly details: object;
    readonly requestId: string;
  };
}

/** Any thrown value as a `LarderError`: what express and its body parsers blame on the caller is INVALID_ARGUMENT, the rest INTERNAL. */
export function toLarderError(error: unknown): LarderError {
  if (isLarderError(error)) return error;
  if (!(error instanceof Error) || !isCallersFault(error)) return LarderError.from(error);
  return new LarderError('INVALID_ARGUMENT', callersMessage(error), {}, { cause: error });
}

/** What an error looks like to the caller: an INTERNAL one keeps its cause to itself. */
export function toErrorBody(error: LarderError, requestId: string): ErrorBody {
  const hidden = error.code === 'INTERNAL';
  const message = hidden ? `internal error; the log has more under request ${requestId}` : error.message;
  return { error: { code: error.code, message, details: hidden ? {} : error.details, requestId } };
}

/** Answers requests that no route took. */
export const unknownRoute: RequestHandler = (request) => {
  throw new LarderError('NOT_FOUND', `no route ${request.method} ${request.path}`);
};

/** Translates errors to HTTP, once, at the edge. An INTERNAL one is logged with its cause and the request's id. */
export function errorHandler(logger: Logger): ErrorRequestHandler {
  return (thrown: unknown, request: Request, response: Response, _next) => {
    const error = toLarderError(thrown);
    logError(logger, { error, request, response });
    if (response.headersSent) {
      response.destroy();
      return;
    }
    response.status(ERROR_CODES[error.code].http).json(toErrorBody(error, requestIdOf(response)));
  };
}

function logError(
  logger: Logger,
  { error, request, response }: { error: LarderError; request: Request; response: Response },
): void {
  const fields = { requestId: requestIdOf(response), method: request.method, path: request.path, code: error.code };
  if (error.code === 'INTERNAL') logger.error({ ...fields, err: error.cause ?? error }, 'request failed');
  else if (error.code === 'UNAVAILABLE') logger.warn({ ...fields, err: error.cause ?? error }, error.message);
  else logger.debug(fields, error.message);
}

interface HttpError extends Error {
  readonly status: number;
  readonly type?: unknown;
  readonly limit?: unknown;
}

function isCallersFault(error: Error): error is HttpError {
  const status = 'status' in error ? error.status : undefined;
  return typeof status === 'number' && status >= 400 && status < 500;
}

function callersMessage(error: HttpError): string {
  if (error.type === 'entity.too.large') return `request body is larger than ${String(error.limit)} bytes`;
  return `request cannot be read: ${error.message}`;
}
