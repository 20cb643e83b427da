import { LarderError } from '@larder/registry';
import type { WatchEvent } from '@larder/registry-client';
import type { RequestHandler, Response, Router } from '@larder/service-runtime';
import { createRouter } from '@larder/service-runtime';
import { projectOf } from '../request-parameters.js';
import type { WatchHub } from './watch-hub.js';

/** A stream that says nothing for much longer than this is dead: proxies end silent connections, and networks forget them. */
const HEARTBEAT_MS = 10_000;
/** A reader that takes nothing is let go; it comes back, and starts from what is current. */
const MAX_BACKLOG_BYTES = 256 * 1024;
const MAX_STREAMS = 10_000;

/** Server-sent events of new versions, of all projects or of one. `drain` ends all streams, so that their readers go elsewhere. */
export function createWatchRouter(hub: WatchHub): { readonly router: Router; drain(): void } {
  const streams = new Set<Response>();
  const router = createRouter();
  const stream = (response: Response, project: string | undefined): void => {
    if (streams.size >= MAX_STREAMS) {
      throw new LarderError('RESOURCE_EXHAUSTED', `${MAX_STREAMS} watchers are connected already`);
    }
    streams.add(response);
    response.once('close', () => streams.delete(response));
    sendEvents(response, hub, project);
  };
  const all: RequestHandler = (_request, response) => stream(response, undefined);
  const one: RequestHandler = (request, response) => stream(response, projectOf(request));
  router.get('/v1/watch', all);
  router.get('/v1/projects/:project/watch', one);
  return { router, drain: () => streams.forEach((response) => response.end()) };
}

function sendEvents(response: Response, hub: WatchHub, project: string | undefined): void {
  response.writeHead(200, {
    'content-type': 'text/event-stream',
    'cache-control': 'no-store',
    'x-accel-buffering': 'no',
  });
  const send = (text: string): void => {
    if (response.writableEnded) return;
    if (response.writableLength > MAX_BACKLOG_BYTES) response.destroy();
    else response.write(text);
  };
  send(': watching\n\n');
  const heartbeat = setInterval(() => send(': still here\n\n'), HEARTBEAT_MS);
  const stop = hub.listen((event) => {
    if (project === undefined || event.project === project) send(eventText(event));
  });
  response.once('close', () => {
    clearInterval(heartbeat);
    stop();
  });
}

function eventText({ project, version, etag }: WatchEvent): string {
  return `event: snapshot\ndata: ${JSON.stringify({ project, version, etag })}\n\n`;
}
