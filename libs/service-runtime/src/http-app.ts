import express from 'express';
import type { Express, NextFunction, Request, RequestHandler, Response, Router } from 'express';
import type { Health } from './health.js';
import { jsonBody } from './http-body.js';
import type { JsonBodyOptions } from './http-body.js';
import { errorHandler, unknownRoute } from './http-errors.js';
import type { Logger } from './logger.js';
import type { Metrics } from './metrics.js';
import { assignRequestId } from './request-id.js';
import { observeRequests } from './request-log.js';
import { createRuntimeRouter } from './runtime-router.js';

export type { Express, NextFunction, Request, RequestHandler, Response, Router };

export interface HttpAppOptions {
  readonly logger: Logger;
  readonly metrics: Metrics;
  readonly health: Health;
  /** The service's own routes, tried in this order. Handlers may be async and throw `LarderError`. */
  readonly routers: readonly Router[];
  readonly body?: JsonBodyOptions;
}

/**
 * An express app with what every service has: request ids, metrics, health and metrics routes, JSON bodies with a limit,
 * and errors translated at the edge (`{"error": {code, message, details, requestId}}` with the code's HTTP status).
 */
export function createHttpApp({ logger, metrics, health, routers, body = {} }: HttpAppOptions): Express {
  const app = express();
  app.disable('x-powered-by');
  app.disable('etag');
  app.set('json replacer', bigintsAsText);
  app.use(assignRequestId, observeRequests(logger, metrics));
  app.use(createRuntimeRouter({ health, metrics }));
  app.use(...jsonBody(body));
  for (const router of routers) app.use(router);
  app.use(unknownRoute);
  app.use(errorHandler(logger));
  return app;
}

/** A router for a service's routes. */
export function createRouter(): Router {
  return express.Router();
}

function bigintsAsText(_key: string, value: unknown): unknown {
  return typeof value === 'bigint' ? value.toString() : value;
}
