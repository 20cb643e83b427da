import { LarderError } from '@larder/registry';
import { consumerName } from '@larder/registry-client';
import type { Request, Response } from '@larder/service-runtime';

/** Aborts when the caller leaves before the answer. */
export function abortedWith(response: Response): AbortSignal {
  const controller = new AbortController();
  response.once('close', () => {
    if (!response.writableFinished) controller.abort(new LarderError('ABORTED', 'the caller left'));
  });
  return controller.signal;
}

/** The application that asks, as it names itself. */
export function callerOf(request: Request): string {
  return consumerName(request.get('user-agent'));
}
