import type { ErrorCode } from '@larder/registry';
import { ERROR_CODES, LarderError } from '@larder/registry';

/** One JSON call to a service. Its errors come back as LarderError; nobody there is UNAVAILABLE with what to do. */
export async function callJson<T>(
  service: string,
  url: string,
  request: { readonly method?: string; readonly body?: unknown } = {},
): Promise<T> {
  const response = await reach(service, url, request);
  const text = await response.text();
  const answer: unknown = text === '' ? undefined : parsed(service, url, text);
  if (response.ok) return answer as T;
  throw serviceError(service, response.status, answer);
}

async function reach(
  service: string,
  url: string,
  { method = 'GET', body }: { readonly method?: string; readonly body?: unknown },
): Promise<Response> {
  try {
    const init =
      body === undefined ? {} : { body: JSON.stringify(body), headers: { 'content-type': 'application/json' } };
    return await fetch(url, { method, ...init });
  } catch (error) {
    throw new LarderError(
      'UNAVAILABLE',
      `no ${service} answers at ${new URL(url).origin}; start the services with \`larder dev\`, or say where it is (see larder --help)`,
      {},
      { cause: error },
    );
  }
}

function parsed(service: string, url: string, text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new LarderError(
      'UNAVAILABLE',
      `what answers at ${new URL(url).origin} is no ${service}: its answer is not JSON`,
    );
  }
}

function serviceError(service: string, status: number, answer: unknown): LarderError {
  const error =
    typeof answer === 'object' && answer !== null && 'error' in answer
      ? (answer.error as { code?: string; message?: string; details?: object })
      : undefined;
  const code = error?.code !== undefined && error.code in ERROR_CODES ? (error.code as ErrorCode) : 'INTERNAL';
  return new LarderError(code, error?.message ?? `${service} answered with HTTP ${status}`, { ...error?.details });
}
