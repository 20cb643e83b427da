import type { Request, RequestHandler, Response } from 'express';
import type { Logger } from './logger.js';
import type { Metrics } from './metrics.js';
import { requestIdOf } from './request-id.js';

/** Measures every request as `larder_http_request_seconds` by route, and logs it at `debug`. */
export function observeRequests(logger: Logger, metrics: Metrics): RequestHandler {
  const seconds = metrics.histogram({
    name: 'larder_http_request_seconds',
    help: 'Time from a request to the end of its answer.',
    labels: ['method', 'route', 'status'],
  });
  return (request, response, next) => {
    const started = performance.now();
    response.once('close', () => {
      const elapsedMs = performance.now() - started;
      const labels = { method: request.method, route: routeOf(request), status: String(statusOf(response)) };
      seconds.observe(labels, elapsedMs / 1000);
      if (logger.isLevelEnabled('debug'))
        logger.debug({ ...labels, requestId: requestIdOf(response), elapsedMs }, 'request');
    });
    next();
  };
}

/** The route's pattern: a request's own path would make labels without end. */
function routeOf(request: Request): string {
  const route: unknown = request.route;
  const path = typeof route === 'object' && route !== null && 'path' in route ? String(route.path) : 'none';
  return `${request.baseUrl}${path}`;
}

/** 499 when the caller left before the answer's end. */
function statusOf(response: Response): number {
  return response.writableFinished ? response.statusCode : 499;
}
