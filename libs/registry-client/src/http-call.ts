import { ERROR_CODES, isLarderError, LarderError } from '@larder/registry';
import type { ErrorCode } from '@larder/registry';
import { z } from 'zod';

/** One call of the registry's API. */
export interface HttpCall {
  readonly method: 'GET' | 'POST' | 'PUT';
  /** Path below the registry's URL, its parts escaped. */
  readonly path: string;
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
  /** Ends the call early. */
  readonly signal?: AbortSignal;
  /** Instead of the target's. */
  readonly timeoutSeconds?: number;
  /** The answer has no end: the time is that until it begins. */
  readonly streams?: boolean;
}

export interface HttpCallTarget {
  /** Without a slash at the end. */
  readonly url: string;
  readonly timeoutSeconds: number;
}

const errorBodySchema = z.object({
  error: z.object({
    code: z.custom<ErrorCode>((code) => typeof code === 'string' && Object.hasOwn(ERROR_CODES, code)),
    message: z.string(),
    details: z.record(z.string(), z.unknown()),
  }),
});

/**
 * Makes a call; 2xx and 304 are answers. Throws the server's own error with its code, message and details; UNAVAILABLE
 * that names the URL when nobody answers there or a proxy does in its place; DEADLINE_EXCEEDED after the timeout.
 */
export async function callHttp(target: HttpCallTarget, call: HttpCall): Promise<Response> {
  const response = await send(target, call);
  if (response.ok || response.status === 304) return response;
  throw await serverError(target, response);
}

/** The JSON of an answer. Throws UNAVAILABLE when it is cut short or no JSON. */
export async function readJson(target: HttpCallTarget, response: Response): Promise<unknown> {
  try {
    return await response.json();
  } catch (error) {
    throw failure(target, error, 'sent an answer that is not JSON');
  }
}

async function send(target: HttpCallTarget, call: HttpCall): Promise<Response> {
  const { method, path, body, headers } = call;
  const timeout = timeoutOf(target, call);
  try {
    return await fetch(`${target.url}${path}`, {
      method,
      headers: {
        accept: 'application/json',
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        ...headers,
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      signal: timeout.signal,
    });
  } catch (error) {
    throw failure(target, error, 'does not answer');
  } finally {
    timeout.begun();
  }
}

interface CallTimeout {
  readonly signal: AbortSignal;
  /** The answer has begun. */
  begun(): void;
}

function timeoutOf({ timeoutSeconds }: HttpCallTarget, call: HttpCall): CallTimeout {
  const milliseconds = (call.timeoutSeconds ?? timeoutSeconds) * 1000;
  const withCaller = (signal: AbortSignal): AbortSignal =>
    call.signal === undefined ? signal : AbortSignal.any([signal, call.signal]);
  if (call.streams !== true) return { signal: withCaller(AbortSignal.timeout(milliseconds)), begun: () => undefined };
  const late = new AbortController();
  const timer = setTimeout(
    () => late.abort(new DOMException('the answer did not begin', 'TimeoutError')),
    milliseconds,
  );
  return { signal: withCaller(late.signal), begun: () => clearTimeout(timer) };
}

async function serverError(target: HttpCallTarget, response: Response): Promise<LarderError> {
  const text = await response.text().catch((): string => '');
  const parsed = errorBodySchema.safeParse(parseJson(text));
  if (parsed.success) {
    const { code, message, details } = parsed.data.error;
    return new LarderError(code, message, details);
  }
  const message = `the registry at ${target.url} answered ${response.status} without saying why; is it the registry, or a proxy before it?`;
  return new LarderError('UNAVAILABLE', message, { status: response.status });
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function failure(target: HttpCallTarget, error: unknown, what: string): LarderError {
  if (isLarderError(error)) return error;
  if (fieldOf(error, 'name') === 'TimeoutError') {
    const message = `the registry at ${target.url} did not answer within ${target.timeoutSeconds} s`;
    return new LarderError('DEADLINE_EXCEEDED', message, {}, { cause: error });
  }
  const message = `the registry at ${target.url} ${what} (${reasonOf(error)}); is it running, and is LARDER_REGISTRY_URL right?`;
  return new LarderError('UNAVAILABLE', message, {}, { cause: error });
}

/** The system's code where there is one: `fetch failed` says nothing. */
function reasonOf(error: unknown): string {
  const cause = fieldOf(error, 'cause') ?? error;
  return String(fieldOf(cause, 'code') ?? fieldOf(cause, 'message') ?? cause);
}

function fieldOf(error: unknown, field: string): unknown {
  return typeof error === 'object' && error !== null ? Reflect.get(error, field) : undefined;
}
