import { LarderError } from '@larder/registry';
import { z } from 'zod';
import { EventStreamReader } from './event-stream.js';
import type { ServerSentEvent } from './event-stream.js';
import { callHttp } from './http-call.js';
import type { HttpCallTarget } from './http-call.js';
import type { WatchEvent } from './registry-api.js';

export interface FollowOptions {
  /** All projects when absent. */
  readonly project?: string;
  readonly signal: AbortSignal;
  readonly onEvent: (event: WatchEvent) => void;
  /** Whatever the registry sends, its heartbeats included. */
  readonly onAlive: () => void;
}

/** The registry says something every ten seconds; a stream silent for longer than this is dead. */
const MAX_SILENCE_MS = 25_000;

export const watchEventSchema: z.ZodType<WatchEvent> = z.object({
  project: z.string(),
  version: z.int().nonnegative(),
  etag: z.string(),
});

/**
 * Reads the registry's stream of new versions until it ends or `signal` aborts. Throws as every call does when nobody answers,
 * UNAVAILABLE when the stream falls silent, UNIMPLEMENTED when what answers is no stream.
 */
export async function followVersions(target: HttpCallTarget, path: string, options: FollowOptions): Promise<void> {
  const silence = new AbortController();
  const signal = AbortSignal.any([options.signal, silence.signal]);
  const end = (): void => silence.abort(new LarderError('UNAVAILABLE', `the registry at ${target.url} fell silent`));
  let timer = setTimeout(end, MAX_SILENCE_MS);
  try {
    const headers = { accept: 'text/event-stream' };
    const response = await callHttp(target, { method: 'GET', path, headers, signal, streams: true });
    const body = streamOf(target, response);
    const reader = new EventStreamReader();
    for await (const text of body.pipeThrough(new TextDecoderStream())) {
      clearTimeout(timer);
      timer = setTimeout(end, MAX_SILENCE_MS);
      options.onAlive();
      for (const event of reader.push(text)) tell(event, options);
    }
  } finally {
    clearTimeout(timer);
  }
}

function streamOf(target: HttpCallTarget, response: Response): ReadableStream<Uint8Array<ArrayBuffer>> {
  const { body } = response;
  if (body !== null && response.headers.get('content-type')?.startsWith('text/event-stream') === true) return body;
  void body?.cancel();
  throw new LarderError('UNIMPLEMENTED', `the registry at ${target.url} has no stream of new versions`);
}

function tell({ event, data }: ServerSentEvent, { onEvent }: FollowOptions): void {
  if (event !== 'snapshot') return;
  const parsed = watchEventSchema.safeParse(JSON.parse(data));
  if (parsed.success) onEvent(parsed.data);
}
